import assert from "node:assert/strict";
import { captureLog } from "../../tests/support/captured_log.ts";
import { Database } from "../sqlite/database.ts";
import { migrate } from "../sqlite/migrator.ts";
import { encodeChunk } from "./chunk.ts";
import { metricMigrations } from "./migrations/index.ts";
import { openMetricStore } from "./sqlite_store.ts";

const NOW = Date.parse("2026-11-20T17:31:00.000Z");

Deno.test("0003_idempotency.sql leaves the samples of a database of version 2 as they are", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/metrics.db`;
  const { logger } = captureLog();
  const chunk = encodeChunk([{ series: [1, 1], times: [NOW, NOW + 1], values: [5, 6] }]);
  const old = Database.open(path);
  migrate(old, metricMigrations.slice(0, 2), logger);
  old.prepare(
    "INSERT INTO metrics_chunks (id, first_time, last_time, samples, data) VALUES (1, ?, ?, 2, ?)",
  ).run(chunk.firstTime, chunk.lastTime, chunk.data);
  old.close();
  const store = openMetricStore(path, logger);
  try {
    assert.equal(store.schemaVersion, metricMigrations.length);
    assert.equal(store.countOf("key"), undefined);
    const added = { metrics: [], series: [] };
    store.append({ chunks: [chunk], added, keys: [{ key: "key", count: 2 }] }, NOW);
    assert.equal(store.countOf("key"), 2);
    const places = store.chunksAfter(0);
    assert.deepEqual(places.map(({ id }) => id), [1, 2]);
    const values = places.map((place) => [...store.samples(place)?.values ?? []]);
    assert.deepEqual(values, [[5, 6], [5, 6]]);
  } finally {
    store.close();
    await Deno.remove(folder, { recursive: true });
  }
});
