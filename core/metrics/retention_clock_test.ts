import assert from "node:assert/strict";
import { HOUR, MINUTE } from "../clock.ts";
import { RetentionClock } from "./retention_clock.ts";

const START = Date.parse("2026-11-20T10:00:00Z");

/** A clock that can step, and one that cannot. */
function clocks(before: number | null = null) {
  const state = { wall: START, elapsed: 0 };
  const retention = new RetentionClock({ now: () => state.wall }, before, () => state.elapsed);
  const pass = (ms: number) => {
    state.wall += ms;
    state.elapsed += ms;
  };
  return { state, retention, pass };
}

Deno.test("RetentionClock follows a clock that is right", () => {
  const { state, retention, pass } = clocks();
  for (let minute = 0; minute < 5; minute++) {
    pass(MINUTE);
    assert.equal(retention.now(), state.wall);
  }
});

Deno.test("RetentionClock goes on as time passes where the clock steps forward and back", () => {
  const { state, retention, pass } = clocks();
  state.wall += 26 * HOUR;
  pass(MINUTE);
  assert.equal(retention.now(), START + 2 * MINUTE);
  state.wall -= 26 * HOUR;
  pass(MINUTE);
  assert.equal(retention.now(), START + 2 * MINUTE);
  assert.equal(retention.now(), state.wall);
});

Deno.test("RetentionClock catches up with a clock that was put right", () => {
  const { state, retention, pass } = clocks();
  state.wall += 2 * HOUR;
  for (let minute = 0; minute < 120; minute++) pass(MINUTE);
  assert.equal(retention.now(), state.wall);
});

Deno.test("RetentionClock goes back with the clock", () => {
  const { state, retention, pass } = clocks();
  pass(HOUR);
  retention.now();
  state.wall -= 30 * MINUTE;
  assert.equal(retention.now(), state.wall);
});

Deno.test("RetentionClock goes on from where the process before was, and believes the clock an hour later", () => {
  const { state, retention, pass } = clocks(START - 26 * HOUR);
  assert.equal(retention.now(), START - 26 * HOUR);
  pass(HOUR - MINUTE);
  assert.equal(retention.now(), START - 26 * HOUR + 2 * (HOUR - MINUTE));
  pass(MINUTE);
  assert.equal(retention.now(), state.wall);
  // From then on a step is one as any other.
  state.wall += 26 * HOUR;
  pass(MINUTE);
  assert.equal(retention.now(), START + HOUR + 2 * MINUTE);
});

Deno.test("RetentionClock is right at once after a short pause, and where the clock was ahead before", () => {
  const paused = clocks(START - MINUTE);
  paused.pass(2 * MINUTE);
  assert.equal(paused.retention.now(), paused.state.wall);
  const ahead = clocks(START + HOUR);
  assert.equal(ahead.retention.now(), START);
  ahead.pass(MINUTE);
  assert.equal(ahead.retention.now(), ahead.state.wall);
  // It never was behind, so a step is not believed after an hour.
  ahead.pass(HOUR);
  ahead.retention.now();
  ahead.state.wall += 26 * HOUR;
  assert.equal(ahead.retention.now(), START + HOUR + MINUTE);
});
