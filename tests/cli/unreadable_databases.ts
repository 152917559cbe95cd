/** Databases that no export reads, and what is said of each. */
import assert from "node:assert/strict";
import { setSchemaVersion } from "../faults/database.ts";
import { startProgram } from "../support/program.ts";
import { makeFolder, monlight, oneLine } from "./commands.ts";

type Service = "errors" | "logs" | "metrics";

interface Unreadable {
  readonly what: string;
  /** With `PATH` in place of the database's path. */
  readonly says: RegExp;
  /** Makes it, in a folder where no service has been. */
  readonly make: (folder: string, service: Service) => Promise<void> | void;
}

const UNREADABLE: readonly Unreadable[] = [
  { what: "no database", says: /^No database PATH$/, make() {} },
  {
    what: "a damaged database",
    says: /^Cannot read database "PATH": file is not a database$/,
    make: (folder, service) =>
      Deno.writeFile(`${folder}/${service}.db`, new Uint8Array(8192).fill(7)),
  },
  {
    what: "another service's database",
    says: /^PATH is not a database of Monlight$/,
    async make(folder, service) {
      const other = service === "errors" ? "logs" : "errors";
      await serveOnce(folder, other);
      await Deno.rename(`${folder}/${other}.db`, `${folder}/${service}.db`);
    },
  },
  {
    what: "a database of a newer Monlight",
    says: /^PATH has schema version 999, but this program knows only \d+; use the newer Monlight/,
    async make(folder, service) {
      await serveOnce(folder, service);
      setSchemaVersion(`${folder}/${service}.db`, 999);
    },
  },
];

/** The tests of an export on all of these, by the folder and by the path of the database. */
export function testUnreadable(service: Service): void {
  for (const { what, says, make } of UNREADABLE) {
    Deno.test(`${service} export: ${what} is one clear line`, async () => {
      await using folder = await makeFolder();
      await make(folder.path, service);
      const path = `${folder.path}/${service}.db`;
      for (const place of [["--data-dir", folder.path], ["--database-path", path]]) {
        const line = oneLine(await monlight([service, "export", ...place]));
        assert.match(line.replaceAll(path, "PATH"), says);
      }
    });
  }
}

/** Leaves the database of a service that ran and ended. */
async function serveOnce(dataDir: string, service: Service): Promise<void> {
  await using program = await startProgram({ dataDir, args: ["--only", service] });
  assert.equal(await program.stop(), 0);
}
