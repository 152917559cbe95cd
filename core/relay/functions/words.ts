import type { Level } from "./level.ts";
import type { ScanState } from "./scan_state.ts";

/** Words after which a value begins. */
const BEFORE_VALUE = new Set(
  "return typeof case in instanceof new delete throw do else yield await extends default"
    .split(" "),
);
/** Words that go on with the line above. */
const CONTINUES = new Set("in of instanceof as satisfies is extends implements".split(" "));

export function readWord(scan: ScanState): void {
  const start = scan.script.at;
  const word = scan.script.word();
  scan.beforeValue(CONTINUES.has(word));
  const level = scan.level;
  const previous = scan.previous?.text ?? "";
  const isMember = level.atMember;
  if (previous === "." || previous === "?.") return scan.took("word", word, start, true);
  nameByWord(level, word, start, previous);
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
  scan.took("word", word, start, isMember || !BEFORE_VALUE.has(word));
  if (word === "default" && previous === "export") level.assigned = "default";
}

function nameByWord(level: Level, word: string, start: number, previous: string): void {
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

function isDeclarator(previous: string): boolean {
  return previous === "const" || previous === "let" || previous === "var" || previous === ",";
}
