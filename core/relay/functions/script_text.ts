/** A place that goes through the text of a script, over the parts that need no context. */
export class ScriptText {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
    if (text.startsWith("#!")) this.#skipLine();
  }

  /** NaN at the end. */
  get code(): number {
    return this.text.charCodeAt(this.at);
  }

  /** Goes over blanks and comments; gives whether a line ended among them. */
  skipBlanks(): boolean {
    let hasBreak = false;
    while (true) {
      const code = this.code;
      if (code === SLASH && this.text.charCodeAt(this.at + 1) === SLASH) {
        this.#skipLine();
      } else if (code === SLASH && this.text.charCodeAt(this.at + 1) === 42 /* * */) {
        this.skipTo("*/", 2);
      } else if (isBlank(code)) {
        if (code === LINE_END) hasBreak = true;
        this.at++;
      } else return hasBreak;
    }
  }

  /** Behind the next such text, or to the end. */
  skipTo(text: string, from = 0): void {
    const found = this.text.indexOf(text, this.at + from);
    this.at = found < 0 ? this.text.length : found + text.length;
  }

  /** Reads a word; its first character can be any. */
  word(): string {
    const start = this.at++;
    while (isWordPart(this.code)) this.at++;
    return this.text.slice(start, this.at);
  }

  skipNumber(): void {
    this.word();
    // The dot of a fraction; a method of a number comes after two.
    while (this.text[this.at] === "." && isDigit(this.text.charCodeAt(this.at + 1))) this.word();
  }

  skipString(): void {
    const quote = this.code;
    this.at++;
    while (this.at < this.text.length) {
      const code = this.text.charCodeAt(this.at++);
      // Strings do not go over lines: it was none, such as an apostrophe in a text.
      if (code === quote || code === LINE_END) return;
      if (code === BACKSLASH) this.at++;
    }
  }

  /** From a back quote, or from the bracket that ends a part of it; whether another part begins. */
  skipTemplate(): boolean {
    this.at++;
    while (this.at < this.text.length) {
      const code = this.text.charCodeAt(this.at++);
      if (code === BACK_QUOTE) return false;
      if (code === BACKSLASH) this.at++;
      else if (code === DOLLAR && this.text[this.at] === "{") {
        this.at++;
        return true;
      }
    }
    return false;
  }

  skipRegularExpression(): void {
    this.at++;
    for (let isInClass = false; this.at < this.text.length;) {
      const code = this.text.charCodeAt(this.at++);
      if (code === LINE_END || (code === SLASH && !isInClass)) break;
      if (code === BACKSLASH) this.at++;
      else if (code === 91 /* [ */) isInClass = true;
      else if (code === 93 /* ] */) isInClass = false;
    }
    while (isWordPart(this.code)) this.at++;
  }

  /** The next character that is no blank, if it is near. */
  get following(): string | undefined {
    return /\S/.exec(this.text.slice(this.at, this.at + 20))?.[0];
  }

  /** What is assigned to in front of an `=`: `cart.total` of `this.cart.total ??`. */
  assignedBefore(end: number): string | null {
    const text = this.text.slice(Math.max(end - 100, 0), end).trimEnd();
    const chain = /([\w$#.]+)(?:\s*(?:\?\?|\|\||&&))?$/.exec(text)?.[1] ?? null;
    return chain?.replace(/^\.|^this\./, "").replace(".prototype.", ".") ?? null;
  }

  /** Where the `<…>` that begins at a place ends, if types are all that is in it; else -1. */
  endOfTypes(start: number): number {
    let depth = 0;
    let brackets = 0;
    for (let at = start; at < Math.min(start + MAX_TYPES_LENGTH, this.text.length); at++) {
      const sign = this.text[at] ?? "";
      if (sign === "<" && ++depth > MAX_TYPES_DEPTH) return -1;
      if (sign === ">" && this.text[at - 1] !== "=" && --depth === 0) return at + 1;
      else if ("([{".includes(sign)) brackets++;
      else if (")]}".includes(sign) && --brackets < 0) return -1;
      else if (sign === ";" && brackets === 0) return -1;
      else if ((sign === "&" || sign === "|") && this.text[at + 1] === sign) return -1;
    }
    return -1;
  }

  #skipLine(): void {
    const end = this.text.indexOf("\n", this.at);
    this.at = end < 0 ? this.text.length : end;
  }
}

const MAX_TYPES_LENGTH = 1000;
const MAX_TYPES_DEPTH = 20;
const LINE_END = 10;
const DOLLAR = 36;
const SLASH = 47;
const BACKSLASH = 92;
const BACK_QUOTE = 96;

function isBlank(code: number): boolean {
  return code <= 32 || code === 160 || code === 0xfeff || code === 0x2028 || code === 0x2029;
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Letters of all alphabets: what lies beyond ASCII stands nowhere else outside of texts. */
export function isWordStart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === DOLLAR ||
    code === 95 /* _ */ || code === BACKSLASH || code > 160;
}

function isWordPart(code: number): boolean {
  return isWordStart(code) || isDigit(code);
}
