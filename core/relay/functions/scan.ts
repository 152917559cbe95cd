import { type Awaited, Level, type Role, type ScannedFunction } from "./level.ts";
import { isDigit, isWordStart, ScriptText } from "./script_text.ts";

export type { ScannedFunction } from "./level.ts";

export interface ScanOptions {
  /** Whether `<` where a value begins is an element (JSX) rather than a type. */
  readonly jsx: boolean;
  /** Whether there may be types: `<` after a name can begin their parameters. */
  readonly types: boolean;
}

interface Token {
  readonly kind: "word" | "value" | "sign";
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Whether it ends a value, so that an operator follows. */
  readonly endsValue: boolean;
  /** Of a word: what a function that begins with it is called. */
  readonly assigned: string | null;
}

/** Words after which a value begins. */
const BEFORE_VALUE = words(
  "return typeof case in instanceof new delete throw do else yield await extends default",
);
/** Words whose brackets hold a condition, after which a statement begins. */
const CONDITIONS = words("if while for switch with catch");
/** Words that go on with the line above. */
const CONTINUES = words("in of instanceof as satisfies is extends implements");
/** Words in types after which a type begins. */
const TYPE_OPERATORS = words("readonly keyof unique is infer asserts typeof in extends new");
const TOKENS_A_STEP = 2000;
const MAX_NAME_LENGTH = 120;
/** No code is nested deeper; what follows is not looked at. */
const MAX_LEVELS = 1000;

/**
 * Finds the functions of a source text of JavaScript or TypeScript, with or without JSX, ordered by where
 * they begin, and what each is called. In steps, as it may take long; never throws.
 *
 * It reads tokens and brackets, no grammar: enough to tell where functions begin and end and how they are
 * named, whatever the syntax around them. A parser of all of it would be several MB of code, and refuse
 * the next version of the language.
 */
export function* scanFunctions(
  text: string,
  options: ScanOptions,
): Generator<void, ScannedFunction[]> {
  const scan = new Scan(text, options);
  for (let count = 1; scan.step(); count++) if (count % TOKENS_A_STEP === 0) yield;
  return scan.finish();
}

class Scan {
  readonly #script: ScriptText;
  readonly #options: ScanOptions;
  readonly #functions: ScannedFunction[] = [];
  readonly #levels: Level[] = [];
  /** The innermost of them. */
  #level = new Level("block", 0);
  #previous: Token | null = null;
  /** Where the token begins that is being read. */
  #start = 0;
  /** Whether a line ended in front of the token that is being read. */
  #isAfterBreak = false;
  /** An arrow whose body is yet to come. */
  #arrow: { readonly name: string | null; readonly start: number } | null = null;
  /** The last function that ended, of those that have the name of what they are assigned to. */
  #assigned: ScannedFunction | null = null;

  constructor(text: string, options: ScanOptions) {
    this.#script = new ScriptText(text);
    this.#options = options;
    this.#levels.push(this.#level);
  }

  finish(): ScannedFunction[] {
    for (const { body } of this.#levels) if (body) body.end = this.#script.text.length;
    return this.#functions.sort((one, other) => one.start - other.start || other.end - one.end);
  }

  /** Reads one token; false at the end. */
  step(): boolean {
    if (this.#levels.length > MAX_LEVELS) return false;
    if (this.#level.role === "children") return this.#readChildren();
    this.#isAfterBreak = this.#script.skipBlanks();
    const { code, at } = this.#script;
    this.#start = at;
    if (Number.isNaN(code)) return false;
    if (this.#level.role === "tag") this.#readTag();
    else if (isWordStart(code)) this.#readWord();
    else if (isDigit(code)) this.#readNumber();
    else if (code === 34 /* " */ || code === 39 /* ' */) this.#readString();
    else this.#readSign(this.#script.text[at] ?? "", at);
    return true;
  }

  // What is open

  #open(role: Role, start: number, body: ScannedFunction | null = null): Level {
    const level = new Level(role, start);
    level.body = body;
    this.#levels.push(level);
    this.#level = level;
    return level;
  }

  #pop(end: number): Level {
    const level = this.#level;
    this.#levels.pop();
    this.#level = this.#levels.at(-1) ?? level;
    if (level.body) level.body.end = end;
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

  // Values

  #readNumber(): void {
    const start = this.#script.at;
    this.#beforeValue(false);
    this.#script.skipNumber();
    this.#took("value", "0", start, true);
  }

  #readString(): void {
    const { at: start, text } = this.#script;
    this.#beforeValue(false);
    this.#script.skipString();
    const level = this.#level;
    if (level.atMember) level.nameMember(text.slice(start + 1, this.#script.at - 1), start + 1);
    this.#took("value", "''", start, true);
  }

  #readTemplate(): void {
    const start = this.#script.at;
    if (this.#script.skipTemplate()) {
      this.#open("template", start);
      this.#took("sign", "${", start, false);
    } else {
      this.#took("value", "``", start, true);
    }
  }

  #readRegularExpression(): void {
    const start = this.#script.at;
    this.#beforeValue(false);
    this.#script.skipRegularExpression();
    this.#took("value", "//", start, true);
  }

  #took(kind: Token["kind"], text: string, start: number, endsValue: boolean): void {
    const level = this.#level;
    const { assigned } = level;
    this.#previous = { kind, text, start, end: this.#script.at, endsValue, assigned };
    if (text !== "async") level.assigned = null;
  }

