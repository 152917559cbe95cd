import assert from "node:assert/strict";
import { makeFolder } from "../cli/commands.ts";
import { startProgram } from "../support/program.ts";
import { untilNextAggregation, untilRolledUp } from "../support/rolled_up.ts";
import { integrityOf } from "./database.ts";
import { Kills } from "./killing.ts";
import { BatchClient, checkCounts, checkExport } from "./metric_batches.ts";

const KILLS = 24;
const CLIENTS = 6;
/** Acknowledged before a kill. */
const MOST_BATCHES = 150;
const MOST_LATE_MS = 30;
/** From the end of a rollup to that of the next, and some more. */
const ROLLUP_MS = 1200;

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
  const kills = new Kills();
  for (let kill = 1; kill <= KILLS; kill++) {
    await using program = await startProgram(options);
    await checkCounts(program, clients);
    const sending = clients.map((client) => async () => {
      const status = await client.send(program);
      assert.ok(status === 202 || status === null, `answered ${status}`);
      kills.answered(status === null ? null : true);
    });
    // Now and then one lives until it is rolled up again, so that kills fall into that as well.
    const [enough, mostLateMs] = kill % 4 === 0
      ? [untilNextAggregation(program), ROLLUP_MS]
      : [kills.acknowledged(Math.ceil(Math.random() * MOST_BATCHES)), MOST_LATE_MS];
    await kills.killDuring(program, sending, enough, mostLateMs);
    if (kill % 10 === 0) assert.equal(integrityOf(path), "ok");
  }
  await using program = await startProgram(options);
  await checkCounts(program, clients);
  await untilRolledUp(program);
  await checkCounts(program, clients);
  assert.equal(await program.stop(), 0);
  assert.equal(integrityOf(path), "ok");
  await checkExport(path, clients);
  assert.ok(kills.hits > KILLS / 2, `only ${kills.hits} kills hit a request that was under way`);
});
