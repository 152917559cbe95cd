/** A function in a text: from its parameters (or its name) to the end of its body. */
export interface ScannedFunction {
  readonly start: number;
  /** Exclusive. */
  end: number;
  /** `total`, `Cart.total`, `new Cart` for a constructor; null for one without a name. */
  name: string | null;
}

/** What is open: a kind of brackets, an arrow function's expression, a part of an element (JSX). */
export type Role =
  | "block"
  | "class"
  | "object"
  /** Round or square brackets. */
  | "group"
  /** Within `${…}`. */
  | "template"
  | "arrow"
  | "tag"
  | "children"
  /** Within `{…}` of an element. */
  | "container";

/** A function that is known to come: its parameters, then its body. */
export interface Awaited {
  name: string | null;
  /** Whether it has the name of what it is assigned to. */
  isAssigned: boolean;
  readonly start: number;
  phase: "parameters" | "body";
}

/** Brackets that were closed, which may turn out to be the parameters of an arrow function. */
export interface Parenthesis {
  readonly start: number;
  /** What a function is called that begins there. */
  readonly assigned: string | null;
  /** Whether it follows the colon of a type, so that an arrow behind it is a type's. */
  readonly isTyping: boolean;
}

/** Words that may stand in front of a member's name. */
const MODIFIERS = new Set(
  "async get set static public private protected override readonly abstract declare accessor"
    .split(" "),
);

/** Something open, and what is known of the statement or member that is being read in it. */
export class Level {
  readonly role: Role;
  readonly start: number;
  /** The function whose body it is. */
  body: ScannedFunction | null = null;
  /** Whether that has the name of what it is assigned to. */
  isAssigned = false;
  /** Of a class. */
  className: string | null = null;

  /** Of a group: see `Parenthesis`. */
  assignedBefore: string | null = null;
  isTyping = false;
  /** Of a group: it is the parameters of this. */
  parametersOf: Awaited | null = null;
  /** Of a group: it is the condition of a statement, which comes next. */
  isCondition = false;

  /** What `=` will give a name to, in a declaration. */
  declared: string | null = null;
  isDeclaring = false;
  /** What a function is called that begins with the next token. */
  assigned: string | null = null;
  /** Of a class or an object: whether the next word names a member. */
  atMember: boolean;
  /** The last member that was named, and where. */
  member: string | null = null;
  memberStart: number;
  awaited: Awaited | null = null;
  awaitedClass: { name: string | null } | null = null;
  /** Whether the next colon ends a `case`. */
  isLabelled = false;
  /** Choices (`a ? b : c`) whose colon has not come. */
  questions = 0;
  /** Whether a type stands behind the last parenthesis. */
  hasResultType = false;
  lastParenthesis: Parenthesis;

  constructor(role: Role, start: number) {
    this.role = role;
    this.start = start;
    this.atMember = role === "class" || role === "object";
    this.memberStart = start;
    this.lastParenthesis = { start, assigned: null, isTyping: false };
  }

  nameMember(name: string, start: number): void {
    this.member = name;
    this.memberStart = start;
    this.atMember = MODIFIERS.has(name);
    if (this.role === "class") this.declared = name;
  }

  /** What a function that is the member is called. */
  get memberName(): string | null {
    const { role, member, className } = this;
    if (role !== "class" || member === null) return member;
    if (member === "constructor") return className === null ? null : `new ${className}`;
    return className === null ? member : `${className}.${member}`;
  }

  /** A statement or a member ends. */
  end(): void {
    this.isDeclaring = false;
    this.declared = null;
    this.assigned = null;
    this.dropBody();
    if (this.role === "class") this.atMember = true;
  }

  /** What looked like a method or a declaration of a function has no body. */
  dropBody(): void {
    if (this.awaited?.phase === "body") this.awaited = null;
  }
}
