import assert from "node:assert/strict";
import { makeFolder } from "../cli/commands.ts";
import { type Program, startProgram } from "../support/program.ts";
import { untilRolledUp } from "../support/rolled_up.ts";
import { integrityOf } from "./database.ts";
import { BATCH_SAMPLES, BatchClient, checkCounts, checkExport } from "./metric_batches.ts";

const KILLS = 24;
const CLIENTS = 6;

Deno.test("kill -9 at any moment of ingestion and rolling up: each acknowledged batch is there, once and whole", async () => {
  await using folder = await makeFolder();
  const path = `${folder.path}/metrics.db`;
  const options = {
    command: ["metrics", "serve"],
    dataDir: folder.path,
    // Rolling up goes on all the time, so that kills fall into it.
    env: { AGGREGATION_INTERVAL: "1" },
  };
  const clients = Array.from({ length: CLIENTS }, (_, n) => new BatchClient(`client-${n}`));
  let ingesting = 0;
  for (let kill = 1; kill <= KILLS; kill++) {
    await using program = await startProgram(options);
    await checkCounts(program, clients);
    const startedAt = performance.now();
    await sendUntilKilled(program, clients, 50 + Math.random() * 1150);
    ingesting += performance.now() - startedAt;
    if (kill % 10 === 0) assert.equal(integrityOf(path), "ok");
  }
  await using program = await startProgram(options);
  await checkCounts(program, clients);
  await untilRolledUp(program);
  await checkCounts(program, clients);
  assert.equal(await program.stop(), 0);
  assert.equal(integrityOf(path), "ok");
  await checkExport(path, clients);
  const acknowledged = clients.reduce((sum, one) => sum + one.acknowledged.size, 0);
  const perSecond = acknowledged * BATCH_SAMPLES / (ingesting / 1000);
  assert.ok(perSecond >= 1000, `only ${Math.round(perSecond)} samples a second were acknowledged`);
});

/** Sends from all clients at once until the process dies under them, after some ms. */
async function sendUntilKilled(program: Program, clients: readonly BatchClient[], ms: number) {
  let dead = false;
  const sending = Promise.all(clients.map(async (client) => {
    while (!dead) {
      const status = await client.send(program);
      assert.ok(status === 202 || status === null, `answered ${status}`);
    }
  }));
  await new Promise((resolve) => setTimeout(resolve, ms));
  const killed = program.stop("SIGKILL");
  dead = true;
  await Promise.all([killed, sending]);
}
