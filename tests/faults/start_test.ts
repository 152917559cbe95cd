import assert from "node:assert/strict";
import { makeData, makeFolder, monlight } from "../cli/commands.ts";
import { API_KEY, programArgs } from "../support/program.ts";
import { setSchemaVersion } from "./database.ts";

interface Case {
  readonly what: string;
  readonly says: RegExp;
  /** Spoils the data folder, which has a sound database. */
  readonly spoil: (folder: string) => Promise<void> | void;
}

const CASES: readonly Case[] = [
  {
    what: "a database file that is rubbish",
    says: /^Cannot open database "\S+errors\.db": the file is not an SQLite database\n$/,
    spoil: (folder) => Deno.writeFile(`${folder}/errors.db`, new Uint8Array(20_000).fill(7)),
  },
  {
    what: "a database whose first page is damaged",
    says:
      /^Cannot open database "\S+errors\.db": the file is damaged; restore a backup with [^\n]+\n$/,
    async spoil(folder) {
      const path = `${folder}/errors.db`;
      // The header of 100 bytes stays; the schema behind it goes.
      await Deno.writeFile(path, (await Deno.readFile(path)).fill(0xff, 100, 4096));
    },
  },
  {
    what: "a database that is damaged behind its first page",
    says:
      /^Cannot open database "\S+errors\.db": the file is damaged; restore a backup with [^\n]+\n$/,
    async spoil(folder) {
      const path = `${folder}/errors.db`;
      await Deno.writeFile(path, (await Deno.readFile(path)).fill(0x5a, 2 * 4096, 5 * 4096));
    },
  },
  {
    what: "a database that was cut short",
    says:
      /^Cannot open database "\S+errors\.db": the file is damaged; restore a backup with [^\n]+\n$/,
    async spoil(folder) {
      await Deno.truncate(`${folder}/errors.db`, 5000);
    },
  },
  {
    what: "a database of a newer schema",
    says:
      /^Database "\S+errors\.db" has schema version 999, but this program knows only \d+: it was used by a newer Monlight\. [^\n]+\n$/,
    spoil: (folder) => setSchemaVersion(`${folder}/errors.db`, 999),
  },
  {
    what: "a folder in place of the database",
    says: /^Cannot open database "\S+errors\.db": [^\n]+\n$/,
    async spoil(folder) {
      await Deno.remove(`${folder}/errors.db`);
      await Deno.mkdir(`${folder}/errors.db`);
    },
  },
];

for (const { what, says, spoil } of CASES) {
  Deno.test(`${what}: serve ends with 1 and one clear line`, async () => {
    await using folder = await makeFolder();
    await makeData(folder.path, ["shop"]);
    await spoil(folder.path);
    const words = ["serve", "--port", "0", "--data-dir", folder.path];
    const { code, stderr } = await monlight(words, { env: { API_KEY } });
    assert.equal(code, 1, stderr);
    assert.match(stderr, says, stderr);
  });
}

Deno.test("a file in place of the data folder: serve ends with 1 and one clear line", async () => {
  await using folder = await makeFolder();
  const path = `${folder.path}/data`;
  await Deno.writeTextFile(path, "");
  for (const dataDir of [path, `${path}/deeper`]) {
    const words = ["serve", "--port", "0", "--data-dir", dataDir];
    const { code, stderr } = await monlight(words, { env: { API_KEY } });
    assert.equal(code, 1);
    assert.equal(stderr, `Cannot make folder "${dataDir}": a file is in its place\n`);
  }
});

Deno.test({
  name: "a data folder without permission: serve ends with 1 and one clear line (needs root)",
  ignore: Deno.build.os !== "linux" || Deno.uid() !== 0,
  async fn() {
    await using folder = await makeFolder();
    await makeData(folder.path, ["shop"]);
    await Deno.chmod(folder.path, 0o755);
    await Deno.chmod(`${folder.path}/errors.db`, 0o600);
    await Deno.mkdir(`${folder.path}/private`, { mode: 0o700 });
    // Deno and the program may themselves be where only root can read.
    const deno = `${folder.path}/deno`;
    await Deno.copyFile(Deno.execPath(), deno);
    const args = programArgs(["serve", "--port", "0"]);
    const program = `${folder.path}/monlight.js`;
    await Deno.copyFile(args.find((arg) => arg.endsWith("/monlight.js")) ?? "", program);
    await Deno.chmod(program, 0o644);
    const asNobody = async (dataDir: string) => {
      const { code, stderr } = await new Deno.Command(deno, {
        args: [
          ...args.map((arg) => arg.endsWith("/monlight.js") ? program : arg),
          "--data-dir",
          dataDir,
        ],
        cwd: folder.path,
        env: { API_KEY, DENO_DIR: "/tmp/no-such-cache" },
        uid: 65534,
        gid: 65534,
      }).output();
      const said = new TextDecoder().decode(stderr);
      assert.equal(code, 1, said);
      return said;
    };
    assert.match(
      await asNobody(folder.path),
      /^Cannot open database "\S+errors\.db": [^\n]+\n$/,
    );
    assert.match(
      await asNobody(`${folder.path}/private/data`),
      /^Cannot make folder "\S+data": Permission denied[^\n]*\n$/,
    );
  },
});
