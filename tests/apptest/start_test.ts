import assert from "node:assert/strict";
import { startProgram } from "../support/program.ts";
import { Api } from "./support/api.ts";

Deno.test("Two programs that start on one new database at once both work on it", async () => {
  const dataDir = await Deno.makeTempDir();
  try {
    const [first, second] = await Promise.all([
      startProgram({ dataDir }),
      startProgram({ dataDir }),
    ]);
    await using one = await Api.of(first);
    await using other = await Api.of(second);
    assert.equal((await one.report()).json().status, "created");
    assert.equal((await other.report()).json().status, "incremented");
    const applied = [...first.logs(), ...second.logs()]
      .filter(({ msg }) => msg === "Migration applied").map(({ schema_version }) => schema_version);
    assert.equal(new Set(applied).size, applied.length);
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
});

Deno.test("SIGTERM and SIGINT end the program with 0, all kept", async (t) => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    await t.step(`${signal} ends it`, async () => {
      await using api = await Api.start();
      await api.report();
      assert.equal(await api.program.stop(signal), 0);
      const messages = api.program.logs().map(({ msg }) => msg);
      assert.deepEqual(messages.slice(-2), ["Stopping", "Stopped"]);
      const left = await Array.fromAsync(Deno.readDir(api.program.dataDir), ({ name }) => name);
      assert.deepEqual(left, ["errors.db"]);
    });
  }
});
