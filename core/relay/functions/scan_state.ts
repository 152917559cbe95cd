import { Level, type Role, type ScannedFunction } from "./level.ts";
import { ScriptText } from "./script_text.ts";

export interface ScanOptions {
  /** Whether `<` where a value begins is an element (JSX) rather than a type. */
  readonly jsx: boolean;
  /** Whether there may be types: `<` after a name can begin their parameters. */
  readonly types: boolean;
}

export interface Token {
  readonly kind: "word" | "value" | "sign";
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Whether it ends a value, so that an operator follows. */
  readonly endsValue: boolean;
  /** Of a word: what a function that begins with it is called. */
  readonly assigned: string | null;
}

const MAX_NAME_LENGTH = 120;

/** Where a scan of a text is: what is open there, what was read last, and which functions were found. */
export class ScanState {
  readonly script: ScriptText;
  readonly options: ScanOptions;
  readonly functions: ScannedFunction[] = [];
  readonly levels: Level[] = [];
  /** The innermost of them. */
  level = new Level("block", 0);
  previous: Token | null = null;
  /** Where the token begins that is being read. */
  start = 0;
  /** Whether a line ended in front of the token that is being read. */
  isAfterBreak = false;
  /** An arrow whose body is yet to come. */
  arrow: { readonly name: string | null; readonly start: number } | null = null;
  /** The last function that ended, of those that have the name of what they are assigned to. */
  assigned: ScannedFunction | null = null;

  constructor(text: string, options: ScanOptions) {
    this.script = new ScriptText(text);
    this.options = options;
    this.levels.push(this.level);
  }

  finish(): ScannedFunction[] {
    for (const { body } of this.levels) if (body) body.end = this.script.text.length;
    return this.functions.sort((one, other) => one.start - other.start || other.end - one.end);
  }

  open(role: Role, start: number, body: ScannedFunction | null = null): Level {
    const level = new Level(role, start);
    level.body = body;
    this.levels.push(level);
    this.level = level;
    return level;
  }

  pop(end: number): Level {
    const level = this.level;
    this.levels.pop();
    this.level = this.levels.at(-1) ?? level;
    if (level.body) level.body.end = end;
    return level;
  }

  begin(start: number, name: string | null): ScannedFunction {
    const cut = name !== null && name.length > MAX_NAME_LENGTH
      ? name.slice(0, MAX_NAME_LENGTH)
      : name;
    const found = { start, end: start, name: cut };
    this.functions.push(found);
    return found;
  }

  took(kind: Token["kind"], text: string, start: number, endsValue: boolean): void {
    const level = this.level;
    const { assigned } = level;
    this.previous = { kind, text, start, end: this.script.at, endsValue, assigned };
    if (text !== "async") level.assigned = null;
  }

  /** A value or a word begins: an arrow's expression, or a statement after a line without a semicolon. */
  beforeValue(continues: boolean): void {
    if (this.arrow) this.#openArrowExpression();
    else if (this.isAfterBreak && this.previous?.endsValue && !continues) {
      this.closeArrows(this.start);
      this.level.end();
    }
  }

  #openArrowExpression(): void {
    if (!this.arrow) return;
    const { start, name } = this.arrow;
    this.arrow = null;
    this.open("arrow", start, this.begin(start, name));
  }

  closeArrows(end: number): void {
    while (this.level.role === "arrow") this.pop(end);
  }
}
