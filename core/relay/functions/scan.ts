import { readChildren, readTag } from "./elements.ts";
import type { ScannedFunction } from "./level.ts";
import { type ScanOptions, ScanState } from "./scan_state.ts";
import { isDigit, isWordStart } from "./script_text.ts";
import { readSign } from "./signs.ts";
import { readNumber, readString } from "./values.ts";
import { readWord } from "./words.ts";

export type { ScannedFunction } from "./level.ts";

const TOKENS_A_STEP = 2000;
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
  const scan = new ScanState(text, options);
  for (let count = 1; readToken(scan); count++) if (count % TOKENS_A_STEP === 0) yield;
  return scan.finish();
}

/** Reads one token; false at the end. */
function readToken(scan: ScanState): boolean {
  if (scan.levels.length > MAX_LEVELS) return false;
  if (scan.level.role === "children") return readChildren(scan);
  scan.isAfterBreak = scan.script.skipBlanks();
  const { code, at } = scan.script;
  scan.start = at;
  if (Number.isNaN(code)) return false;
  if (scan.level.role === "tag") readTag(scan);
  else if (isWordStart(code)) readWord(scan);
  else if (isDigit(code)) readNumber(scan);
  else if (code === 34 /* " */ || code === 39 /* ' */) readString(scan);
  else readSign(scan, scan.script.text[at] ?? "", at);
  return true;
}
