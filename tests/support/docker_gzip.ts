import { gzipSync } from "node:zlib";
import { dockerTime } from "./docker_json.ts";

const EXTRA_FLAG = 4;
const HEADER_BYTES = 10;

/** Gzip as the daemon makes it of a rotated file: with the last line's time (ns) in an extra field. */
export function gzipLikeDocker(plain: Uint8Array, lastTime: bigint): Uint8Array {
  const gzip = gzipSync(plain);
  const extra = new TextEncoder().encode(JSON.stringify({ lastTime: dockerTime(lastTime) }));
  const whole = new Uint8Array(gzip.length + 2 + extra.length);
  whole.set(gzip.subarray(0, HEADER_BYTES));
  whole[3] = (whole[3] ?? 0) | EXTRA_FLAG;
  new DataView(whole.buffer).setUint16(HEADER_BYTES, extra.length, true);
  whole.set(extra, HEADER_BYTES + 2);
  whole.set(gzip.subarray(HEADER_BYTES), HEADER_BYTES + 2 + extra.length);
  return whole;
}
