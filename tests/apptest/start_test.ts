import assert from "node:assert/strict";
import { startProgram } from "../support/program.ts";
import { Api } from "./support/api.ts";

Deno.test("Of two programs that start on one new database at once one serves it, the other says so", async () => {
  const dataDir = await Deno.makeTempDir();
  await using stack = new AsyncDisposableStack();
  stack.defer(() => Deno.remove(dataDir, { recursive: true }));
  const settled = await Promise.allSettled([startProgram({ dataDir }), startProgram({ dataDir })]);
  const programs = settled.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
  for (const program of programs) stack.use(program);
  const refusals = settled.flatMap((one) => one.status === "rejected" ? [`${one.reason}`] : []);
  assert.equal(refusals.length, 1);
  assert.match(refusals[0] ?? "", /\nCannot open database "\S+errors\.db": another process /);
  for (const program of programs) {
    assert.equal((await (await program.report()).json()).status, "created");
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
      assert.deepEqual(left.sort(), ["browser-relay.db", "errors.db", "logs.db", "metrics.db"]);
    });
  }
});
