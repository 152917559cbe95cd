/** A clock that is set back, as by a time server: what was counted stays, and nothing gets stuck. */
import assert from "node:assert/strict";
import { HOUR, isoTime, MINUTE } from "../../core/clock.ts";
import { Ingest } from "../../core/errors/ingest.ts";
import { runRetention } from "../../core/errors/retention.ts";
import { openErrorStore } from "../../core/errors/sqlite_store.ts";
import type { ErrorStore } from "../../core/errors/store.ts";
import { RateLimiter } from "../../core/http/rate_limit.ts";
import { Sessions } from "../../core/http/session.ts";
import { createLogger } from "../../core/logger.ts";
import { makeFolder } from "../cli/commands.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { REPORT } from "../support/sample_report.ts";
import { integrityOf } from "./database.ts";

const NOON = Date.parse("2026-11-20T12:00:30.000Z");
const silent = createLogger({ service: "test", level: "ERROR", write() {} });

Deno.test("clock set back: events are counted on, and the latest time stays the latest", async () => {
  await using folder = await makeFolder();
  const clock = new ManualClock(isoTime(NOON));
  await withStore(`${folder.path}/errors.db`, async (store) => {
    const ingest = new Ingest({ store, clock, onAlertOwed() {} });
    await ingest.record(REPORT);
    clock.ms = NOON - 3 * HOUR;
    await ingest.record({ ...REPORT, environment: "staging" });
    await ingest.record(REPORT);
    clock.ms = NOON - 2 * HOUR;
    const { id, count } = await ingest.record(REPORT);
    assert.equal(count, 4);

    const detail = await store.detail(id, NOON);
    assert.ok(detail);
    assert.equal(detail.first_seen, isoTime(NOON));
    assert.equal(detail.last_seen, isoTime(NOON));
    assert.deepEqual(detail.environments, { production: 3, staging: 1 });
    assert.equal(detail.daily_counts.reduce((sum, one) => sum + one, 0), 4);
    assert.deepEqual(detail.occurrences.map(({ timestamp }) => timestamp), [
      isoTime(NOON - 2 * HOUR),
      isoTime(NOON - 3 * HOUR),
      isoTime(NOON - 3 * HOUR),
      isoTime(NOON),
    ]);
    for (const now of [NOON, NOON - 3 * HOUR]) {
      const page = await store.list({ limit: 50, offset: 0, resolved: false }, now);
      assert.deepEqual([page.total, page.errors[0]?.count], [1, 4]);
    }
  });
  assert.equal(integrityOf(`${folder.path}/errors.db`), "ok");
});

Deno.test("clock set back: what was resolved in the future is kept, and can be reopened", async () => {
  await using folder = await makeFolder();
  const clock = new ManualClock(isoTime(NOON));
  await withStore(`${folder.path}/errors.db`, async (store) => {
    const ingest = new Ingest({ store, clock, onAlertOwed() {} });
    const { id } = await ingest.record(REPORT);
    await store.resolve([id], isoTime(NOON));
    clock.ms = NOON - HOUR;
    const options = { store, retentionDays: 1, clock, logger: silent };
    await runRetention(options, new AbortController().signal);
    assert.equal((await ingest.record(REPORT)).status, "reopened");
  });
});

Deno.test("clock set back: nobody is refused for longer than a minute, nor let through unbounded", () => {
  const clock = new ManualClock(isoTime(NOON));
  const limiter = new RateLimiter(10, clock);
  const passed = () => Array.from({ length: 30 }, () => limiter.take("one")).filter((s) => s === 0);
  assert.equal(passed().length, 10);
  clock.ms = NOON - HOUR;
  assert.ok(passed().length <= 10);
  const wait = limiter.take("one");
  assert.ok(wait > 0 && wait <= 120, `${wait} s`);
  clock.ms += 2 * MINUTE;
  assert.equal(passed().length, 10);
});

Deno.test("clock set back: a browser stays signed in", () => {
  const clock = new ManualClock(isoTime(NOON));
  const sessions = new Sessions({ apiKey: "key", scope: "test", clock });
  const cookie = sessions.open(false).split(";")[0];
  clock.ms = NOON - HOUR;
  assert.ok(sessions.find(cookie));
});

async function withStore(path: string, work: (store: ErrorStore) => Promise<void>): Promise<void> {
  const alerts = { enabled: false, onReopen: true, burst: 10, windowMs: MINUTE };
  const store = openErrorStore({ path, alerts, logger: silent });
  try {
    await work(store);
  } finally {
    await store.close();
  }
}
