/**
 * Finds the functions of a source text of JavaScript or TypeScript, with or without JSX, and what each is
 * called. It reads tokens and brackets, no grammar: enough to tell where functions begin and end and how
 * they are named, whatever the syntax around them, at 30 MB/s or so, where a parser for all of it would be
 * several MB of code.
 */

/** A function in a text: from its parameters (or its name) to the end of its body. */
export interface ScannedFunction {
  readonly start: number;
  /** Exclusive. */
  end: number;
  /** `total`, `Cart.total`, `new Cart` for a constructor; null for one without a name. */
  name: string | null;
}

export interface ScanOptions {
  /** Whether `<` where a value begins is an element (JSX) rather than a type. */
  readonly jsx: boolean;
  /** Whether there may be types: `<` after a name can begin their parameters. */
  readonly types: boolean;
}

type Role =
  | "block"
  | "class"
  | "object"
  | "group"
  | "template"
  | "arrow"
  | "tag"
  | "children"
  | "expression container";

/** A function whose name is known, and whose parameters or body are yet to come. */
interface Awaited {
  name: string | null;
  /** Whether it has the name of what it is assigned to. */
  isAssigned: boolean;
  readonly start: number;
  phase: "parameters" | "body";
}

/** What is open: a pair of brackets, an arrow function's expression, a part of an element. */
interface Level {
  readonly role: Role;
  readonly start: number;
  /** The function whose body it is. */
  readonly body: ScannedFunction | null;
  /** Whether that has the name of what it is assigned to. */
  readonly isAssigned: boolean;
  /** Of a class. */
  readonly className: string | null;
  /** Of brackets: what a function that begins in front of them would be called. */
  readonly assignedBefore: string | null;
  /** Of brackets: they follow a colon, so that an arrow after them is a type's. */
  readonly isTyping: boolean;
  /** Of brackets: they are the parameters of this. */
  readonly parametersOf: Awaited | null;
  /** Of brackets: `if (…)`, after which a statement begins. */
  readonly isCondition: boolean;
  /** What `=` will give a name to. */
  declared: string | null;
  /** What a function would be called that begins with the next token. */
  assigned: string | null;
  /** A class's or object's: whether the next word names a member, and the last that did. */
  atMember: boolean;
  member: string | null;
  memberStart: number;
  awaited: Awaited | null;
  awaitedClass: { name: string | null } | null;
  isDeclaring: boolean;
  isLabelled: boolean;
  questions: number;
  /** Whether the type of a result stands between the last parenthesis and an arrow. */
  hasResultType: boolean;
  lastParenthesis: {
    readonly start: number;
    readonly assigned: string | null;
    readonly isTyping: boolean;
  };
}

interface Token {
  readonly kind: "word" | "value" | "sign";
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Whether it ends a value, so that an operator follows. */
  readonly endsValue: boolean;
  /** Of a word: what a function that begins with it would be called. */
  readonly assigned: string | null;
}

/** Words after which a value begins. */
const BEFORE_VALUE = new Set(
  "return typeof case in instanceof new delete throw do else yield await extends default"
    .split(" "),
);
const CONDITIONS = new Set(["if", "while", "for", "switch", "with", "catch"]);
/** Words that go on with the line above. */
const CONTINUES = new Set([
  "in",
  "of",
  "instanceof",
  "as",
  "satisfies",
  "is",
  "extends",
  "implements",
]);
const MODIFIERS = new Set(
  "async get set static public private protected override readonly abstract declare accessor".split(
    " ",
  ),
);
/** Words in types after which a type begins. */
const TYPE_OPERATORS = new Set(
  "readonly keyof unique is infer asserts typeof in extends new".split(" "),
);
const TOKENS_A_STEP = 2000;
const MAX_NAME_LENGTH = 120;

