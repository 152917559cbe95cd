import type { Begins } from "./head.ts";
import type { Level } from "../model.ts";

/** A text that lines begin with, and what it tells. */
export interface KnownBeginning {
  readonly text: string;
  readonly level: Level;
  /** Whether an entry begins there in any case; a traceback may belong to the line before. */
  readonly begins: Begins;
}

/** What runtimes print beside levels. */
const BEGINNINGS: readonly KnownBeginning[] = [
  { text: "Traceback (most recent call last)", level: "ERROR", begins: "never" },
  { text: "  + Exception Group Traceback", level: "ERROR", begins: "never" },
  { text: "Fatal Python error: ", level: "CRITICAL", begins: "always" },
  { text: 'Exception in thread "', level: "ERROR", begins: "always" },
  { text: "Unhandled exception", level: "ERROR", begins: "always" },
  { text: "panic: ", level: "CRITICAL", begins: "always" },
  { text: "fatal error: ", level: "CRITICAL", begins: "always" },
  { text: "PHP Fatal error:", level: "CRITICAL", begins: "always" },
  { text: "PHP Parse error:", level: "CRITICAL", begins: "always" },
  { text: "PHP Warning:", level: "WARNING", begins: "always" },
  { text: "PHP Notice:", level: "INFO", begins: "always" },
  { text: "PHP Deprecated:", level: "WARNING", begins: "always" },
  { text: "Fatal error: ", level: "CRITICAL", begins: "unless expected" },
  { text: "Parse error: ", level: "CRITICAL", begins: "unless expected" },
  { text: "npm ERR!", level: "ERROR", begins: "always" },
  { text: "npm error ", level: "ERROR", begins: "always" },
  { text: "npm WARN ", level: "WARNING", begins: "always" },
  { text: "npm warn ", level: "WARNING", begins: "always" },
  // The status lines of systemd.
  { text: "[  OK  ] ", level: "INFO", begins: "always" },
  { text: "[DEPEND] ", level: "WARNING", begins: "always" },
];

/** By their first character, since most lines begin with none of them. */
const BY_FIRST: ReadonlyMap<number, readonly KnownBeginning[]> = Map.groupBy(
  BEGINNINGS,
  ({ text }) => text.charCodeAt(0),
);

/** What the text at `start` begins with, if it is known; else null. */
export function knownBeginning(line: string, start: number): KnownBeginning | null {
  const candidates = BY_FIRST.get(line.charCodeAt(start));
  return candidates?.find(({ text }) => line.startsWith(text, start)) ?? null;
}

const PHP_MESSAGE = ": PHP message: ";

/** The level in `NOTICE: PHP message: PHP Warning:  …`: PHP-FPM logs all that scripts say at its own. */
export function levelOfPhpMessage(line: string, endOfLevel: number): Level | null {
  if (!line.startsWith(PHP_MESSAGE, endOfLevel)) return null;
  return knownBeginning(line, endOfLevel + PHP_MESSAGE.length)?.level ?? null;
}
