import assert from "node:assert/strict";
import {
  floor,
  HOUR,
  iso,
  MINUTE,
  minutesAgo,
  pointsOf,
  type Sample,
} from "../apptest/support/metric_api.ts";
import { rowsOf } from "../faults/database.ts";
import { peakMemory } from "../faults/memory.ts";
import { type Program, programArgs, startProgram } from "../support/program.ts";
import { untilRolledUp } from "../support/rolled_up.ts";
import { expectSuccess, monlight, oneLine } from "./commands.ts";
import { testUnreadable } from "./unreadable_databases.ts";

type Line = Readonly<Record<string, unknown>>;

/** Samples of an hour that is over and of the last minutes. */
const SAMPLES = [
  ["shop", "requests", "counter", 3, { status: "200" }, floor(minutesAgo(90), HOUR)],
  ["shop", "requests", "counter", 4, { status: "200" }, floor(minutesAgo(90), HOUR) + 61_000],
  ["blog", "requests", "counter", 5, {}, minutesAgo(3) + 500],
  ["shop", "duration", "histogram", 0.25, { "größe": 'a "b"\n' }, minutesAgo(3)],
  ["shop", "duration", "histogram", 0.5, { "größe": 'a "b"\n' }, minutesAgo(3) + 1],
  ["default", "depth", "gauge", -1.5, {}, minutesAgo(2)],
] as const;

const samples = SAMPLES.map(([project, name, type, value, labels, time]): Sample => ({
  project,
  name,
  type,
  value,
  labels,
  timestamp: iso(time),
}));

async function startFilled(): Promise<Program> {
  const program = await startProgram({
    args: ["--only", "metrics"],
    env: { METRICS_RETENTION_RAW: "14400", METRICS_AGGREGATION_INTERVAL: "1" },
  });
  await record(program, samples);
  await untilRolledUp(program);
  return program;
}

/** Whether an hour ended before the last samples: theirs may end, and be rolled up, at any moment. */
function isLongOver(bucket: unknown): boolean {
  return Date.parse(String(bucket)) < floor(minutesAgo(3), HOUR);
}

/** The buckets of some samples as they are exported. */
function bucketsOf(tier: "minute" | "hour", step: number): readonly Line[] {
  const bySeries = Map.groupBy(samples, ({ project, name }) => `${project} ${name}`);
  return [...bySeries.values()].flatMap((own) => {
    const { project, name, type, labels } = own[0] ?? assert.fail();
    return pointsOf(own, step)
      .filter(({ bucket }) => tier === "minute" || isLongOver(bucket))
      .map(({ bucket, rate: _, ...point }) => (
        { tier, bucket, resolution: tier, project, name, type, labels, ...point }
      ));
  }).sort((one, other) => Date.parse(one.bucket) - Date.parse(other.bucket));
}

Deno.test("metrics export: hours, minutes and samples of a live database, oldest first", async () => {
  await using program = await startFilled();
  const lines = await exported(program);
  const tiers = lines.map(({ tier }) => tier);
  assert.deepEqual([...new Set(tiers)], ["hour", "minute", "raw"]);
  assert.deepEqual(tiers, tiers.toSorted());
  const raw = lines.filter(({ tier }) => tier === "raw");
  assert.equal(new Set(raw.map(({ id }) => id)).size, samples.length);
  assert.deepEqual(raw.map(({ tier: _, id: __, ...sample }) => sample), samples);
  const [hours, minutes] = [bucketsOf("hour", HOUR), bucketsOf("minute", MINUTE)];
  // Percentiles of hours are sketched.
  const plain = (line: Line) => ({ ...line, p50: null, p95: null, p99: null });
  const told = lines.filter(({ tier, bucket }) => tier === "hour" && isLongOver(bucket));
  assert.deepEqual(told.map(plain), hours.map(plain));
  assert.deepEqual(lines.filter(({ tier }) => tier === "minute"), minutes);
});

Deno.test("metrics export: the view metrics_aggregated has the same buckets", async () => {
  await using program = await startFilled();
  // So that no hour is rolled up between the two looks.
  assert.equal(await program.stop(), 0);
  const rows = rowsOf(
    `${program.dataDir}/metrics.db`,
    "SELECT * FROM metrics_aggregated ORDER BY resolution, bucket, id",
  );
  assert.equal(new Set(rows.map(({ id }) => id)).size, rows.length);
  const buckets = (await exported(program)).filter(({ tier }) => tier !== "raw");
  assert.deepEqual(
    rows.map(({ id: _, bucket, labels, ...row }) => ({
      ...row,
      tier: row.resolution,
      bucket: iso(Date.parse(String(bucket))),
      labels: JSON.parse(String(labels)),
    })),
    buckets,
  );
});