/** Finds all functions, ordered by where they begin. In steps, as it may take long; never throws. */
export function* scanFunctions(
  text: string,
  options: ScanOptions,
): Generator<void, ScannedFunction[]> {
  const scan = new Scan(text, options);
  for (let count = 1; scan.step(); count++) if (count % TOKENS_A_STEP === 0) yield;
  return scan.finish();
}

class Scan {
  readonly #text: string;
  readonly #options: ScanOptions;
  readonly #functions: ScannedFunction[] = [];
  readonly #levels: Level[] = [];
  #at = 0;
  #previous: Token | null = null;
  #isAfterBreak = false;
  /** The last function that ended, of those that have the name of what they are assigned to. */
  #assigned: ScannedFunction | null = null;
  /** An arrow whose body is yet to come. */
  #arrow: { readonly name: string | null; readonly start: number } | null = null;

  constructor(text: string, options: ScanOptions) {
    this.#text = text;
    this.#options = options;
    if (text.startsWith("#!")) this.#skipLine();
  }

  finish(): ScannedFunction[] {
    for (const { body } of this.#levels) if (body) body.end = this.#text.length;
    return this.#functions.sort((one, other) => one.start - other.start || other.end - one.end);
  }

  /** Reads one token; false at the end. */
  step(): boolean {
    const role = this.#level.role;
    if (role === "children") return this.#readChildren();
    this.#skipBlanks();
    const code = this.#text.charCodeAt(this.#at);
    if (Number.isNaN(code)) return false;
    if (role === "tag") this.#readTag();
    else if (isWordStart(code)) this.#readWord();
    else if (isDigit(code)) this.#readNumber();
    else if (code === 34 || code === 39) this.#readString(code);
    else if (code === 96) this.#beginTemplate();
    else this.#readSign(this.#text[this.#at] ?? "");
    return true;
  }

  get #level(): Level {
    const level = this.#levels.at(-1);
    if (level) return level;
    return this.#open("block", { start: 0 });
  }

