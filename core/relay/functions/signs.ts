import { close, openBraces, openBrackets } from "./brackets.ts";
import { readAngle, readTypes } from "./elements.ts";
import type { ScanState } from "./scan_state.ts";
import { isDigit } from "./script_text.ts";
import { readRegularExpression, readTemplate } from "./values.ts";
import { readWord } from "./words.ts";

export function readSign(scan: ScanState, sign: string, start: number): void {
  switch (sign) {
    case "(":
    case "[":
      return openBrackets(scan, sign, start);
    case "{":
      return openBraces(scan, start);
    case ")":
    case "]":
    case "}":
      return close(scan, sign, start);
    case "/":
      if (!scan.previous?.endsValue) return readRegularExpression(scan);
      break;
    case "`":
      scan.beforeValue(true);
      return readTemplate(scan);
    case "<":
      if (scan.previous?.endsValue ? readTypes(scan, start) : readAngle(scan, start)) return;
      break;
    case "=":
      return readEquals(scan, start);
    case ",":
    case ";":
      scan.script.at++;
      return separate(scan, sign, start);
    case ":":
      scan.script.at++;
      return readColon(scan, start);
    case "?":
      return readQuestion(scan, start);
    case "#":
      // A private name is a word.
      return readWord(scan);
  }
  scan.script.at++;
  const next = scan.script.text[scan.script.at];
  if (sign === "<" && next === "<") scan.script.at++;
  // `i++` ends a value, `i + +j` does not.
  if ((sign === "+" || sign === "-") && next === sign) {
    scan.script.at++;
    return scan.took("sign", sign + next, start, scan.previous?.endsValue ?? false);
  }
  if (sign === "!" && scan.previous?.endsValue && !scan.isAfterBreak && next !== "=") return;
  scan.beforeValue(true);
  scan.took("sign", sign, start, false);
}

function readEquals(scan: ScanState, start: number): void {
  const next = scan.script.text[scan.script.at + 1];
  scan.script.at += next === "=" || next === ">" ? 2 : 1;
  if (next === ">") return readArrow(scan, start);
  const level = scan.level;
  if (next === "=") {
    if (scan.script.text[scan.script.at] === "=") scan.script.at++;
    return scan.took("sign", "==", start, false);
  }
  // `<=`, `+=` and the like name nothing, but `||=` and its kind do.
  const before = scan.previous;
  const named = level.role === "class" ? level.memberName : level.declared;
  const name = before?.endsValue && named ? named : scan.script.assignedBefore(start);
  level.declared = null;
  level.dropBody();
  scan.took("sign", "=", start, false);
  level.assigned = name;
}

function readArrow(scan: ScanState, start: number): void {
  const level = scan.level;
  const before = scan.previous;
  // `(a: b) => c` as the type of a result, or of what stands before the colon.
  const isType = level.awaited?.phase === "body" ||
    (before?.text === ")" && level.lastParenthesis.isTyping);
  if (isType) return scan.took("sign", "=>", start, false);
  const isWord = before?.kind === "word" && !level.hasResultType;
  const from = isWord ? before : level.lastParenthesis;
  level.hasResultType = false;
  scan.took("sign", "=>", start, false);
  scan.arrow = { name: from.assigned, start: from.start };
}

function separate(scan: ScanState, sign: string, start: number): void {
  scan.arrow = null;
  scan.closeArrows(start);
  const level = scan.level;
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
  scan.took("sign", sign, start, false);
}

function readColon(scan: ScanState, start: number): void {
  if (scan.level.role === "arrow" && scan.level.questions === 0) {
    // The other branch of a choice around the arrow.
    scan.closeArrows(start);
  }
  const level = scan.level;
  const isChoice = level.questions > 0;
  const isLabel = level.isLabelled && !isChoice;
  if (isChoice) level.questions--;
  if (isLabel) level.isLabelled = false;
  level.atMember = false;
  const isResult = scan.previous?.text === ")" && !isChoice && !isLabel;
  scan.took("sign", isLabel ? ";" : isChoice ? "?:" : ":", start, false);
  level.hasResultType = isResult;
  if (level.role !== "object" || isChoice || isResult) return;
  level.assigned = level.member;
  level.awaited = null;
}

function readQuestion(scan: ScanState, start: number): void {
  const next = scan.script.text[scan.script.at + 1];
  const isChain = next === "." && !isDigit(scan.script.text.charCodeAt(scan.script.at + 2));
  scan.script.at += next === "?" || isChain ? 2 : 1;
  const text = next === "?" ? "??" : isChain ? "?." : "?";
  // `name?: string` is no choice.
  const following = scan.script.following ?? ")";
  const isOptional = ":),".includes(following) ||
    (scan.level.role === "class" && scan.level.declared !== null);
  if (text === "?" && !isOptional) scan.level.questions++;
  scan.took("sign", text, start, false);
}
