import assert from "node:assert/strict";
import type { ContainerLogs } from "../support/container_logs.ts";
import { type Case, runCases } from "./support/cases.ts";
import { at, BEGIN, LogApi, numbers } from "./support/log_api.ts";

const refused = (query: string, detail: string): Case => ({
  name: `GET /api/logs refuses ?${query.slice(0, 80)}`,
  path: `/api/logs?${query}`,
  status: 400,
  has: JSON.stringify({ detail }),
});

const LIMIT = "Query parameter 'limit' must be a whole number from 1 to 500";
const OFFSET = `Query parameter 'offset' must be a whole number from 0 to 100000`;
const ID = (name: string) =>
  `Query parameter '${name}' must be a whole number from 1 to ${2 ** 53 - 1}`;
const LEVELS = "Query parameter 'level' must be levels of DEBUG, INFO, WARNING, ERROR, CRITICAL, " +
  "separated by commas, or one with >= before it";
const NAMES = "Query parameter 'container' must be names of containers separated by commas, each " +
  "at most 255 characters long";
const TIME = (name: string) =>
  `Query parameter '${name}' must be an ISO 8601 date or time, such as 2026-11-20 or ` +
  "2026-11-20T17:31:00Z";
const NO_TIME = (name: string, why: string) =>
  `Query parameter '${name}' must be a time that exists; ${why}`;

const REFUSED: readonly Case[] = [
  ...["0", "501", "-1", "1.5", "abc", "1e2", "0x10", "+", "10,", "99999999999999999999", "NaN"]
    .map((value) => refused(`limit=${value}`, LIMIT)),
  ...["-1", "1.5", "abc", "100001"].map((value) => refused(`offset=${value}`, OFFSET)),
  ...["0", "-1", "abc", "1.5"].flatMap((value) => [
    refused(`older_than=${value}`, ID("older_than")),
    refused(`newer_than=${value}`, ID("newer_than")),
  ]),
  refused(
    "older_than=1&newer_than=2",
    "Query parameters 'older_than' and 'newer_than' must not be given together",
  ),
  ...["WARN", "LOUD", "5", ">WARNING", "<=INFO", ">=", "ERROR;INFO", "ERROR,LOUD", ",", "__proto__"]
    .map((value) => refused(`level=${encodeURIComponent(value)}`, LEVELS)),
  ...[",", "a".repeat(256)].map((value) => refused(`container=${value}`, NAMES)),
  ...["since", "until"].flatMap((name) => [
    ...["yesterday", "1763659860", "2026-11", "2026-11-20T", "20/11/2026", "now-1h", "T12:00Z"]
      .map((value) => refused(`${name}=${value}`, TIME(name))),
    refused(`${name}=2026-13-01`, NO_TIME(name, "2026-13-01 is no day")),
    refused(`${name}=2026-02-30T10:00Z`, NO_TIME(name, "2026-02-30 is no day")),
    refused(`${name}=2026-11-20T25:00:00Z`, NO_TIME(name, "25:00:00 is no time of day")),
    refused(`${name}=2026-11-20T10:00:00%2B25:00`, NO_TIME(name, "+25:00 is no offset")),
  ]),
  refused(
    `since=${at(1)}&until=${at(0)}`,
    "Query parameter 'since' must not be after 'until'",
  ),
  refused(
    `search=${"a".repeat(1001)}`,
    "Query parameter 'search' must be at most 1000 characters long",
  ),
  ...["search=%", "search=%ff", "search=%ed%a0%80", "level=%e", "%=1"].map((query) =>
    refused(query, "Query string has a malformed percent-encoding")
  ),
];

const accepted = (query: string, limit = 100, offset = 0): Case => ({
  name: `GET /api/logs takes ?${query.slice(0, 80)}`,
  path: `/api/logs?${query}`,
  status: 200,
  has: `"limit":${limit},"offset":${offset}}`,
});

const ACCEPTED: readonly Case[] = [
  accepted(""),
  accepted("limit=1", 1),
  accepted("limit=500", 500),
  accepted("offset=100000", 100, 100_000),
  accepted(
    "limit=&offset=&container=&level=&search=&since=&until=&older_than=&newer_than=",
  ),
  accepted("unknown=1&lmit=0&__proto__=1"),
  accepted("limit=2&limit=0", 2),
  accepted(`older_than=${2 ** 53 - 1}`),
  accepted(`newer_than=${2 ** 53 - 1}`),
  accepted(`search=${encodeURIComponent("😀".repeat(1000))}`),
  accepted(`since=${at(0)}&until=${at(0)}`),
  accepted("since=0001-01-01&until=9999-12-31"),
];

