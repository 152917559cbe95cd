import assert from "node:assert/strict";
import { startProgram } from "../support/program.ts";
import { Api } from "./support/api.ts";

Deno.test("Two programs that start on one new database at once both work on it", async () => {
  const dataDir = await Deno.makeTempDir();
  await using stack = new AsyncDisposableStack();
  stack.defer(() => Deno.remove(dataDir, { recursive: true }));
  // Settled, so that one that cannot start leaves no other behind.
  const settled = await Promise.allSettled([startProgram({ dataDir }), startProgram({ dataDir })]);
  const programs = settled.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
  for (const program of programs) stack.use(program);
  assert.deepEqual(
    settled.flatMap((one) => one.status === "rejected" ? [`${one.reason}`] : []),
    [],
  );
  const statuses = [];
  for (const program of programs) statuses.push((await (await program.report()).json()).status);
  assert.deepEqual(statuses, ["created", "incremented"]);
  const applied = programs.flatMap((program) => program.logs())
    .filter(({ msg }) => msg === "Migration applied").map(({ service, schema_version }) =>
      `${service} ${schema_version}`
    );
  assert.equal(new Set(applied).size, applied.length);
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
      assert.deepEqual(left.sort(), ["errors.db", "logs.db", "metrics.db"]);
    });
  }
});
