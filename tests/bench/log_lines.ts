/** Lines of logs for benches: alike in shape, as those of one program are, and of 116 bytes each. */
import { DockerLog } from "../support/docker_logs.ts";

export const LINE_BYTES = 116;

const METHODS = ["GET", "GET", "GET", "POST", "PUT", "DELETE"];
const PATHS = ["/cart", "/api/v1/orders", "/api/v1/items", "/checkout", "/login", "/health"];
const EVENTS = ["cache miss", "cache hit", "payment accepted", "retry scheduled", "order placed"];
const LEVELS = ["INFO", "INFO", "INFO", "INFO", "DEBUG", "WARNING", "ERROR"];

/** The line of a number; a thousand follow each other in 86 s, a million in a day. */
export function logLine(n: number): string {
  // Numbers without a visible pattern, the same at every run.
  const mixed = Math.imul(n, 0x9e3779b1) >>> 0;
  const pick = <T>(list: readonly T[], shift: number) => list[(mixed >>> shift) % list.length];
  const line = `${pick(LEVELS, 3)} request ${pick(METHODS, 5)} ${pick(PATHS, 7)}/${mixed % 9973} ` +
    `${pick(EVENTS, 11)} user_id=${mixed % 5000} status=${n % 97 === 0 ? 500 : 200} ` +
    `took ${(mixed >>> 9) % 900}ms trace=${mixed.toString(16)}`;
  return line.padEnd(LINE_BYTES - 1, ".").slice(0, LINE_BYTES - 1);
}

/** Milliseconds between two lines: a million are a day. */
export const LINE_MS = 86.4;

/** Writes so many lines in all, over some containers, as Docker does; the last was written just now. */
export function writeLogs(folder: string, lines: number, containers: number): void {
  const start = Date.now() - lines * LINE_MS;
  for (let container = 0; container < containers; container++) {
    using log = new DockerLog(folder, `service-${container}`);
    for (let n = container; n < lines; n += 1000 * containers) {
      let text = "";
      for (let at = n; at < Math.min(n + 1000 * containers, lines); at += containers) {
        const time = Math.round(start + at * LINE_MS);
        text += log.lines("stdout", logLine(at), { time }).join("");
      }
      log.append(text);
    }
  }
}
