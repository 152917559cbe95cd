import assert from "node:assert/strict";
import { DatabaseHeldError, lockDatabase } from "./database_lock.ts";

async function withFolder(work: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "monlight-test-" });
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function names(folder: string): readonly string[] {
  return Array.from(Deno.readDirSync(folder), ({ name }) => name);
}

Deno.test("lockDatabase() gives the lock to one at a time and leaves nothing behind", () =>
  withFolder((folder) => {
    const path = `${folder}/x.db`;
    for (let turn = 0; turn < 3; turn++) {
      {
        using _lock = lockDatabase(path);
        assert.throws(() => lockDatabase(path), DatabaseHeldError);
        assert.deepEqual(names(folder), ["x.db.lock"]);
      }
      assert.deepEqual(names(folder), []);
    }
  }));

Deno.test("lockDatabase() takes a lock that a killed process left", () =>
  withFolder((folder) => {
    const path = `${folder}/x.db`;
    Deno.writeTextFileSync(`${path}.lock`, "1234567\n");
    {
      using lock = lockDatabase(path);
      assert.equal(Deno.readTextFileSync(lock.path), `${Deno.pid}\n`);
    }
    assert.deepEqual(names(folder), []);
  }));

Deno.test("lockDatabase() knows a database by its other names", () =>
  withFolder((folder) => {
    Deno.writeTextFileSync(`${folder}/x.db`, "");
    Deno.symlinkSync(`${folder}/x.db`, `${folder}/link.db`);
    using _lock = lockDatabase(`${folder}/x.db`);
    assert.throws(() => lockDatabase(`${folder}/link.db`), DatabaseHeldError);
  }));

Deno.test("lockDatabase() says who has the database", () =>
  withFolder(async (folder) => {
    const path = `${folder}/x.db`;
    const module = JSON.stringify(import.meta.resolve("./database_lock.ts"));
    const code = `const { lockDatabase } = await import(${module});
      try { lockDatabase(Deno.args[0]); } catch (error) { console.log(error.message); }`;
    using _lock = lockDatabase(path);
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-check", code, path],
    }).output();
    assert.equal(
      new TextDecoder().decode(stdout),
      `Cannot open database ${JSON.stringify(path)}: another process (pid ${Deno.pid}) holds it; ` +
        "stop that one first, or choose another path\n",
    );
    assert.throws(() => lockDatabase(path), /another service of this process holds it/);
  }));

Deno.test("lockDatabase() says that the folder is gone or cannot be written", () =>
  withFolder((folder) => {
    assert.throws(() => lockDatabase(`${folder}/none/x.db`), {
      message: `Cannot open database "${folder}/none/x.db": its folder does not exist`,
    });
    Deno.mkdirSync(`${folder}/x.db.lock`);
    assert.throws(
      () => lockDatabase(`${folder}/x.db`),
      /^Error: Cannot open database "\S+x\.db": its lock beside it cannot be written: /,
    );
  }));
