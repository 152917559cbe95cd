import { isDigit } from "./letters.ts";
import type { Level } from "../model.ts";

/** `E1120 17:31:00.123456` of klog; `E, [2026-11-20T17:31:00.123456 #1] ERROR -- : …` of Ruby. */
const LETTER = /^(?:[IWEF](?=\d{4} \d\d:\d\d:\d\d)|[DIWEFA](?=, \[))/;
/** `[I 2026-11-20 17:31:00.123 ServerApp] …` of Tornado and Jupyter. */
const BRACKETED_LETTER = /^\[([DIWEC]) \d/;
/** `1:M 20 Nov 2026 17:31:00.123 * Ready to accept connections` of Redis. */
const REDIS = /^\d{1,7}:[A-Za-z-]{1,20} \d\d [A-Z][a-z]{2} \d{4} [\d:.]{8,15} ([.*#-]) /;
/** `<3>…` of syslog and systemd: facility and severity in one number. */
const PRIORITY = /^<(\d{1,3})>/;
/** `(node:1) [DEP0005] DeprecationWarning: …` of Node. */
const NODE_WARNING = /^\(node:\d{1,7}\) (?:\[\w{1,20}\] )?\w{0,50}Warning: /;
/** `/srv/cart.py:12: UserWarning: …` of Python. */
const PYTHON_WARNING = /^[^\s:]{1,150}:\d{1,7}: \w{0,50}Warning: /;
/** `thread 'main' (7) panicked at src/main.rs:3:21:` of Rust. */
const RUST_PANIC = /^thread '[^']{0,100}'(?: \(\d{1,9}\))? panicked at /;

const PRIORITIES: readonly Level[] = [
  "CRITICAL",
  "CRITICAL",
  "CRITICAL",
  "ERROR",
  "WARNING",
  "INFO",
  "INFO",
  "DEBUG",
];

/** The level of a line that begins as only one program or runtime writes it; null for all others. */
export function readOddHead(line: string): Level | null {
  const first = line.charCodeAt(0);
  if (isDigit(first)) return levelOfRedis(REDIS.exec(line)?.[1]);
  switch (first) {
    case 60: // <
      return levelOfPriority(PRIORITY.exec(line)?.[1]);
    case 91: // [
      return levelOfLetter(BRACKETED_LETTER.exec(line)?.[1]);
    case 40: // (
      return NODE_WARNING.test(line) ? "WARNING" : null;
    case 116: // t
      return RUST_PANIC.test(line) ? "ERROR" : null;
  }
  return PYTHON_WARNING.test(line) ? "WARNING" : levelOfLetter(LETTER.exec(line)?.[0]);
}

/** The level that one letter stands for; null for none. */
export function levelOfLetter(letter: string | undefined): Level | null {
  switch (letter) {
    case "D":
      return "DEBUG";
    case "W":
      return "WARNING";
    case "E":
      return "ERROR";
    case "C":
    case "F":
      return "CRITICAL";
    case "I":
    case "A":
      return "INFO";
    default:
      return null;
  }
}

function levelOfRedis(mark: string | undefined): Level | null {
  switch (mark) {
    case undefined:
      return null;
    case "*":
      return "INFO";
    case "#":
      return "WARNING";
    default:
      return "DEBUG";
  }
}

function levelOfPriority(priority: string | undefined): Level | null {
  return priority === undefined ? null : PRIORITIES[Number(priority) & 7] ?? null;
}
