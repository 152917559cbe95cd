/** Databases that earlier versions left: see `tests/golden/databases/README.md`. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { DATABASES } from "../../commands/databases.ts";
import { expectSuccess, makeFolder, monlight } from "../cli/commands.ts";
import { type Answers, ask, CONTENTS, exported, KEPT_LONG } from "../databases/contents.ts";
import { NO_UPSTREAMS, startProgram } from "../support/program.ts";
import { startUpstream, upstreamVariables } from "../support/upstream_stand_in.ts";
import { integrityOf, rowsOf, setSchemaVersion } from "./database.ts";

const GOLDEN = new URL("../golden/databases/", import.meta.url);

interface Left {
  readonly service: string;
  readonly version: number;
  readonly sql: string;
  readonly answers: Answers;
}

const left: readonly Left[] = await Promise.all(
  Array.from(Deno.readDirSync(GOLDEN)).flatMap(({ name }) => {
    const [, service = "", version] = /^(\w+)-(\d{4})\.sql$/.exec(name) ?? [];
    return version === undefined ? [] : [read(service, version)];
  }),
);

async function read(service: string, version: string): Promise<Left> {
  const file = (ending: string) =>
    Deno.readTextFile(new URL(`${service}-${version}.${ending}`, GOLDEN));
  return {
    service,
    version: Number(version),
    sql: await file("sql"),
    answers: JSON.parse(await file("json")),
  };
}

Deno.test("a database of every schema version that there ever was is kept", () => {
  for (const { name, migrations } of DATABASES) {
    const kept = left.filter(({ service }) => service === name).map(({ version }) => version);
    const all = migrations.map(({ version }) => version);
    assert.deepEqual(kept.sort(), all, `${name}: deno run -A tests/databases/write.ts`);
  }
});

for (const { service, version, sql, answers } of left) {
  const database = DATABASES.find(({ name }) => name === service);
  const newest = database?.migrations.length ?? 0;

  Deno.test(`${service}: a database of schema version ${version} opens, and all in it is there`, async () => {
    await using folder = await makeFolder();
    const path = `${folder.path}/${service}.db`;
    make(path, sql);
    await using program = await startProgram({
      command: [service, "serve"],
      dataDir: folder.path,
      env: KEPT_LONG[service] ?? {},
    });
    assert.deepEqual(await ask(program, CONTENTS[service]?.paths ?? []), answers.api);
    const applied = program.logs().filter(({ msg }) => msg === "Migration applied");
    assert.equal(applied.length, newest - version);
    assert.equal(await program.stop(), 0);
    assert.equal(integrityOf(path), "ok");
    const [meta] = rowsOf(path, "SELECT value FROM _meta WHERE key = 'schema_version'");
    assert.equal(meta?.value, `${newest}`);
  });

  Deno.test(`${service}: migrate brings schema version ${version} up, and export gives all of it`, async () => {
    await using folder = await makeFolder();
    make(`${folder.path}/${database?.file}`, sql);
    const state = version === newest ? "up to date" : `${newest - version} to apply`;
    assert.equal(
      expectSuccess(await monlight(["migrate", "--status", "--data-dir", folder.path])),
      `${service}: schema version ${version} of ${newest}, ${state}\n`,
    );
    const told = expectSuccess(await monlight(["migrate", "--data-dir", folder.path]));
    assert.match(
      told,
      new RegExp(`${service}: schema version ${newest} of ${newest}, up to date\\n$`),
    );
    assert.deepEqual(await exported(service, folder.path), answers.exported);
  });
}

for (const { version, sql, answers } of left.filter(({ service }) => service === "relay")) {
  Deno.test(`relay: a source map in a database of schema version ${version} is used`, async () => {
    await using folder = await makeFolder();
    await using upstream = startUpstream();
    make(`${folder.path}/relay.db`, sql);
    await using program = await startProgram({
      command: ["relay", "serve"],
      dataDir: folder.path,
      env: { ...KEPT_LONG.relay, ...upstreamVariables(upstream) },
    });
    const key = /"public_key":"(\w+)"/.exec(JSON.stringify(answers.api))?.[1];
    const stack = "TypeError: x\n    at t (https://shop.example/assets/app.js:1:1)";
    const response = await fetch(`${program.url}/api/browser/errors?key=${key}`, {
      method: "POST",
      body: JSON.stringify({ type: "TypeError", message: "x", release: "1.4.2", stack }),
    });
    assert.equal(response.status, 201, await response.text());
    assert.match(upstream.taken[0]?.body.traceback, /\(cart\.ts:1:1\)$/);
    // What an earlier version stored of it can be read, or else there is a migration that took it away.
    assert.deepEqual(program.logs().filter(({ level }) => level !== "INFO"), []);
  });
}

for (const { name: service } of DATABASES) {
  Deno.test(`${service}: a database of a newer schema version is refused, and is as it was`, async () => {
    await using folder = await makeFolder();
    const path = `${folder.path}/${service}.db`;
    make(path, left.findLast((one) => one.service === service)?.sql ?? "");
    setSchemaVersion(path, 999);
    const before = await Deno.readFile(path);
    const { code, stderr } = await monlight([service, "serve", "--port", "0"], {
      env: {
        ...{ API_KEY: "key", ADMIN_API_KEY: "key", DATABASE_PATH: path },
        ...{ CONTAINERS: "*", LOG_SOURCES: folder.path, ...NO_UPSTREAMS },
      },
    });
    assert.equal(code, 1);
    assert.match(stderr, /has schema version 999, but this program knows only \d+: it was used by/);
    // The switch to WAL mode marks the file; nothing else in it may differ.
    const after = await Deno.readFile(path);
    assert.deepEqual([after.length, ...after.subarray(100)], [
      before.length,
      ...before.subarray(100),
    ]);
  });
}

function make(path: string, sql: string): void {
  // The tables behind an index are written as they were, which SQLite else forbids.
  const options = { open: true, defensive: false };
  const database = new DatabaseSync(path, options);
  try {
    database.exec(sql);
  } finally {
    database.close();
  }
}
