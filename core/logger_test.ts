import assert from "node:assert/strict";
import { ManualClock } from "../tests/support/manual_clock.ts";
import { createLogger, LOG_LEVELS } from "./logger.ts";

function logger(level: (typeof LOG_LEVELS)[number]) {
  const written: string[] = [];
  const clock = new ManualClock("2026-11-20T17:31:00.123Z");
  return {
    written,
    logger: createLogger({ service: "errors", level, clock, write: (line) => written.push(line) }),
  };
}

Deno.test("createLogger() writes a JSON line an event, its own fields first", () => {
  const { written, logger: log } = logger("INFO");
  log.info("Listening", { port: 5010, nested: { a: [1] }, missing: undefined });
  assert.deepEqual(written, [
    '{"ts":"2026-11-20T17:31:00.123Z","level":"INFO","service":"errors","msg":"Listening",' +
    '"port":5010,"nested":{"a":[1]}}\n',
  ]);
});

Deno.test("createLogger() keeps line breaks and control characters within the line", () => {
  const { written, logger: log } = logger("INFO");
  log.warn('a\nb\r\u0000"', { why: "\n\u2028" });
  assert.equal(written.length, 1);
  assert.equal(written[0]?.split("\n").length, 2);
  assert.equal(JSON.parse(written[0] ?? "").msg, 'a\nb\r\u0000"');
});

for (const [index, level] of LOG_LEVELS.entries()) {
  Deno.test(`createLogger() at ${level} drops what is less urgent`, () => {
    const { written, logger: log } = logger(level);
    log.error("1");
    log.warn("2");
    log.info("3");
    log.debug("4");
    const levels = written.map((line) => JSON.parse(line).level);
    assert.deepEqual(levels, LOG_LEVELS.slice(0, index + 1));
  });
}

Deno.test("Logger.child() logs under another service's name, at the same level", () => {
  const { written, logger: log } = logger("WARN");
  const child = log.child("relay");
  child.info("dropped");
  child.error("kept");
  assert.deepEqual(written.map((line) => JSON.parse(line).service), ["relay"]);
});
