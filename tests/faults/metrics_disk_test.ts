import assert from "node:assert/strict";
import { type Program, startProgram } from "../support/program.ts";
import { untilRolledUp } from "../support/rolled_up.ts";
import { integrityOf } from "./database.ts";
import { BatchClient, checkCounts, checkExport } from "./metric_batches.ts";
import { isRoot, NEEDS_ROOT, smallDisk } from "./tmpfs.ts";

Deno.test({
  name:
    "a full disk while metrics come in: clear 503s, then all goes on by itself, and no batch is " +
    `lost, doubled or cut ${NEEDS_ROOT}`,
  ignore: !isRoot,
  async fn() {
    await using disk = await smallDisk("24m");
    const path = `${disk.path}/data/metrics.db`;
    await Deno.mkdir(`${disk.path}/data`);
    const options = {
      command: ["metrics", "serve"],
      dataDir: `${disk.path}/data`,
      env: { AGGREGATION_INTERVAL: "1" },
    };
    const clients = ["one", "two", "three"].map((name) => new BatchClient(name));
    {
      await using program = await startProgram(options);
      assert.equal(await sendUntilRefused(program, clients, 50), null, "there is room at first");

      await disk.fill();
      assert.equal(await sendUntilRefused(program, clients, 5000), 503);
      await expectFull(program);
      await checkCounts(program, clients);

      await disk.makeRoom();
      assert.equal(await sendUntilRefused(program, clients, 50), null, "it goes on by itself");
      await untilRolledUp(program);
      await checkCounts(program, clients);

      await disk.fill();
      assert.equal(await sendUntilRefused(program, clients, 5000), 503);
      assert.equal(await program.stop("SIGKILL"), 137);
    }
    await disk.makeRoom();
    await using again = await startProgram(options);
    await checkCounts(again, clients);
    assert.equal(await sendUntilRefused(again, clients, 10), null);
    await untilRolledUp(again);
    assert.equal(await again.stop(), 0);
    assert.equal(integrityOf(path), "ok");
    await checkExport(path, clients);
  },
});

Deno.test({
  name: `a metric that a full disk refuses is not there afterwards either ${NEEDS_ROOT}`,
  ignore: !isRoot,
  async fn() {
    await using disk = await smallDisk("16m");
    await Deno.mkdir(`${disk.path}/data`);
    const dataDir = `${disk.path}/data`;
    await using program = await startProgram({ command: ["metrics", "serve"], dataDir });
    await disk.fill();
    while (await record(program, "filling") === 202);
    await expectFull(program);
    await disk.makeRoom();
    assert.equal(await record(program, "taken"), 202);
    const { metrics } = await (await program.fetch("/api/metrics/names")).json();
    const names = metrics.map(({ name }: { readonly name: string }) => name);
    assert.ok(names.includes("taken") && !names.includes("refused"), names.join());
  },
});

/** Sends batches of all clients until one is refused, with what status, or as many are taken. */
async function sendUntilRefused(program: Program, clients: readonly BatchClient[], most: number) {
  for (let round = 0; round < most; round++) {
    const statuses = await Promise.all(clients.map((client) => client.send(program)));
    const refused = statuses.find((status) => status !== 202);
    if (refused !== undefined) return refused;
  }
  return null;
}

/** A metric that is new is refused as clearly. */
async function expectFull(program: Program): Promise<void> {
  const response = await post(program, "refused");
  assert.equal(response.status, 503);
  assert.match(
    (await response.json()).detail,
    /^The disk (is full|failed or is full); nothing was stored$/,
  );
}

/** Sends many samples of a metric; gives the status. */
async function record(program: Program, name: string): Promise<number> {
  const response = await post(program, name);
  await response.body?.cancel();
  return response.status;
}

function post(program: Program, name: string): Promise<Response> {
  const samples = Array.from({ length: 1000 }, () => ({ name, type: "counter", value: 1 }));
  return program.fetch("/api/metrics", { method: "POST", body: JSON.stringify(samples) });
}