  #open(role: Role, parts: Partial<Level> & { readonly start: number }): Level {
    const level: Level = {
      role,
      body: null,
      isAssigned: false,
      className: null,
      assignedBefore: null,
      isTyping: false,
      parametersOf: null,
      isCondition: false,
      declared: null,
      assigned: null,
      atMember: role === "class" || role === "object",
      member: null,
      memberStart: parts.start,
      awaited: null,
      awaitedClass: null,
      isDeclaring: false,
      isLabelled: false,
      questions: 0,
      hasResultType: false,
      lastParenthesis: { start: parts.start, assigned: null, isTyping: false },
      ...parts,
    };
    this.#levels.push(level);
    return level;
  }

  #begin(start: number, name: string | null): ScannedFunction {
    const cut = name !== null && name.length > MAX_NAME_LENGTH
      ? name.slice(0, MAX_NAME_LENGTH)
      : name;
    const found = { start, end: start, name: cut };
    this.#functions.push(found);
    return found;
  }

  // Tokens

  #skipLine(): void {
    const end = this.#text.indexOf("\n", this.#at);
    this.#at = end < 0 ? this.#text.length : end;
  }

  #skipBlanks(): void {
    this.#isAfterBreak = false;
    while (true) {
      const code = this.#text.charCodeAt(this.#at);
      if (code === 47 && this.#text[this.#at + 1] === "/") this.#skipLine();
      else if (code === 47 && this.#text[this.#at + 1] === "*") {
        const end = this.#text.indexOf("*/", this.#at + 2);
        this.#at = end < 0 ? this.#text.length : end + 2;
      } else if (isBlank(code)) {
        if (code === 10) this.#isAfterBreak = true;
        this.#at++;
      } else return;
    }
  }

  #word(): string {
    const start = this.#at++;
    while (isWordPart(this.#text.charCodeAt(this.#at))) this.#at++;
    return this.#text.slice(start, this.#at);
  }

  #readNumber(): void {
    const start = this.#at;
    this.#beforeValue(false);
    this.#word();
    // The dot of a fraction; a method of a number comes after two.
    while (this.#text[this.#at] === "." && isDigit(this.#text.charCodeAt(this.#at + 1))) {
      this.#word();
    }
    this.#took("value", "0", start, true);
  }

  #readString(quote: number): void {
    const start = this.#at++;
    while (this.#at < this.#text.length) {
      const code = this.#text.charCodeAt(this.#at++);
      if (code === quote) break;
      if (code === 92) this.#at++;
      // Strings do not go over lines: it was none, such as an apostrophe in a text.
      else if (code === 10) break;
    }
    this.#beforeValue(false);
    const level = this.#level;
    if (level.atMember) this.#nameMember(this.#text.slice(start + 1, this.#at - 1), start);
    this.#took("value", "''", start, true);
  }

  #beginTemplate(): void {
    this.#beforeValue(true);
    this.#readTemplate();
  }

  /** From a back quote, or from the bracket that ends a part of it. */
  #readTemplate(): void {
    const start = this.#at++;
    while (this.#at < this.#text.length) {
      const code = this.#text.charCodeAt(this.#at++);
      if (code === 96) break;
      if (code === 92) this.#at++;
      else if (code === 36 && this.#text[this.#at] === "{") {
        this.#at++;
        this.#open("template", { start });
        this.#took("sign", "${", start, false);
        return;
      }
    }
    this.#took("value", "``", start, true);
  }

  #readRegularExpression(): void {
    const start = this.#at++;
    for (let isInClass = false; this.#at < this.#text.length;) {
      const code = this.#text.charCodeAt(this.#at++);
      if (code === 10 || (code === 47 && !isInClass)) break;
      if (code === 92) this.#at++;
      else if (code === 91) isInClass = true;
      else if (code === 93) isInClass = false;
    }
    while (isWordPart(this.#text.charCodeAt(this.#at))) this.#at++;
    this.#took("value", "//", start, true);
  }

  #took(kind: Token["kind"], text: string, start: number, endsValue: boolean): void {
    const level = this.#level;
    const { assigned } = level;
    this.#previous = { kind, text, start, end: this.#at, endsValue, assigned };
    if (text !== "async") level.assigned = null;
  }

  /** A value or a word begins: an arrow's expression, or a statement after a line without a semicolon. */
  #beforeValue(continues: boolean): void {
    if (this.#arrow) this.#openArrowExpression();
    else if (this.#isAfterBreak && this.#previous?.endsValue && !continues) this.#endStatement();
  }

  #endStatement(): void {
    this.#closeArrows(this.#at);
    const level = this.#level;
    level.isDeclaring = false;
    level.declared = null;
    level.assigned = null;
    if (level.awaited?.phase === "body") level.awaited = null;
    if (level.role === "class") level.atMember = true;
  }

  // Words

  #readWord(): void {
    const start = this.#at;
    const word = this.#word();
    const end = this.#at;
    this.#at = start;
    this.#beforeValue(CONTINUES.has(word));
    this.#at = end;
    const level = this.#level;
    const previous = this.#previous?.text ?? "";
    const isMember = level.atMember;
    if (previous === "." || previous === "?.") return this.#took("word", word, start, true);
    this.#nameByWord(level, word, start, previous);
    if (word === "function") {
      const isAssigned = level.assigned !== null;
      level.awaited = { name: level.assigned, isAssigned, start, phase: "parameters" };
    } else if (word === "class" && !level.atMember) {
      level.awaitedClass = { name: level.assigned };
    } else if (word === "const" || word === "let" || word === "var") {
      level.isDeclaring = true;
      level.declared = null;
    } else if (word === "case" || (word === "default" && previous !== "export")) {
      level.isLabelled = true;
    }
    this.#took("word", word, start, isMember || !BEFORE_VALUE.has(word));
    if (word === "default" && previous === "export") level.assigned = "default";
  }

  #nameByWord(level: Level, word: string, start: number, previous: string): void {
    if (level.awaited?.phase === "parameters" && (previous === "function" || previous === "*")) {
      level.awaited.name = word;
      level.awaited.isAssigned = false;
      return;
    }
    if (level.awaitedClass && previous === "class" && !CONTINUES.has(word)) {
      level.awaitedClass.name = word;
      return;
    }
    // `@Input() name`: what looked like a method was a decorator.
    if (level.role === "class" && previous === ")" && level.awaited?.phase === "body") {
      level.awaited = null;
      level.atMember = true;
    }
    if (level.atMember) this.#nameMember(word, start);
    else if (level.isDeclaring && level.declared === null && isDeclarator(previous)) {
      level.declared = word;
    }
  }

  #nameMember(name: string, start: number): void {
    const level = this.#level;
    level.member = name;
    level.memberStart = start;
    level.atMember = MODIFIERS.has(name);
    if (level.role === "class") level.declared = name;
  }

  // Signs

  #readSign(sign: string): void {
    const start = this.#at;
    switch (sign) {
      case "(":
      case "[":
        return this.#openBrackets(sign, start);
      case "{":
        return this.#openBraces(start);
      case ")":
      case "]":
      case "}":
        return this.#close(sign, start);
      case "/":
        if (!this.#previous?.endsValue) {
          this.#beforeValue(false);
          return this.#readRegularExpression();
        }
        break;
      case "<":
        if (this.#previous?.endsValue ? this.#readTypes(start) : this.#readAngle(start)) return;
        break;
      case "=":
        return this.#readEquals(start);
      case ",":
      case ";":
        this.#at++;
        return this.#separate(sign, start);
      case ":":
        this.#at++;
        return this.#readColon(start);
      case "?":
        return this.#readQuestion(start);
      case "#":
        // A private name is a word.
        return this.#readWord();
    }
    this.#at++;
    const next = this.#text[this.#at];
    if (sign === "<" && next === "<") this.#at++;
    // `i++` ends a value, `i + +j` does not.
    if ((sign === "+" || sign === "-") && next === sign) {
      this.#at++;
      return this.#took("sign", sign + next, start, this.#previous?.endsValue ?? false);
    }
    if (sign === "!" && this.#previous?.endsValue && !this.#isAfterBreak && next !== "=") return;
    this.#beforeValue(true);
    this.#took("sign", sign, start, false);
  }

  #readEquals(start: number): void {
    const next = this.#text[this.#at + 1];
    this.#at += next === "=" || next === ">" ? 2 : 1;
    if (next === ">") return this.#readArrow(start);
    const level = this.#level;
    if (next === "=") {
      if (this.#text[this.#at] === "=") this.#at++;
      return this.#took("sign", "==", start, false);
    }
    // `<=`, `+=` and the like name nothing, but `||=` and its kind do.
    const before = this.#previous;
    const named = level.role === "class" ? memberName(level) : level.declared;
    const name = before?.endsValue && named ? named : this.#chainBefore(start);
    level.declared = null;
    if (level.awaited?.phase === "body") level.awaited = null;
    this.#took("sign", "=", start, false);
    level.assigned = name;
  }

  /** `cart.total` of `this.cart.total`. */
  #chainBefore(end: number): string | null {
    const text = this.#text.slice(Math.max(end - 100, 0), end).trimEnd();
    const chain = /([\w$#.]+)(?:\s*(?:\?\?|\|\||&&))?$/.exec(text)?.[1] ?? null;
    return chain?.replace(/^\.|^this\./, "").replace(".prototype.", ".") ?? null;
  }

  #readArrow(start: number): void {
    const level = this.#level;
    const before = this.#previous;
    // `(a: b) => c` as the type of a result, or of what stands before the colon.
    const isType = level.awaited?.phase === "body" ||
      (before?.text === ")" && level.lastParenthesis.isTyping);
    if (isType) return this.#took("sign", "=>", start, false);
    const isWord = before?.kind === "word" && !level.hasResultType;
    const from = isWord ? before : level.lastParenthesis;
    level.hasResultType = false;
    this.#took("sign", "=>", start, false);
    this.#arrow = { name: from.assigned, start: from.start };
  }

  #openArrowExpression(): void {
    if (!this.#arrow) return;
    const { start, name } = this.#arrow;
    this.#arrow = null;
    this.#open("arrow", { start, body: this.#begin(start, name) });
  }

  #closeArrows(end: number): void {
    while (this.#level.role === "arrow") this.#pop(end);
  }

  #pop(end: number): Level | undefined {
    const level = this.#levels.pop();
    if (level?.body) level.body.end = end;
    return level;
  }

  #separate(sign: string, start: number): void {
    this.#arrow = null;
    this.#closeArrows(start);
    const level = this.#level;
    if (sign === ";") {
      level.isDeclaring = false;
      level.isLabelled = false;
      level.awaitedClass = null;
    }
    level.declared = null;
    level.hasResultType = false;
    level.questions = 0;
    if (level.awaited?.phase === "body") level.awaited = null;
    level.atMember = sign === "," ? level.role === "object" : level.role === "class";
    this.#took("sign", sign, start, false);
  }

  #readColon(start: number): void {
    if (this.#level.role === "arrow" && this.#level.questions === 0) {
      // The other branch of a choice around the arrow.
      this.#closeArrows(start);
    }
    const level = this.#level;
    const isChoice = level.questions > 0;
    const isLabel = level.isLabelled && !isChoice;
    if (isChoice) level.questions--;
    if (isLabel) level.isLabelled = false;
    level.atMember = false;
    const isResult = this.#previous?.text === ")" && !isChoice && !isLabel;
    this.#took("sign", isLabel ? ";" : isChoice ? "?:" : ":", start, false);
    level.hasResultType = isResult;
    if (level.role !== "object" || isChoice || isResult) return;
    level.assigned = level.member;
    level.awaited = null;
  }

  #readQuestion(start: number): void {
    const next = this.#text[this.#at + 1];
    const isChain = next === "." && !isDigit(this.#text.charCodeAt(this.#at + 2));
    this.#at += next === "?" || isChain ? 2 : 1;
    const text = next === "?" ? "??" : isChain ? "?." : "?";
    // `name?: string` is no choice.
    const following = /\S/.exec(this.#text.slice(this.#at, this.#at + 20))?.[0];
    const isOptional = this.#level.role === "class" && this.#level.declared !== null;
    if (
      text === "?" && !isOptional && following !== ":" && following !== ")" && following !== ","
    ) {
      this.#level.questions++;
    }
    this.#took("sign", text, start, false);
  }

  // Brackets

  #openBrackets(sign: string, start: number): void {
    // A line that begins with one goes on with the line above.
    this.#beforeValue(true);
    const level = this.#level;
    const previous = this.#previous;
    const isMember = level.atMember && sign === "[";
    if (sign === "(" && previous?.text === "}" && this.#assigned?.end === previous.end) {
      // `const a = function () {}()`: its result has the name.
      this.#assigned.name = null;
    }
    const parametersOf = sign === "(" ? this.#parametersOf(level, start) : null;
    if (isMember) {
      const end = this.#text.indexOf("]", start);
      this.#nameMember(end < 0 ? "[]" : this.#text.slice(start, end + 1), start);
    }
    level.atMember = false;
    this.#at++;
    const opened = this.#open("group", {
      start,
      parametersOf,
      assignedBefore: level.assigned,
      isTyping: this.#options.types && previous?.text === ":" && level.role !== "object",
      isCondition: sign === "(" && previous?.kind === "word" && CONDITIONS.has(previous.text),
    });
    this.#took("sign", sign, start, false);
    opened.assigned = null;
    level.assigned = null;
  }

  #parametersOf(level: Level, start: number): Awaited | null {
    if (level.awaited?.phase === "parameters") return level.awaited;
    if (level.role !== "class" && level.role !== "object") return null;
    const previous = this.#previous;
    const follows = previous?.endsValue || previous?.text === ">" || previous?.text === "?";
    if (level.member === null || !follows || level.questions > 0) return null;
    // The member's name stands right in front, but for the parameters of its type.
    const between = this.#text.slice(level.memberStart + level.member.length, start);
    if (!/^["'\s?!]*(?:<[^]*>\s*)?$/.test(between.slice(0, 500))) return null;
    return {
      name: memberName(level),
      isAssigned: false,
      start: level.memberStart,
      phase: "body",
    };
  }

  #openBraces(start: number): void {
    const level = this.#level;
    const previous = this.#previous;
    this.#at++;
    if (this.#arrow) {
      const { name, start: from } = this.#arrow;
      this.#arrow = null;
      this.#open("block", { start, body: this.#begin(from, name) });
    } else if (level.awaited?.phase === "body" && mayEndType(previous)) {
      const { name, isAssigned, start: from } = level.awaited;
      level.awaited = null;
      this.#open("block", { start, isAssigned, body: this.#begin(from, name) });
    } else if (level.awaitedClass && mayEndType(previous)) {
      const { name } = level.awaitedClass;
      level.awaitedClass = null;
      this.#open("class", { start, className: name });
    } else {
      this.#open(this.#isBlock(level, previous) ? "block" : "object", { start });
    }
    level.isDeclaring &&= level.declared !== null;
    level.hasResultType = false;
    level.atMember = false;
    this.#took("sign", "{", start, false);
  }

  #isBlock(level: Level, previous: Token | null): boolean {
    if (previous === null) return true;
    if (level.role === "class") return true;
    if (previous.kind === "word") return previous.endsValue || /^(?:do|else)$/.test(previous.text);
    return [")", ";", "{", "}", "=>"].includes(previous.text);
  }

  #close(sign: string, start: number): void {
    this.#arrow = null;
    this.#closeArrows(start);
    this.#at++;
    const isBrace = sign === "}";
    const isOwn = ({ role }: Level) => isBrace ? role !== "group" : role === "group";
    // What was not closed ends here as well; a bracket that closes nothing is passed over.
    const depth = this.#levels.findLastIndex(isOwn);
    if (depth <= 0) return this.#took("sign", sign, start, true);
    while (this.#levels.length > depth + 1) this.#pop(start);
    const closed = this.#pop(this.#at);
    if (closed) this.#afterClose(closed, sign, start);
  }

  #afterClose(closed: Level, sign: string, start: number): void {
    const level = this.#level;
    if (closed.isAssigned) this.#assigned = closed.body;
    if (closed.role === "template") {
      this.#at = start;
      return this.#readTemplate();
    }
    if (closed.role === "expression container") return;
    if (closed.role === "group" && sign === ")") {
      const { start, assignedBefore: assigned, isTyping } = closed;
      level.lastParenthesis = { start, assigned, isTyping };
      if (closed.parametersOf) level.awaited = { ...closed.parametersOf, phase: "body" };
    }
    if (level.role === "class" && closed.role === "block") level.atMember = true;
    const endsValue = closed.role === "group" ? !closed.isCondition : closed.role === "object";
    this.#took("sign", sign, start, endsValue);
  }

  // Elements

  /** An element of JSX, or the parameters of a type; whether it was one. */
  #readAngle(start: number): boolean {
    const after = this.#text.slice(start + 1, start + 60);
    const isGeneric = !this.#options.jsx || /^\s*(?:const\s+)?[\w$]+\s*(?:,|extends\s)/.test(after);
    if (!isGeneric) {
      if (!/^[A-Za-z_$>]/.test(after)) return false;
      this.#beforeValue(false);
      this.#at++;
      this.#open("tag", { start });
      return true;
    }
    const assigned = this.#level.assigned;
    const end = this.#endOfTypes(start);
    if (end < 0) return false;
    this.#at = end;
    this.#took("sign", ">", start, false);
    this.#level.assigned = assigned;
    return true;
  }

  /** The parameters of a type after its name, commas and all; whether it was them. */
  #readTypes(start: number): boolean {
    const end = this.#options.types && this.#previous?.end === start ? this.#endOfTypes(start) : -1;
    if (end < 0) return false;
    this.#at = end;
    this.#took("sign", ">", start, true);
    return true;
  }

  /** Where `<…>` ends, if types are all that is in it; else -1. */
  #endOfTypes(start: number): number {
    let depth = 0;
    let brackets = 0;
    for (let at = start; at < Math.min(start + 1000, this.#text.length); at++) {
      const sign = this.#text[at] ?? "";
      if (sign === "<") depth++;
      else if (sign === ">" && this.#text[at - 1] !== "=" && --depth === 0) return at + 1;
      else if ("([{".includes(sign)) brackets++;
      else if (")]}".includes(sign) && --brackets < 0) return -1;
      else if (sign === ";" && brackets === 0) return -1;
      else if ((sign === "&" || sign === "|") && this.#text[at + 1] === sign) return -1;
    }
    return -1;
  }

  #readTag(): void {
    const start = this.#at;
    const sign = this.#text[this.#at++];
    if (sign === '"' || sign === "'") {
      const end = this.#text.indexOf(sign, this.#at);
      this.#at = end < 0 ? this.#text.length : end + 1;
    } else if (sign === "{") {
      this.#open("expression container", { start });
      this.#took("sign", "(", start, false);
    } else if (sign === "/" && this.#text[this.#at] === ">") {
      this.#at++;
      this.#endElement(start);
    } else if (sign === ">") {
      this.#levels.pop();
      this.#open("children", { start });
    }
  }

  #endElement(start: number): void {
    this.#levels.pop();
    if (this.#level.role !== "children") this.#took("value", "<>", start, true);
  }

  /** Text between tags, up to the next one. */
  #readChildren(): boolean {
    while (this.#at < this.#text.length) {
      const start = this.#at;
      const sign = this.#text[this.#at++];
      if (sign === "{") {
        this.#open("expression container", { start });
        this.#took("sign", "(", start, false);
        return true;
      }
      if (sign !== "<") continue;
      if (this.#text[this.#at] !== "/") {
        this.#open("tag", { start });
        return true;
      }
      const end = this.#text.indexOf(">", this.#at);
      this.#at = end < 0 ? this.#text.length : end + 1;
      this.#endElement(start);
      return true;
    }
    return false;
  }
}

function memberName({ role, member, className }: Level): string | null {
  if (role !== "class" || member === null) return member;
  if (member === "constructor") return className === null ? null : `new ${className}`;
  return className === null ? member : `${className}.${member}`;
}

function isDeclarator(previous: string): boolean {
  return previous === "const" || previous === "let" || previous === "var" || previous === ",";
}

/** Whether a `{` after it is a body, rather than a type of the shape of an object. */
function mayEndType(previous: Token | null): boolean {
  if (previous === null) return false;
  if (TYPE_OPERATORS.has(previous.text)) return false;
  return previous.endsValue || previous.kind === "word" ||
    [")", "}", ">", "]"].includes(previous.text);
}

function isBlank(code: number): boolean {
  return code <= 32 || code === 160 || code === 0xfeff || code === 0x2028 || code === 0x2029;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Letters of all alphabets, as far as a name goes: what lies beyond ASCII stands nowhere else. */
function isWordStart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 36 || code === 95 ||
    code === 92 || code > 160;
}

function isWordPart(code: number): boolean {
  return isWordStart(code) || isDigit(code);
}
