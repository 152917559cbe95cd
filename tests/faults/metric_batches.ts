/** Clients that send batches which can be told from one another in whatever is stored of them. */
import assert from "node:assert/strict";
import { expectSuccess, monlight } from "../cli/commands.ts";
import type { Program } from "../support/program.ts";

/** Samples of a batch: one gauge that is its number, counts of one, and parts of a histogram. */
const COUNTS = 4;
const PARTS = 6;
const BATCH_SAMPLES = 1 + COUNTS + PARTS;
/** A client's counts are spread over so many series, so that new ones keep coming for a while. */
const SLOTS = 100;

/** A sample as `monlight metrics export` writes it. */
export interface ExportedSample {
  readonly id: string;
  readonly timestamp: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A bucket as `monlight metrics export` writes it. */
export interface ExportedBucket {
  readonly bucket: string;
  readonly name: string;
  readonly type: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** One client, which numbers its batches from 1. */
export class BatchClient {
  readonly name: string;
  /** The last batch that was sent. */
  sent = 0;
  readonly acknowledged = new Set<number>();

  constructor(name: string) {
    this.name = name;
  }

  /** Sends the next batch; gives the status, or null when the connection broke. */
  async send(program: Program): Promise<number | null> {
    const number = ++this.sent;
    const response = await program.fetch("/api/metrics", {
      method: "POST",
      body: JSON.stringify(this.#batch(number)),
    }).catch(() => null);
    // The status alone says so: the connection may break before the body is here.
    if (response?.ok) this.acknowledged.add(number);
    await response?.body?.cancel();
    return response?.status ?? null;
  }

  /** Values are sums of powers of two, so that adding them is exact in any order. */
  #batch(number: number) {
    const client = this.name;
    const labels = { client, slot: `${number % SLOTS}` };
    return [
      { name: "batch", type: "gauge", value: number, labels: { client } },
      ...Array.from(
        { length: COUNTS },
        () => ({ name: "events", type: "counter", value: 1, labels }),
      ),
      ...Array.from({ length: PARTS }, (_, part) => ({
        name: "parts",
        type: "histogram",
        value: number + part / 8,
        labels: { client },
      })),
    ];
  }
}

/** Asserts, by the API, that of each client whole batches are stored, no fewer than were acknowledged. */
export async function checkCounts(
  program: Program,
  clients: readonly BatchClient[],
): Promise<void> {
  const [batches, events, parts] = await Promise.all(
    ["batch", "events", "parts"].map((name) => countsByClient(program, name)),
  );
  let total = 0;
  for (const { name, sent, acknowledged } of clients) {
    const stored = batches?.get(name) ?? 0;
    assert.ok(stored >= acknowledged.size, `${name}: ${stored} stored of ${acknowledged.size}`);
    assert.ok(stored <= sent, `${name}: ${stored} stored, but only ${sent} sent`);
    assert.equal(events?.get(name) ?? 0, stored * COUNTS, `${name}: half a batch of counts`);
    assert.equal(parts?.get(name) ?? 0, stored * PARTS, `${name}: half a batch of parts`);
    total += stored;
  }
  const health = await (await program.fetch("/health")).json();
  const { metrics_received_24h } = health.services?.metrics ?? health;
  assert.equal(metrics_received_24h, total * BATCH_SAMPLES);
}

async function countsByClient(program: Program, name: string): Promise<Map<string, number>> {
  const response = await program.fetch(`/api/metrics?name=${name}&period=1h&group_by=client`);
  const { groups } = await response.json();
  return new Map(groups.map((group: {
    readonly labels: { readonly client: string };
    readonly data: readonly { readonly count: number }[];
  }) => [group.labels.client, group.data.reduce((sum, { count }) => sum + count, 0)]));
}

/**
 * Asserts, by what `monlight metrics export` writes, that every batch is there once or, where it was not
 * acknowledged, not at all, and that minutes are what their samples make.
 */
export async function checkExport(databasePath: string, clients: readonly BatchClient[]) {
  const samples = await exported<ExportedSample>(databasePath, "raw");
  assert.equal(new Set(samples.map(({ id }) => id)).size, samples.length, "ids are unique");
  const byClient = Map.groupBy(samples, ({ labels }) => labels.client);
  assert.ok([...byClient.keys()].every((name) => clients.some((one) => one.name === name)));
  for (const { name, sent, acknowledged } of clients) {
    const own = Object.groupBy(byClient.get(name) ?? [], (sample) => sample.name);
    const numbers = (own.batch ?? []).map(({ value }) => value);
    const stored = new Set(numbers);
    assert.equal(stored.size, numbers.length, `${name}: a batch is there twice`);
    for (const number of acknowledged) assert.ok(stored.has(number), `${name}: ${number} is lost`);
    for (const number of stored) assert.ok(number <= sent, `${name}: ${number} was never sent`);
    const wanted = numbers.flatMap((number) =>
      Array.from({ length: PARTS }, (_, part) => number + part / 8)
    );
    assert.deepEqual(sorted((own.parts ?? []).map(({ value }) => value)), sorted(wanted));
    const slots = Map.groupBy(numbers, (number) => `${number % SLOTS}`);
    const events = Map.groupBy(own.events ?? [], ({ labels }) => labels.slot);
    assert.equal(events.size, slots.size);
    for (const [slot, some] of slots) assert.equal(events.get(slot)?.length, some.length * COUNTS);
  }
  checkMinutes(samples, await exported<ExportedBucket>(databasePath, "minute"));
}

function checkMinutes(
  samples: readonly ExportedSample[],
  buckets: readonly ExportedBucket[],
): void {
  const key = (name: string, labels: ExportedSample["labels"], time: string) =>
    JSON.stringify([name, labels, Math.floor(Date.parse(time) / 60_000)]);
  const wanted = Map.groupBy(samples, (one) => key(one.name, one.labels, one.timestamp));
  assert.equal(buckets.length, wanted.size);
  for (const one of buckets) {
    const values = sorted(
      (wanted.get(key(one.name, one.labels, one.bucket)) ?? []).map(({ value }) => value),
    );
    const rank = (percent: number) =>
      one.type === "histogram"
        ? values[Math.max(1, Math.ceil(percent * values.length / 100)) - 1]
        : null;
    assert.deepEqual(
      [one.count, one.sum, one.min, one.max, one.p50, one.p95, one.p99],
      [
        values.length,
        values.reduce((sum, value) => sum + value, 0),
        values[0],
        values.at(-1),
        rank(50),
        rank(95),
        rank(99),
      ],
      JSON.stringify(one),
    );
  }
}

async function exported<Line>(databasePath: string, tier: string): Promise<readonly Line[]> {
  const words = ["metrics", "export", "--tier", tier, "--database-path", databasePath];
  const text = expectSuccess(await monlight(words)).trimEnd();
  return text === "" ? [] : text.split("\n").map((line) => JSON.parse(line));
}

function sorted(values: readonly number[]): readonly number[] {
  return values.toSorted((one, other) => one - other);
}
