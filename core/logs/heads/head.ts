import type { Level } from "../model.ts";

/**
 * Whether an entry begins with a line: always; unless the exception that ends a traceback is expected,
 * since `Error: …` may be one; or not for what the line says.
 */
export type Begins = "always" | "unless expected" | "never";

/** What the beginning of a line tells. */
export interface Head {
  /** The level, where it is told. */
  readonly level: Level | null;
  readonly begins: Begins;
}

/** A line that tells nothing. */
export const NO_HEAD: Head = { level: null, begins: "never" };

/** A timestamp, or an object, that tells no level. */
const NO_LEVEL: Head = { level: null, begins: "always" };

const HEADS = {
  "always": headsThat("always"),
  "unless expected": headsThat("unless expected"),
  "never": headsThat("never"),
} as const;

/** One of a few constants, so that reading a line allocates nothing. */
export function headOf(level: Level | null, begins: Begins): Head {
  if (level === null) return begins === "never" ? NO_HEAD : NO_LEVEL;
  return HEADS[begins][level];
}

function headsThat(begins: Begins): Readonly<Record<Level, Head>> {
  const head = (level: Level): Head => ({ level, begins });
  return {
    DEBUG: head("DEBUG"),
    INFO: head("INFO"),
    WARNING: head("WARNING"),
    ERROR: head("ERROR"),
    CRITICAL: head("CRITICAL"),
  };
}
