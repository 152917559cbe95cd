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

/**
 * The fingerprint of a report: MD5 of `{project}:{exceptionType}:{file}:{line}` in UTF-8, by the
 * failing frame. Without any location the whole traceback stands in place of `{file}:{line}`.
 */
export function fingerprint(
  report: { project: string; exceptionType: string; traceback: string },
): Fingerprint {
  const frame = failingFrame(report.traceback)?.frame ?? null;
  const place = frame === null ? report.traceback : `${frame.file}:${frame.line}`;
  return {
    version: FINGERPRINT_VERSION,
    hash: bytesToHex(md5(utf8ToBytes(`${report.project}:${report.exceptionType}:${place}`))),
    frame,
  };
}
