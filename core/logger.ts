import { type Clock, isoTime, systemClock } from "./clock.ts";

export const LOG_LEVELS = ["ERROR", "WARN", "INFO", "DEBUG"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type LogFields = Readonly<Record<string, unknown>>;

/** Writes one JSON line an event: `{"ts","level","service","msg",…fields}`. */
export interface Logger {
  error(msg: string, fields?: LogFields): void;
  warn(msg: string, fields?: LogFields): void;
  info(msg: string, fields?: LogFields): void;
  debug(msg: string, fields?: LogFields): void;
  /** The same logger under another service's name. */
  child(service: string): Logger;
}

export interface LoggerOptions {
  readonly service: string;
  readonly level: LogLevel;
  readonly clock?: Clock;
  /** Where a finished line (with its newline) goes; standard output unless given. */
  readonly write?: (line: string) => void;
}

/** A logger that drops what is less urgent than `level`. */
export function createLogger(options: LoggerOptions): Logger {
  const { service, level, clock = systemClock, write = writeToStdout } = options;
  const most = LOG_LEVELS.indexOf(level);
  const log = (at: LogLevel) => (msg: string, fields: LogFields = {}) => {
    if (LOG_LEVELS.indexOf(at) > most) return;
    write(JSON.stringify({ ts: isoTime(clock.now()), level: at, service, msg, ...fields }) + "\n");
  };
  return {
    error: log("ERROR"),
    warn: log("WARN"),
    info: log("INFO"),
    debug: log("DEBUG"),
    child: (name) => createLogger({ ...options, service: name }),
  };
}

const encoder = new TextEncoder();

function writeToStdout(line: string): void {
  const bytes = encoder.encode(line);
  try {
    for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
  } catch {
    // The reader of our output went away (a closed pipe). Monitoring goes on without it.
  }
}
