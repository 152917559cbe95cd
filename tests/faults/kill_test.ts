import assert from "node:assert/strict";
import { makeFolder } from "../cli/commands.ts";
import { type Program, startProgram } from "../support/program.ts";
import { integrityOf } from "./database.ts";
import { Kills } from "./killing.ts";

const KILLS = 50;
const FINGERPRINTS = 50;
const CLIENTS = 8;
/** Acknowledged before a kill. */
const MOST_EVENTS = 300;
const MOST_LATE_MS = 30;

/** Events by their kind. */
interface Counts {
  /** Begun to be sent: at most so many can have been counted. */
  readonly sent: number[];
  /** Answered with success: so many must have been counted. */
  readonly acknowledged: number[];
}

Deno.test("kill -9 at any moment of ingestion: what was acknowledged is counted, once", async () => {
  await using folder = await makeFolder();
  const zeros = () => Array.from({ length: FINGERPRINTS }, () => 0);
  const counts: Counts = { sent: zeros(), acknowledged: zeros() };
  const kills = new Kills();
  for (let kill = 1; kill <= KILLS; kill++) {
    await using program = await startProgram({ dataDir: folder.path });
    await checkCounts(program, counts);
    const clients = Array.from({ length: CLIENTS }, () => () => send(program, counts, kills));
    const enough = kills.acknowledged(Math.ceil(Math.random() * MOST_EVENTS));
    await kills.killDuring(program, clients, enough, MOST_LATE_MS);
  }
  await using program = await startProgram({ dataDir: folder.path });
  await checkCounts(program, counts);
  assert.equal(await program.stop(), 0);
  assert.equal(integrityOf(`${folder.path}/errors.db`), "ok");
  assert.ok(kills.hits > KILLS / 2, `only ${kills.hits} kills hit a request that was under way`);
});

/** Reports an error of any kind; the program may die meanwhile. */
async function send(program: Program, counts: Counts, kills: Kills): Promise<void> {
  const kind = Math.floor(Math.random() * FINGERPRINTS);
  counts.sent[kind] = (counts.sent[kind] ?? 0) + 1;
  const response = await program.report({
    exception_type: `Kind${kind}`,
    environment: kind % 3 === 0 && Math.random() < 0.5 ? "staging" : "production",
  }).catch(() => null);
  // The status alone says so: the connection may break before the body is here.
  if (response?.ok) counts.acknowledged[kind] = (counts.acknowledged[kind] ?? 0) + 1;
  else assert.ok(response === null, `answered ${response?.status}`);
  kills.answered(response ? response.ok : null);
  await response?.body?.cancel();
}

async function checkCounts(program: Program, { sent, acknowledged }: Counts): Promise<void> {
  const response = await program.fetch("/api/errors?resolved=all&limit=200");
  const { errors, total } = await response.json();
  const counted = new Map<string, number>();
  for (const { exception_type, count } of errors) {
    assert.ok(!counted.has(exception_type), `${exception_type} has two groups`);
    counted.set(exception_type, count);
  }
  assert.equal(total, counted.size);
  for (let kind = 0; kind < FINGERPRINTS; kind++) {
    const count = counted.get(`Kind${kind}`) ?? 0;
    const [least = 0, most = 0] = [acknowledged[kind], sent[kind]];
    assert.ok(count >= least, `Kind${kind}: ${count} counted, but ${least} acknowledged`);
    assert.ok(count <= most, `Kind${kind}: ${count} counted, but only ${most} sent`);
  }
  const [first] = errors;
  if (!first) return;
  const detail = await (await program.fetch(`/api/errors/${first.id}`)).json();
  assert.equal(detail.count, sum(Object.values<number>(detail.environments)));
  assert.ok(detail.occurrences.length === Math.min(detail.count, 5));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