  /** A value or a word begins: an arrow's expression, or a statement after a line without a semicolon. */
  #beforeValue(continues: boolean): void {
    if (this.#arrow) this.#openArrowExpression();
    else if (this.#isAfterBreak && this.#previous?.endsValue && !continues) {
      this.#closeArrows(this.#start);
      this.#level.end();
    }
  }

  // Words

  #readWord(): void {
    const start = this.#script.at;
    const word = this.#script.word();
    this.#beforeValue(CONTINUES.has(word));
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
    if (level.atMember) level.nameMember(word, start);
    else if (level.isDeclaring && level.declared === null && isDeclarator(previous)) {
      level.declared = word;
    }
  }

  // Signs

  #readSign(sign: string, start: number): void {
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
        if (!this.#previous?.endsValue) return this.#readRegularExpression();
        break;
      case "`":
        this.#beforeValue(true);
        return this.#readTemplate();
      case "<":
        if (this.#previous?.endsValue ? this.#readTypes(start) : this.#readAngle(start)) return;
        break;
      case "=":
        return this.#readEquals(start);
      case ",":
      case ";":
        this.#script.at++;
        return this.#separate(sign, start);
      case ":":
        this.#script.at++;
        return this.#readColon(start);
      case "?":
        return this.#readQuestion(start);
      case "#":
        // A private name is a word.
        return this.#readWord();
    }
    this.#script.at++;
    const next = this.#script.text[this.#script.at];
    if (sign === "<" && next === "<") this.#script.at++;
    // `i++` ends a value, `i + +j` does not.
    if ((sign === "+" || sign === "-") && next === sign) {
      this.#script.at++;
      return this.#took("sign", sign + next, start, this.#previous?.endsValue ?? false);
    }
    if (sign === "!" && this.#previous?.endsValue && !this.#isAfterBreak && next !== "=") return;
    this.#beforeValue(true);
    this.#took("sign", sign, start, false);
  }

  #readEquals(start: number): void {
    const next = this.#script.text[this.#script.at + 1];
    this.#script.at += next === "=" || next === ">" ? 2 : 1;
    if (next === ">") return this.#readArrow(start);
    const level = this.#level;
    if (next === "=") {
      if (this.#script.text[this.#script.at] === "=") this.#script.at++;
      return this.#took("sign", "==", start, false);
    }
    // `<=`, `+=` and the like name nothing, but `||=` and its kind do.
    const before = this.#previous;
    const named = level.role === "class" ? level.memberName : level.declared;
    const name = before?.endsValue && named ? named : this.#script.assignedBefore(start);
    level.declared = null;
    level.dropBody();
    this.#took("sign", "=", start, false);
    level.assigned = name;
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
    this.#open("arrow", start, this.#begin(start, name));
  }

  #closeArrows(end: number): void {
    while (this.#level.role === "arrow") this.#pop(end);
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
    level.dropBody();
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
    const next = this.#script.text[this.#script.at + 1];
    const isChain = next === "." && !isDigit(this.#script.text.charCodeAt(this.#script.at + 2));
    this.#script.at += next === "?" || isChain ? 2 : 1;
    const text = next === "?" ? "??" : isChain ? "?." : "?";
    // `name?: string` is no choice.
    const following = this.#script.following ?? ")";
    const isOptional = ":),".includes(following) ||
      (this.#level.role === "class" && this.#level.declared !== null);
    if (text === "?" && !isOptional) this.#level.questions++;
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
      const end = this.#script.text.indexOf("]", start);
      level.nameMember(end < 0 ? "[]" : this.#script.text.slice(start, end + 1), start);
    }
    level.atMember = false;
    this.#script.at++;
    const opened = this.#open("group", start);
    opened.parametersOf = parametersOf;
    opened.assignedBefore = level.assigned;
    opened.isTyping = this.#options.types && previous?.text === ":" && level.role !== "object";
    opened.isCondition = sign === "(" && previous?.kind === "word" && CONDITIONS.has(previous.text);
    level.assigned = null;
    this.#took("sign", sign, start, false);
  }

  #parametersOf(level: Level, start: number): Awaited | null {
    if (level.awaited?.phase === "parameters") return level.awaited;
    if (level.role !== "class" && level.role !== "object") return null;
    const previous = this.#previous;
    const follows = previous?.endsValue || previous?.text === ">" || previous?.text === "?";
    if (level.member === null || !follows || level.questions > 0) return null;
    // The member's name stands right in front, but for the parameters of its type.
    const between = this.#script.text.slice(level.memberStart + level.member.length, start);
    if (!/^["'\s?!]*(?:<[^]*>\s*)?$/.test(between.slice(0, 500))) return null;
    return {
      name: level.memberName,
      isAssigned: false,
      start: level.memberStart,
      phase: "body",
    };
  }

  #openBraces(start: number): void {
    const level = this.#level;
    const previous = this.#previous;
    this.#script.at++;
    if (this.#arrow) {
      const { name, start: from } = this.#arrow;
      this.#arrow = null;
      this.#open("block", start, this.#begin(from, name));
    } else if (level.awaited?.phase === "body" && mayEndType(previous)) {
      const { name, isAssigned, start: from } = level.awaited;
      level.awaited = null;
      this.#open("block", start, this.#begin(from, name)).isAssigned = isAssigned;
    } else if (level.awaitedClass && mayEndType(previous)) {
      const { name } = level.awaitedClass;
      level.awaitedClass = null;
      this.#open("class", start).className = name;
    } else {
      this.#open(isBlock(level, previous) ? "block" : "object", start);
    }
    level.isDeclaring &&= level.declared !== null;
    level.hasResultType = false;
    level.atMember = false;
    this.#took("sign", "{", start, false);
  }

  #close(sign: string, start: number): void {
    this.#arrow = null;
    this.#closeArrows(start);
    this.#script.at++;
    const isBrace = sign === "}";
    const isOwn = ({ role }: Level) => isBrace ? role !== "group" : role === "group";
    // What was not closed ends here as well; a bracket that closes nothing is passed over.
    const depth = this.#levels.findLastIndex(isOwn);
    if (depth <= 0) return this.#took("sign", sign, start, true);
    while (this.#levels.length > depth + 1) this.#pop(start);
    this.#afterClose(this.#pop(this.#script.at), sign, start);
  }

  #afterClose(closed: Level, sign: string, start: number): void {
    const level = this.#level;
    if (closed.isAssigned) this.#assigned = closed.body;
    if (closed.role === "template") {
      this.#script.at = start;
      return this.#readTemplate();
    }
    if (closed.role === "container") return;
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
    const after = this.#script.text.slice(start + 1, start + 60);
    const isGeneric = !this.#options.jsx || /^\s*(?:const\s+)?[\w$]+\s*(?:,|extends\s)/.test(after);
    if (!isGeneric) {
      if (!/^[A-Za-z_$>]/.test(after)) return false;
      this.#beforeValue(false);
      this.#script.at++;
      this.#open("tag", start);
      return true;
    }
    const assigned = this.#level.assigned;
    const end = this.#script.endOfTypes(start);
    if (end < 0) return false;
    this.#script.at = end;
    this.#took("sign", ">", start, false);
    this.#level.assigned = assigned;
    return true;
  }

  /** The parameters of a type after its name, commas and all; whether it was them. */
  #readTypes(start: number): boolean {
    const end = this.#options.types && this.#previous?.end === start
      ? this.#script.endOfTypes(start)
      : -1;
    if (end < 0) return false;
    this.#script.at = end;
    this.#took("sign", ">", start, true);
    return true;
  }

  #readTag(): void {
    const start = this.#script.at;
    const sign = this.#script.text[this.#script.at++];
    if (sign === '"' || sign === "'") {
      this.#script.skipTo(sign);
    } else if (sign === "{") {
      this.#open("container", start);
      this.#took("sign", "(", start, false);
    } else if (sign === "/" && this.#script.text[this.#script.at] === ">") {
      this.#script.at++;
      this.#endElement(start);
    } else if (sign === ">") {
      this.#pop(start);
      this.#open("children", start);
    }
  }

  #endElement(start: number): void {
    this.#pop(start);
    if (this.#level.role !== "children") this.#took("value", "<>", start, true);
  }

  /** Text between tags, up to the next one. */
  #readChildren(): boolean {
    while (this.#script.at < this.#script.text.length) {
      const start = this.#script.at;
      const sign = this.#script.text[this.#script.at++];
      if (sign === "{") {
        this.#open("container", start);
        this.#took("sign", "(", start, false);
        return true;
      }
      if (sign !== "<") continue;
      if (this.#script.text[this.#script.at] !== "/") {
        this.#open("tag", start);
        return true;
      }
      this.#script.skipTo(">");
      this.#endElement(start);
      return true;
    }
    return false;
  }
}

function isDeclarator(previous: string): boolean {
  return previous === "const" || previous === "let" || previous === "var" || previous === ",";
}

/** Whether a `{` begins statements, or members of a class, rather than an object. */
function isBlock(level: Level, previous: Token | null): boolean {
  if (previous === null || level.role === "class") return true;
  if (previous.kind === "word") return previous.endsValue || /^(?:do|else)$/.test(previous.text);
  return [")", ";", "{", "}", "=>"].includes(previous.text);
}

/** Whether a `{` after it is a body, rather than a type of the shape of an object. */
function mayEndType(previous: Token | null): boolean {
  if (previous === null) return false;
  if (TYPE_OPERATORS.has(previous.text)) return false;
  return previous.endsValue || previous.kind === "word" ||
    [")", "}", ">", "]"].includes(previous.text);
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(" "));
}
