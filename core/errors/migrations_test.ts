import assert from "node:assert/strict";
import { captureLog } from "../../tests/support/captured_log.ts";
import { MINUTE } from "../clock.ts";
import { Database } from "../sqlite/database.ts";
import { migrate } from "../sqlite/migrator.ts";
import { errorMigrations } from "./migrations/index.ts";
import { openErrorStore } from "./sqlite_store.ts";
import { NOW, occurrence } from "./store_test_support.ts";

Deno.test("0002_idempotency.sql leaves the groups of a database of version 1 as they are", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/errors.db`;
  const { logger } = captureLog();
  const old = Database.open(path);
  migrate(old, errorMigrations.slice(0, 1), logger);
  old.exec(`
    INSERT INTO error_groups (id, fingerprint, fingerprint_version, project, environment, source,
      environment_count, hour, hour_count, count, first_seen, last_seen, exception_type, message)
    VALUES (7, 'f', 1, 'shop', 'production', 'server', 3, 1, 3, 3, '2026-11-19T00:00:00.000Z',
      '2026-11-19T00:00:00.000Z', 'ValueError', 'bad');
    INSERT INTO error_tracebacks (error_id, traceback) VALUES (7, '');
    INSERT INTO error_environments (environment, error_id, count) VALUES ('production', 7, 0);`);
  old.close();
  const alerts = { enabled: false, onReopen: true, burst: 10, windowMs: MINUTE };
  const store = openErrorStore({ path, logger, alerts });
  try {
    assert.equal(store.schemaVersion, 2);
    const keyed = { ...occurrence("f"), idempotencyKey: "key" };
    const expected = { status: "incremented", id: 7, fingerprint: "f", count: 4 };
    assert.deepEqual(await store.recordOccurrences([keyed, keyed]), [expected, expected]);
    assert.equal((await store.detail(7, NOW))?.count, 4);
  } finally {
    await store.close();
    await Deno.remove(folder, { recursive: true });
  }
});
