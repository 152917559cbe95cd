/** How programs end. */
import assert from "node:assert/strict";
import type { Program } from "./program.ts";

/** Longer than a busy machine takes to end the program, shorter than a mail server is waited for (30 s). */
export const AT_ONCE_MS = 25_000;

/** Sends a signal; expects that the program ends with 0, without waiting for anybody until a deadline. */
export async function stopsAtOnce(
  program: Program,
  signal: Deno.Signal = "SIGTERM",
): Promise<void> {
  await stopsInTime(program, signal);
  assert.doesNotMatch(program.output(), /Requests in flight were cut off/);
}

/** Sends a signal; expects that the program ends with 0, though it may cut off who does not end. */
export async function stopsInTime(
  program: Program,
  signal: Deno.Signal = "SIGTERM",
): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`The program does not end:\n${program.output()}`)),
    AT_ONCE_MS,
  );
  try {
    assert.equal(await Promise.race([program.stop(signal), late.promise]), 0, program.output());
  } finally {
    clearTimeout(timer);
  }
}
