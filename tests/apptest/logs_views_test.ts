import assert from "node:assert/strict";
import { type Case, runCases } from "./support/cases.ts";
import { at, BEGIN, type Entry, LogApi } from "./support/log_api.ts";

const refused = (path: string, detail: string): Case => ({
  name: `GET ${path.slice(0, 80)} is refused`,
  path,
  status: 400,
  has: JSON.stringify({ detail }),
});

const bucketsMust = "Query parameter 'buckets' must be a whole number from 1 to 500";
const aroundMust = (name: string) =>
  `Query parameter '${name}' must be a whole number from 0 to 200`;
const notAfter = "Query parameter 'since' must not be after 'until'";

interface Bucket {
  readonly time: string;
  readonly total: number;
  readonly levels: Readonly<Record<string, number>>;
}

const LEVEL_OF = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"];
/** Entries of three containers, 10 s apart; the level changes with each, the container too. */
const COUNT = 90;
const PLACES = ["api", "db", "web"];

async function startFilled(): Promise<LogApi> {
  const logs = await LogApi.start({
    before(folder) {
      for (let n = 0; n < COUNT; n++) {
        const text = `[${LEVEL_OF[n % 5]}] m${n} ${n % 2 === 0 ? "even" : "odd"}`;
        folder.container(PLACES[n % 3] ?? "").write("stdout", text, BEGIN + n * 10_000);
      }
    },
  });
  await logs.stored(COUNT);
  return logs;
}

Deno.test("GET /api/logs/histogram counts over time", async (t) => {
  await using logs = await startFilled();
  const histogram = async (query: string) => {
    const { interval_s, buckets } = (await logs.ok(`/api/logs/histogram?${query}`)).json();
    return { interval: interval_s * 1000, buckets: buckets as readonly Bucket[] };
  };

  const queries = [
    "",
    "buckets=1",
    "buckets=7",
    "buckets=500",
    `since=${at(100)}&until=${at(200)}&buckets=10`,
    `since=${at(-1000)}&until=${at(2000)}`,
    `since=${at(105)}`,
    `until=${at(105)}`,
    "search=even",
    "search=even&container=api,db&level=>=ERROR",
    `search=odd&since=${at(300)}&until=${at(600)}&buckets=3`,
    "container=nobody",
    "search=nowhere",
  ];
  for (const query of queries) {
    await t.step(`GET /api/logs/histogram?${query} counts what the list has`, async () => {
      const { interval, buckets } = await histogram(query);
      const { logs: listed, total } = await logs.list(
        `limit=500&${query.replace(/&?buckets=\d+/, "")}`,
      );
      assert.ok(interval > 0);
      const wanted = Number(/buckets=(\d+)/.exec(query)?.[1] ?? 60);
      assert.ok(buckets.length <= wanted + 1, `${buckets.length} buckets`);
      assert.equal(buckets.reduce((sum, bucket) => sum + bucket.total, 0), total);
      for (const [index, { time, total, levels }] of buckets.entries()) {
        const start = Date.parse(time);
        const previous = buckets[index - 1];
        if (previous) assert.equal(start - Date.parse(previous.time), interval, "no gaps");
        const within = listed.filter(({ timestamp }) =>
          Date.parse(timestamp) >= start && Date.parse(timestamp) < start + interval
        );
        assert.equal(total, within.length, time);
        const byLevel = Object.groupBy(within, ({ level }) => level);
        assert.deepEqual(
          levels,
          Object.fromEntries(
            Object.entries(byLevel).map(([level, some]) => [level, some?.length]),
          ),
        );
      }
    });
  }

  await t.step("GET /api/logs/histogram has empty buckets", async () => {
    const { buckets } = await histogram(`since=${at(-600)}&until=${at(1500)}&buckets=35`);
    assert.ok(buckets.filter(({ total }) => total === 0).length >= 15);
    for (const { total, levels } of buckets) if (total === 0) assert.deepEqual(levels, {});
    assert.ok(Date.parse(buckets[0]?.time ?? "") <= BEGIN - 600_000);
    assert.ok(Date.parse(buckets.at(-1)?.time ?? "") < BEGIN + 1_500_000);
  });

  await runCases(t, logs.api, [
    ...["0", "501", "-1", "1.5", "many"].map((value) =>
      refused(`/api/logs/histogram?buckets=${value}`, bucketsMust)
    ),
    refused(`/api/logs/histogram?since=${at(1)}&until=${at(0)}`, notAfter),
    refused(
      "/api/logs/histogram?since=2026-02-30",
      "Query parameter 'since' must be a time that exists; 2026-02-30 is no day",
    ),
    {
      name: "GET /api/logs/histogram refuses a level that is none",
      path: "/api/logs/histogram?level=loud",
      status: 400,
      has: "Query parameter 'level' must be levels of DEBUG, INFO",
    },
  ]);
});

