import assert from "node:assert/strict";
import { captureLog } from "../../tests/support/captured_log.ts";
import { createLogger } from "../logger.ts";
import { Database } from "./database.ts";
import {
  ForeignDatabaseError,
  migrate,
  migrations,
  NewerSchemaError,
  pendingMigrations,
  schemaVersion,
} from "./migrator.ts";

const ONE = "CREATE TABLE one (n INTEGER); INSERT INTO one VALUES (1);";
const TWO = "ALTER TABLE one ADD COLUMN text TEXT; CREATE INDEX by_n ON one (n);";
const BROKEN = "CREATE TABLE two (n INTEGER); INSERT INTO one VALUES (2); SELECT * FROM nowhere;";

async function withDatabase(work: (database: Database) => void): Promise<void> {
  const folder = await Deno.makeTempDir();
  const database = Database.open(`${folder}/test.db`);
  try {
    work(database);
  } finally {
    database.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/** All that is in the database: its schema, and the rows of `one` and `_meta`. */
function content(database: Database) {
  const all = (sql: string) => database.prepare(sql).all().map((row) => ({ ...row }));
  const schema = all("SELECT type, name, sql FROM sqlite_schema ORDER BY name");
  const has = (table: string) => schema.some(({ name }) => name === table);
  return {
    schema,
    one: has("one") ? all("SELECT * FROM one") : null,
    meta: has("_meta") ? all("SELECT * FROM _meta") : null,
  };
}

Deno.test("migrate() brings a new database up, step by step, each logged", () =>
  withDatabase((database) => {
    const { logger, lines } = captureLog("INFO");
    const known = migrations({ "0001_one.sql": ONE, "0002_two.sql": TWO });
    assert.equal(schemaVersion(database), 0);
    migrate(database, known, logger);
    assert.equal(schemaVersion(database), 2);
    assert.deepEqual(content(database).meta, [{ key: "schema_version", value: "2" }]);
    assert.deepEqual(
      lines.map(({ level, msg, migration, schema_version }) => ({
        level,
        msg,
        migration,
        schema_version,
      })),
      [
        { level: "INFO", msg: "Migration applied", migration: "0001_one.sql", schema_version: 1 },
        { level: "INFO", msg: "Migration applied", migration: "0002_two.sql", schema_version: 2 },
      ],
    );
  }));

Deno.test("migrate() applies what is lacking alone, and nothing the second time", () =>
  withDatabase((database) => {
    const { logger, lines } = captureLog("INFO");
    const both = { "0001_one.sql": ONE, "0002_two.sql": TWO };
    migrate(database, migrations({ "0001_one.sql": ONE }), logger);
    assert.deepEqual(pendingMigrations(database, migrations(both)).map(({ version }) => version), [
      2,
    ]);
    migrate(database, migrations(both), logger);
    migrate(database, migrations(both), logger);
    assert.equal(lines.length, 2);
    assert.deepEqual(content(database).one, [{ n: 1, text: null }]);
  }));

Deno.test("migrate() that fails leaves the database as it was", () =>
  withDatabase((database) => {
    const { logger, lines } = captureLog("INFO");
    migrate(database, migrations({ "0001_one.sql": ONE }), logger);
    const before = content(database);
    const broken = migrations({ "0001_one.sql": ONE, "0002_broken.sql": BROKEN });
    assert.throws(
      () => migrate(database, broken, logger),
      /^Error: Migration 0002_broken\.sql of ".*test\.db" failed: no such table: nowhere\. The database is as it was before$/,
    );
    assert.deepEqual(content(database), before);
    assert.equal(lines.length, 1);
    // Mended, it goes through.
    migrate(database, migrations({ "0001_one.sql": ONE, "0002_two.sql": TWO }), logger);
    assert.equal(schemaVersion(database), 2);
  }));

Deno.test("migrate() whose very first step fails leaves an empty database", () =>
  withDatabase((database) => {
    const { logger } = captureLog();
    assert.throws(() => migrate(database, migrations({ "0001_broken.sql": BROKEN }), logger));
    assert.deepEqual(content(database).schema, []);
  }));

Deno.test("migrate() refuses a database of a newer program, untouched", () =>
  withDatabase((database) => {
    const { logger } = captureLog();
    migrate(database, migrations({ "0001_one.sql": ONE, "0002_two.sql": TWO }), logger);
    const before = content(database);
    assert.throws(() => migrate(database, migrations({ "0001_one.sql": ONE }), logger), (error) => {
      assert.ok(error instanceof NewerSchemaError);
      assert.match(
        error.message,
        /has schema version 2, but this program knows only 1: it was used by a newer Monlight/,
      );
      return true;
    });
    assert.deepEqual(content(database), before);
  }));

Deno.test("migrate() applies nothing that another process has applied meanwhile", async () => {
  const folder = await Deno.makeTempDir();
  const known = migrations({ "0001_one.sql": ONE, "0002_two.sql": TWO });
  const slow = Database.open(`${folder}/test.db`);
  const fast = Database.open(`${folder}/test.db`);
  const { logger, lines } = captureLog("INFO");
  // After its first step the slow one is overtaken.
  const overtaken = createLogger({
    service: "slow",
    level: "INFO",
    write(line) {
      lines.push(JSON.parse(line));
      migrate(fast, known, logger);
    },
  });
  migrate(slow, known, overtaken);
  assert.deepEqual(lines.map(({ service, schema_version }) => [service, schema_version]), [
    ["slow", 1],
    ["test", 2],
  ]);
  assert.deepEqual(content(slow).one, [{ n: 1, text: null }]);
  slow.close();
  fast.close();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("migrations() wants numbers without gaps", () => {
  assert.deepEqual(migrations({ "0001_a.sql": "x", "0002_b.sql": "y" }), [
    { version: 1, name: "0001_a.sql", sql: "x" },
    { version: 2, name: "0002_b.sql", sql: "y" },
  ]);
  for (const names of [["0002_a.sql"], ["0001_a.sql", "0003_b.sql"], ["1_a.sql"], ["0001_a.txt"]]) {
    const files = Object.fromEntries(names.map((name) => [name, ""]));
    assert.throws(() => migrations(files), /is not number/);
  }
});

Deno.test("migrate() leaves the database of another program alone", () =>
  withDatabase((database) => {
    database.exec("CREATE TABLE theirs (n INTEGER)");
    const before = content(database);
    const { logger } = captureLog();
    assert.throws(
      () => migrate(database, migrations({ "0001_one.sql": ONE }), logger),
      ForeignDatabaseError,
    );
    assert.deepEqual(content(database), before);
  }));