/** Container, stream and text of what is printed, a second apart. */
const PRINTED = [
  ["api", "stdout", "[DEBUG] m0 start"],
  ["api", "stdout", "[INFO] m1 GET /api/v1/orders 200 from 192.168.1.10"],
  ["db", "stderr", "[WARNING] m2 slow query user_id=42"],
  ["api", "stderr", "[ERROR] m3 connection refused"],
  ["web.1-x", "stdout", "[CRITICAL] m4 out of memory"],
  ["db", "stdout", "[INFO] m5 checkpoint complete"],
  ["api", "stdout", "m6 plain on stdout"],
  ["api", "stderr", "m7 plain on stderr"],
  ["db", "stdout", '{"level":"warn","msg":"m8 disk nearly full","disk":"sda1"}'],
  ["web.1-x", "stdout", "\u001b[32m[INFO]\u001b[0m m9 GET / 200"],
] as const;

function print(folder: ContainerLogs): void {
  for (const [second, [name, stream, text]] of PRINTED.entries()) {
    folder.container(name).write(stream, text, BEGIN + second * 1000);
  }
}

/** A query, and which of the lines it finds, newest first. */
const FOUND: readonly (readonly [query: string, found: readonly number[]])[] = [
  ["", [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]],
  ["container=api", [7, 6, 3, 1, 0]],
  ["container=db", [8, 5, 2]],
  ["container=db,web.1-x", [9, 8, 5, 4, 2]],
  ["container=web.1-x,,db,nobody", [9, 8, 5, 4, 2]],
  ["container=nobody", []],
  ["container=ap", []],
  ["container=API", []],
  ["container=*", []],
  ["level=ERROR", [7, 3]],
  ["level=error", [7, 3]],
  ["level=INFO,DEBUG", [9, 6, 5, 1, 0]],
  ["level=>=WARNING", [8, 7, 4, 3, 2]],
  ["level=%3E%3Dwarning", [8, 7, 4, 3, 2]],
  ["level=>=CRITICAL", [4]],
  ["level=>=DEBUG", [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]],
  ["level=>=ERROR,DEBUG", [7, 4, 3, 0]],
  // `since` is inclusive, `until` exclusive.
  [`since=${at(5)}`, [9, 8, 7, 6, 5]],
  [`since=${at(5.001)}`, [9, 8, 7, 6]],
  [`until=${at(5)}`, [4, 3, 2, 1, 0]],
  [`until=${at(5.001)}`, [5, 4, 3, 2, 1, 0]],
  [`since=${at(3)}&until=${at(5)}`, [4, 3]],
  [`since=${at(5)}&until=${at(5)}`, []],
  ["since=2026-11-20T13:00:07%2B01:00", [9, 8, 7]],
  ["since=2026-11-20T13:00:07+01:00", [9, 8, 7]],
  ["since=2026-11-20T12:00:07", [9, 8, 7]],
  ["since=2026-11-20", [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]],
  ["until=2026-11-20", []],
  ["since=2026-11-21", []],
  // Searches.
  ["search=get", [9, 1]],
  ["search=GET+200", [9, 1]],
  ["search=192.168.1.10", [1]],
  ["search=192.168.1.1", []],
  ["search=user_id%3D42", [2]],
  ["search=/api/v1/orders", [1]],
  ["search=%22connection+refused%22", [3]],
  ["search=%22refused+connection%22", []],
  ["search=refused+connection", [3]],
  ["search=memory+OR+checkpoint", [5, 4]],
  ["search=plain+NOT+stderr", [6]],
  ["search=check*", [5]],
  ["search=check", []],
  ["search=disk:sda1", [8]],
  ["search=disk:sda2", []],
  ["search=nowhere", []],
  ["search=plain&level=ERROR", [7]],
  [`search=get&container=api,db&since=${at(1)}&until=${at(2)}&level=INFO`, [1]],
];

Deno.test("GET /api/logs filters", async (t) => {
  await using logs = await LogApi.start({ before: print });
  await logs.stored(PRINTED.length);

  for (const [query, found] of FOUND) {
    await t.step(`GET /api/logs?${query} finds ${found.join(", ") || "nothing"}`, async () => {
      const page = await logs.list(query);
      assert.deepEqual(numbers(page.logs), found);
      assert.equal(page.total, found.length);
      assert.ok(!("total_is_lower_bound" in page));
    });
  }

  await runCases(t, logs.api, [...REFUSED, ...ACCEPTED]);

  await t.step("GET /api/logs tells all of an entry", async () => {
    const { logs: [entry] } = await logs.list("search=m9");
    const { id, ...rest } = entry ?? assert.fail();
    assert.ok(id > 0);
    assert.deepEqual(rest, {
      timestamp: at(9),
      container: "web.1-x",
      stream: "stdout",
      level: "INFO",
      message: "[INFO] m9 GET / 200",
      raw: "\u001b[32m[INFO]\u001b[0m m9 GET / 200",
    });
  });

  await t.step("GET /api/logs is for those with the key", async () => {
    for (const key of [null, "wrong"]) {
      const answer = await logs.api.get("/api/logs", { key });
      assert.deepEqual([answer.status, answer.text], [401, '{"detail":"Invalid API key"}']);
    }
  });
});

Deno.test("GET /api/logs of a new viewer is empty", async () => {
  await using logs = await LogApi.start();
  const { text } = await logs.ok("/api/logs");
  assert.equal(text, '{"logs":[],"total":0,"limit":100,"offset":0}');
});
