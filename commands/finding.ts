/** What `monlight doctor` finds: one line each. */
export interface Finding {
  readonly status: "ok" | "warn" | "fail";
  /** What was looked at: `configuration`, `errors database`. */
  readonly check: string;
  /** What is there, as a sentence without its period. */
  readonly message: string;
  /** What to do, as a sentence without its period; null where nothing is to be done. */
  readonly advice: string | null;
}

export function ok(check: string, message: string): Finding {
  return { status: "ok", check, message, advice: null };
}

/** Something that works now and may not for ever. */
export function warn(check: string, message: string, advice: string): Finding {
  return { status: "warn", check, message, advice };
}

/** Something that does not work. */
export function fail(check: string, message: string, advice: string): Finding {
  return { status: "fail", check, message, advice };
}
