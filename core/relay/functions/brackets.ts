import type { Awaited, Level } from "./level.ts";
import type { ScanState, Token } from "./scan_state.ts";
import { readTemplate } from "./values.ts";

/** Words whose brackets hold a condition, after which a statement begins. */
const CONDITIONS = new Set("if while for switch with catch".split(" "));
/** Words in types after which a type begins. */
const TYPE_OPERATORS = new Set(
  "readonly keyof unique is infer asserts typeof in extends new".split(" "),
);

export function openBrackets(scan: ScanState, sign: string, start: number): void {
  // A line that begins with one goes on with the line above.
  scan.beforeValue(true);
  const level = scan.level;
  const previous = scan.previous;
  const isMember = level.atMember && sign === "[";
  if (sign === "(" && previous?.text === "}" && scan.assigned?.end === previous.end) {
    // `const a = function () {}()`: its result has the name.
    scan.assigned.name = null;
  }
  const parametersOf = sign === "(" ? functionOf(scan, level, start) : null;
  if (isMember) {
    const end = scan.script.text.indexOf("]", start);
    level.nameMember(end < 0 ? "[]" : scan.script.text.slice(start, end + 1), start);
  }
  level.atMember = false;
  scan.script.at++;
  const opened = scan.open("group", start);
  opened.parametersOf = parametersOf;
  opened.assignedBefore = level.assigned;
  opened.isTyping = scan.options.types && previous?.text === ":" && level.role !== "object";
  opened.isCondition = sign === "(" && previous?.kind === "word" && CONDITIONS.has(previous.text);
  level.assigned = null;
  scan.took("sign", sign, start, false);
}

/** The function whose parameters the parenthesis holds; null where it is none's. */
function functionOf(scan: ScanState, level: Level, start: number): Awaited | null {
  if (level.awaited?.phase === "parameters") return level.awaited;
  if (level.role !== "class" && level.role !== "object") return null;
  const previous = scan.previous;
  const follows = previous?.endsValue || previous?.text === ">" || previous?.text === "?";
  if (level.member === null || !follows || level.questions > 0) return null;
  // The member's name stands right in front, but for the parameters of its type.
  const between = scan.script.text.slice(level.memberStart + level.member.length, start);
  if (!/^["'\s?!]*(?:<[^]*>\s*)?$/.test(between.slice(0, 500))) return null;
  return {
    name: level.memberName,
    isAssigned: false,
    start: level.memberStart,
    phase: "body",
  };
}

export function openBraces(scan: ScanState, start: number): void {
  const level = scan.level;
  const previous = scan.previous;
  scan.script.at++;
  if (scan.arrow) {
    const { name, start: from } = scan.arrow;
    scan.arrow = null;
    scan.open("block", start, scan.begin(from, name));
  } else if (level.awaited?.phase === "body" && mayEndType(previous)) {
    const { name, isAssigned, start: from } = level.awaited;
    level.awaited = null;
    scan.open("block", start, scan.begin(from, name)).isAssigned = isAssigned;
  } else if (level.awaitedClass && mayEndType(previous)) {
    const { name } = level.awaitedClass;
    level.awaitedClass = null;
    scan.open("class", start).className = name;
  } else {
    scan.open(isBlock(level, previous) ? "block" : "object", start);
  }
  level.isDeclaring &&= level.declared !== null;
  level.hasResultType = false;
  level.atMember = false;
  scan.took("sign", "{", start, false);
}

export function close(scan: ScanState, sign: string, start: number): void {
  scan.arrow = null;
  scan.closeArrows(start);
  scan.script.at++;
  const isBrace = sign === "}";
  const isOwn = ({ role }: Level) => isBrace ? role !== "group" : role === "group";
  // What was not closed ends here as well; a bracket that closes nothing is passed over.
  const depth = scan.levels.findLastIndex(isOwn);
  if (depth <= 0) return scan.took("sign", sign, start, true);
  while (scan.levels.length > depth + 1) scan.pop(start);
  afterClose(scan, scan.pop(scan.script.at), sign, start);
}

function afterClose(scan: ScanState, closed: Level, sign: string, start: number): void {
  const level = scan.level;
  if (closed.isAssigned) scan.assigned = closed.body;
  if (closed.role === "template") {
    scan.script.at = start;
    return readTemplate(scan);
  }
  if (closed.role === "container") return;
  if (closed.role === "group" && sign === ")") {
    const { start, assignedBefore: assigned, isTyping } = closed;
    level.lastParenthesis = { start, assigned, isTyping };
    if (closed.parametersOf) level.awaited = { ...closed.parametersOf, phase: "body" };
  }
  if (level.role === "class" && closed.role === "block") level.atMember = true;
  const endsValue = closed.role === "group" ? !closed.isCondition : closed.role === "object";
  scan.took("sign", sign, start, endsValue);
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