Deno.test("GET /api/logs/{id}/context tells what surrounds an entry", async (t) => {
  await using logs = await startFilled();
  const { logs: newest } = await logs.list("container=db&limit=500");
  const all = newest.toReversed();
  const context = async (entry: Entry | undefined, query: string) =>
    (await logs.ok(`/api/logs/${entry?.id}/context?${query}`)).json();

  const cases: readonly (readonly [place: number, query: string, before: number, after: number])[] =
    [
      [15, "", 15, 14],
      [15, "before=3&after=2", 3, 2],
      [15, "before=0&after=0", 0, 0],
      [15, "before=200&after=200", 15, 14],
      [0, "", 0, 20],
      [29, "", 20, 0],
      [1, "before=&after=1", 1, 1],
    ];
  for (const [place, query, before, after] of cases) {
    await t.step(`GET /api/logs/{id}/context?${query} of entry ${place} of 30`, async () => {
      assert.deepEqual(await context(all[place], query), {
        before: all.slice(place - before, place),
        entry: all[place],
        after: all.slice(place + 1, place + 1 + after),
      });
    });
  }

  const path = `/api/logs/${all[3]?.id}/context`;
  await runCases(t, logs.api, [
    ...["-1", "201", "x", "1.5"].flatMap((value) => [
      refused(`${path}?before=${value}`, aroundMust("before")),
      refused(`${path}?after=${value}`, aroundMust("after")),
    ]),
    ...["999999", "0", "-1", "abc", "1.0", "01", "9".repeat(30), "tail", "%20"].map((id) => ({
      name: `GET /api/logs/${id}/context knows no such entry`,
      path: `/api/logs/${id}/context`,
      status: 404,
      has: '{"detail":"Not found"}',
    })),
    { name: "GET /api/logs/{id} is no route", path: `/api/logs/${all[3]?.id}`, status: 404 },
  ]);
});

Deno.test("GET /api/containers and /api/stats count what is stored", async (t) => {
  await using logs = await startFilled();
  await t.step("GET /api/containers is sorted by name", async () => {
    const { text } = await logs.ok("/api/containers");
    assert.deepEqual(JSON.parse(text), {
      containers: PLACES.map((name) => ({ name, log_count: 30 })),
    });
  });

  await t.step("GET /api/stats counts by level and container", async () => {
    assert.deepEqual((await logs.ok("/api/stats")).json(), {
      total_logs: COUNT,
      oldest_log: at(0),
      newest_log: at((COUNT - 1) * 10),
      by_level: Object.fromEntries(LEVEL_OF.map((level) => [level, 18])),
      by_container: { api: 30, db: 30, web: 30 },
    });
  });

  await t.step("GET /health tells how many are indexed", async () => {
    const { last_ingest, ...health } = (await logs.ok("/health")).json();
    assert.deepEqual(health, { status: "ok", logs_indexed: COUNT });
    assert.ok(Math.abs(Date.now() - Date.parse(last_ingest)) < 60_000);
  });
});

Deno.test("A viewer without entries has empty views", async () => {
  await using logs = await LogApi.start();
  assert.equal((await logs.ok("/api/containers")).text, '{"containers":[]}');
  assert.deepEqual((await logs.ok("/api/stats")).json(), {
    total_logs: 0,
    oldest_log: null,
    newest_log: null,
    by_level: { DEBUG: 0, INFO: 0, WARNING: 0, ERROR: 0, CRITICAL: 0 },
    by_container: {},
  });
  assert.deepEqual((await logs.ok("/health")).json(), {
    status: "ok",
    logs_indexed: 0,
    last_ingest: null,
  });
  const { buckets } = (await logs.ok("/api/logs/histogram")).json();
  assert.ok(buckets.every(({ total }: Bucket) => total === 0));
  assert.equal((await logs.ok("/api/logs/export")).text, "");
  assert.equal((await logs.api.get("/api/logs/1/context")).status, 404);
});

Deno.test("GET /health is degraded where there is no log folder, and the rest works", async () => {
  await using logs = await LogApi.start({ env: { LOG_SOURCES: "/no/such/folder" } });
  const health = (await logs.ok("/health")).json();
  assert.equal(health.status, "degraded");
  assert.match(health.reason, /\/no\/such\/folder/);
  assert.equal((await logs.list("")).total, 0);
  const told = logs.api.program.logs().filter(({ level }) => level === "WARN" || level === "INFO")
    .filter((line) => JSON.stringify(line).includes("/no/such/folder"));
  assert.equal(told.length, 1, "it says so once");
});
