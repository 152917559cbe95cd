import fc from "fast-check";
import assert from "node:assert/strict";
import { ManualClock } from "../../tests/support/manual_clock.ts";
import { MINUTE, SECOND } from "../clock.ts";
import { RateLimiter } from "./rate_limit.ts";

/** A clock at the first millisecond of a clock minute. */
const clockAt = (ms: number) => {
  const clock = new ManualClock("2026-11-20T17:31:00.000Z");
  clock.advance(ms);
  return clock;
};

/** Takes until refused; gives how many passed. */
function takeAll(limiter: RateLimiter, caller = "a", most = 10_000): number {
  for (let count = 0; count < most; count++) if (limiter.take(caller) > 0) return count;
  return most;
}

Deno.test("RateLimiter.take() lets as many pass as the limit says", () => {
  for (const limit of [1, 2, 5, 100]) {
    assert.equal(takeAll(new RateLimiter(limit, clockAt(30_000))), limit);
  }
});

Deno.test("RateLimiter.take() of 0 a minute is no limit, and remembers nobody", () => {
  const limiter = new RateLimiter(0, clockAt(0));
  assert.equal(takeAll(limiter), 10_000);
  assert.equal(limiter.size, 0);
});

Deno.test("RateLimiter.take() counts each caller apart", () => {
  const limiter = new RateLimiter(3, clockAt(0));
  assert.equal(takeAll(limiter, "a"), 3);
  assert.equal(takeAll(limiter, "b"), 3);
  assert.equal(takeAll(limiter, "a"), 0);
});

Deno.test("RateLimiter.take() slides: the turn of a minute frees nothing at once", () => {
  const clock = clockAt(59_999);
  const limiter = new RateLimiter(100, clock);
  assert.equal(takeAll(limiter), 100);
  clock.advance(1);
  assert.equal(takeAll(limiter), 0);
  clock.advance(30 * SECOND);
  assert.equal(takeAll(limiter), 50);
  clock.advance(2 * MINUTE);
  assert.equal(takeAll(limiter), 100);
});

Deno.test("RateLimiter.take() that is refused costs nothing", () => {
  const clock = clockAt(0);
  const limiter = new RateLimiter(10, clock);
  takeAll(limiter);
  for (let n = 0; n < 1000; n++) limiter.take("a");
  clock.advance(2 * MINUTE);
  assert.equal(takeAll(limiter), 10);
});

Deno.test("RateLimiter.take() starts anew when the clock steps back", () => {
  const clock = clockAt(0);
  const limiter = new RateLimiter(2, clock);
  takeAll(limiter);
  clock.advance(-10 * MINUTE);
  assert.equal(takeAll(limiter), 2);
});

Deno.test("RateLimiter.take() tells the very second from which a request passes", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 120 }),
    fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 60 }),
    (limit, pauses) => {
      const clock = clockAt(0);
      const limiter = new RateLimiter(limit, clock);
      for (const pause of pauses) {
        clock.advance(pause);
        const passes = limiter.take("a") === 0;
        if (passes && pause % 2) takeAll(limiter);
        const wait = limiter.take("a");
        if (wait === 0) continue;
        assert.ok(Number.isInteger(wait) && wait >= 1 && wait <= 61, `${wait}`);
        clock.advance((wait - 1) * SECOND);
        if (wait > 1) assert.ok(limiter.take("a") > 0, "It passes a second earlier");
        clock.advance(SECOND);
        assert.equal(limiter.take("a"), 0, "It does not pass when told");
      }
    },
  ));
});

Deno.test("RateLimiter.take() lets no minute through more than twice the limit and one", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 50 }),
    fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 400 }),
    (limit, pauses) => {
      const clock = clockAt(0);
      const limiter = new RateLimiter(limit, clock);
      const passed: number[] = [];
      for (const pause of pauses) {
        clock.advance(pause);
        if (limiter.take("a") === 0) passed.push(clock.now());
      }
      for (const at of passed) {
        const within = passed.filter((other) => other >= at && other < at + MINUTE).length;
        assert.ok(within <= 2 * limit + 1, `${within} within a minute at a limit of ${limit}`);
      }
    },
  ));
});

Deno.test("RateLimiter remembers 10,000 callers at most, those of late", () => {
  const limiter = new RateLimiter(1, clockAt(0));
  limiter.take("first");
  for (let n = 0; n < 9_999; n++) limiter.take(`caller ${n}`);
  assert.equal(limiter.size, 10_000);
  assert.ok(limiter.take("first") > 0);
  for (let n = 0; n < 50_000; n++) {
    limiter.take(`stranger ${n}`);
    // Who comes now and then is not forgotten for strangers.
    if (n % 5000 === 0) assert.ok(limiter.take("first") > 0);
  }
  assert.equal(limiter.size, 10_000);
  assert.equal(limiter.take("caller 0"), 0);
});