Deno.test("metrics export: filters choose the tier, the metric and the project", async () => {
  await using program = await startFilled();
  assert.equal(await program.stop(), 0);
  const all = await exported(program);
  const cases: readonly (readonly [filter: string, kept: (line: Line) => boolean])[] = [
    ["", () => true],
    ["--tier raw", ({ tier }) => tier === "raw"],
    ["--tier minute", ({ tier }) => tier === "minute"],
    ["--tier hour", ({ tier }) => tier === "hour"],
    ["--name requests", ({ name }) => name === "requests"],
    [
      "--name requests --project shop",
      ({ name, project }) => name === "requests" && project === "shop",
    ],
    [
      "--project default --tier raw",
      ({ project, tier }) => project === "default" && tier === "raw",
    ],
    ["--name none", () => false],
    ["--name Requests", () => false],
    ["--project none", () => false],
  ];
  for (const [filter, kept] of cases) {
    const lines = await exported(program, ...filter.split(" ").filter(Boolean));
    assert.deepEqual(lines, all.filter(kept), filter);
  }
});

const WRONG: readonly (readonly [flag: string, value: string, says: RegExp])[] = [
  ["--tier", "days", /^Query parameter 'tier' must be one of raw, minute, hour$/],
  ["--name", "a".repeat(201), /^Query parameter 'name' must be at most 200 characters long$/],
  ["--project", "a".repeat(101), /^Query parameter 'project' must be at most 100 characters long$/],
];

for (const [flag, value, says] of WRONG) {
  Deno.test(`metrics export ${flag} ${value.slice(0, 20)} ends with code 2 and says why`, async () => {
    const words = ["metrics", "export", flag, value, "--database-path", "/dev/null"];
    assert.match(oneLine(await monlight(words), 2), says);
  });
}

Deno.test("metrics export: many samples come a line each and take little memory", async () => {
  await using program = await startProgram({ args: ["--only", "metrics"] });
  await recordMany(program, 200);
  const args = programArgs(["metrics", "export", "--data-dir", program.dataDir, "--tier", "raw"]);
  const child = new Deno.Command(Deno.execPath(), { args, stdout: "piped" }).spawn();
  let peak = 0;
  let lines = 0;
  for await (const chunk of child.stdout) {
    for (const byte of chunk) if (byte === 10) lines++;
    peak = Math.max(peak, await peakMemory(child.pid).catch(() => 0));
  }
  assert.equal((await child.status).code, 0);
  assert.equal(lines, 200_000);
  assert.ok(peak > 0 && peak < 150, `${peak} MB at the most`);
});

Deno.test("metrics export | head -1: a reader that stops early is no failure", async () => {
  await using program = await startProgram({ args: ["--only", "metrics"] });
  await recordMany(program, 5);
  const words = programArgs(["metrics", "export", "--tier", "raw", "--data-dir", program.dataDir]);
  const { code, stdout, stderr } = await new Deno.Command("bash", {
    args: ["-c", 'set -o pipefail; "$@" | head -1', "bash", Deno.execPath(), ...words],
  }).output();
  assert.equal(new TextDecoder().decode(stderr), "");
  assert.equal(JSON.parse(new TextDecoder().decode(stdout)).value, 0);
  assert.equal(code, 0);
});

testUnreadable("metrics");

Deno.test("metrics export: an empty database has no lines", async () => {
  await using program = await startProgram({ args: ["--only", "metrics"] });
  assert.equal(await program.stop(), 0);
  assert.deepEqual(await exported(program), []);
});

async function exported(program: Program, ...filter: string[]): Promise<readonly Line[]> {
  const words = ["metrics", "export", ...filter, "--data-dir", program.dataDir];
  const stdout = expectSuccess(await monlight(words));
  if (stdout === "") return [];
  assert.ok(stdout.endsWith("\n"));
  return stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
}

async function record(program: Program, samples: readonly unknown[]): Promise<void> {
  const body = JSON.stringify(samples);
  const response = await program.fetch("/api/metrics", { method: "POST", body });
  assert.equal(response.status, 202, await response.text());
}

async function recordMany(program: Program, batches: number): Promise<void> {
  for (let batch = 0; batch < batches; batch++) {
    await record(
      program,
      Array.from({ length: 1000 }, (_, n) => ({
        name: "many",
        type: "histogram",
        value: batch * 1000 + n,
        labels: { n: `${n}` },
      })),
    );
  }
}
