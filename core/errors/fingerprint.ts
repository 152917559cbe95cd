// Not node:crypto: loading it costs 9 MB of resident memory.
import { md5 } from "@noble/hashes/legacy.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { failingFrame, type LocatedFrame } from "./traceback.ts";

/** Kept beside each fingerprint: another way of grouping gets another number. */
export const FINGERPRINT_VERSION = 1;

/** What makes reports the same error. */
export interface Fingerprint {
  readonly version: typeof FINGERPRINT_VERSION;
  /** 32 lower-case hex digits. */
  readonly hash: string;
  /** The frame it names; null when the traceback has no location. */
  readonly frame: LocatedFrame | null;
}

/** Gives the MD5 of a text in UTF-8 as 32 lower-case hex digits. */
export function md5Hex(text: string): string {
  return bytesToHex(md5(utf8ToBytes(text)));
}

/**
 * The fingerprint of a report: MD5 of `{project}:{exceptionType}:{file}:{line}` in UTF-8, by the
 * failing frame. Without any location the whole traceback stands in place of `{file}:{line}`.
 * `digest` may be `md5Hex` with a memory.
 */
export function fingerprint(
  report: { project: string; exceptionType: string; traceback: string },
  digest: (text: string) => string = md5Hex,
): Fingerprint {
  const frame = failingFrame(report.traceback)?.frame ?? null;
  const place = frame === null ? report.traceback : `${frame.file}:${frame.line}`;
  const hash = digest(`${report.project}:${report.exceptionType}:${place}`);
  return { version: FINGERPRINT_VERSION, hash, frame };
}
