/** Waits for the Metrics Collector's rolling up, without knowing when it comes. */
import assert from "node:assert/strict";
import type { Program } from "./program.ts";

const PATIENCE_MS = 120_000;
const LOOK_MS = 50;

/** Waits until everything that was accepted is rolled up; wants a short `AGGREGATION_INTERVAL`. */
export async function untilRolledUp(program: Pick<Program, "fetch">): Promise<void> {
  // Hours come after the time is told, so the second run has to be told as well.
  for (let runs = 0; runs < 2; runs++) await untilNextAggregation(program);
}

/** Waits until minutes were rolled up once more. */
export async function untilNextAggregation(program: Pick<Program, "fetch">): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  const before = await lastAggregation(program);
  while (await lastAggregation(program) === before) {
    assert.ok(Date.now() < deadline, "Samples are not rolled up");
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

async function lastAggregation(program: Pick<Program, "fetch">): Promise<string | null> {
  const health = await (await program.fetch("/health")).json();
  return (health.services?.metrics ?? health).last_aggregation;
}
