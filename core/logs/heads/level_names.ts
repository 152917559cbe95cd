import type { Level } from "../model.ts";

/** What a word says of the level of a message. */
export interface LevelName {
  readonly level: Level;
  /**
   * Whether it is a word of common language as well (“note: …”, “success”): it counts only where nothing
   * but a level can stand.
   */
  readonly isCommon: boolean;
}

/** The names that runtimes and libraries give to levels. */
const NAMES: Readonly<Record<Level, string>> = {
  DEBUG: "trace trc trce verbose vrb debug dbug dbg debg",
  INFO: "info inf information informational notice",
  WARNING: "warning warn wrn",
  ERROR: "error err severe fail",
  CRITICAL: "critical crit fatal ftl panic pnc dpanic emergency emerg",
};

/** Those that are words of common language too. */
const COMMON_NAMES: Readonly<Record<Level, string>> = {
  DEBUG: "fine finer finest silly config",
  INFO: "log note system success http ok statement detail hint context query location",
  WARNING: "deprecated",
  ERROR: "failed",
  CRITICAL: "alert",
};

/** By their length: few names are compared with a word. */
const BY_LENGTH: readonly (readonly (readonly [string, LevelName])[])[] = byLength();

/** The level that the word between `start` and `end` names, in any case; null when it names none. */
export function readLevelName(text: string, start: number, end: number): LevelName | null {
  const names = BY_LENGTH[end - start];
  if (names === undefined) return null;
  const first = text.charCodeAt(start) | 0x20;
  for (const [name, named] of names) {
    if (name.charCodeAt(0) === first && hasWord(text, start, name)) return named;
  }
  return null;
}

/** The level that a whole value names, such as that of a JSON field; null when it names none. */
export function levelNamed(value: string): Level | null {
  const word = value.trim();
  return readLevelName(word, 0, word.length)?.level ?? null;
}

function hasWord(text: string, start: number, name: string): boolean {
  for (let at = 1; at < name.length; at++) {
    if ((text.charCodeAt(start + at) | 0x20) !== name.charCodeAt(at)) return false;
  }
  return true;
}

function byLength(): (readonly [string, LevelName])[][] {
  const lists: (readonly [string, LevelName])[][] = [];
  for (const [names, isCommon] of [[NAMES, false], [COMMON_NAMES, true]] as const) {
    for (const level of ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] as const) {
      const named = { level, isCommon };
      for (const name of names[level].split(" ")) (lists[name.length] ??= []).push([name, named]);
    }
  }
  return lists;
}
