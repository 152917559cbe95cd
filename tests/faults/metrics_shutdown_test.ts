import assert from "node:assert/strict";
import { makeFolder } from "../cli/commands.ts";
import { startProgram } from "../support/program.ts";
import { untilRolledUp } from "../support/rolled_up.ts";
import { stopsAtOnce } from "../support/stopping.ts";
import { integrityOf } from "./database.ts";
import { BatchClient, checkCounts, checkExport } from "./metric_batches.ts";

Deno.test("SIGTERM while metrics come in and are queried: every answered batch is kept, whole", async () => {
  await using folder = await makeFolder();
  const options = {
    command: ["metrics", "serve"],
    dataDir: folder.path,
    env: { AGGREGATION_INTERVAL: "1" },
  };
  const clients = Array.from({ length: 8 }, (_, n) => new BatchClient(`client-${n}`));
  {
    await using program = await startProgram(options);
    const enough = Promise.withResolvers<void>();
    let stopping = false;
    const sending = clients.map(async (client) => {
      while (true) {
        const status = await client.send(program);
        if (client.acknowledged.size > 200) enough.resolve();
        if (status === 202) continue;
        if (stopping) return;
        assert.equal(status, 503);
      }
    });
    const asking = async () => {
      while (!stopping) {
        const response = await program.fetch("/api/dashboard").catch(() => null);
        await response?.body?.cancel();
      }
    };
    const asked = asking();
    await enough.promise;
    stopping = true;
    await stopsAtOnce(program);
    await Promise.all([...sending, asked]);
    const errors = program.logs().filter(({ level }) => level === "ERROR");
    assert.deepEqual(errors, []);
  }
  assert.deepEqual(await folder.names(), ["metrics.db"], "the log is folded in");
  await using again = await startProgram(options);
  await checkCounts(again, clients);
  await untilRolledUp(again);
  assert.equal(await again.stop(), 0);
  assert.equal(integrityOf(`${folder.path}/metrics.db`), "ok");
  await checkExport(`${folder.path}/metrics.db`, clients);
});
