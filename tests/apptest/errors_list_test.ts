import assert from "node:assert/strict";
import { Api } from "./support/api.ts";
import { type Case, runCases } from "./support/cases.ts";

const refused = (query: string, detail: string): Case => ({
  name: `GET /api/errors refuses ?${query}`,
  path: `/api/errors?${query}`,
  status: 400,
  has: JSON.stringify({ detail }),
});

const INTEGER_1_200 = "Query parameter 'limit' must be a whole number from 1 to 200";
const OFFSET = `Query parameter 'offset' must be a whole number from 0 to ${2 ** 53 - 1}`;
const RESOLVED = "Query parameter 'resolved' must be one of false, true, all";
const SOURCE = "Query parameter 'source' must be one of browser, server";
const MALFORMED = "Query string has a malformed percent-encoding";

const REFUSED: readonly Case[] = [
  ...[
    "0",
    "201",
    "-1",
    "1.5",
    "abc",
    "1e2",
    "0x10",
    "+",
    "%20",
    "10,",
    "99999999999999999999",
    "NaN",
  ]
    .map((value) => refused(`limit=${value}`, INTEGER_1_200)),
  ...["-1", "1.5", "abc", "9007199254740992", "-0.1", "1+"].map((value) =>
    refused(`offset=${value}`, OFFSET)
  ),
  ...["yes", "1", "TRUE", "True", "none", "false,true", "__proto__", "constructor", "toString"]
    .map((value) => refused(`resolved=${value}`, RESOLVED)),
  ...["browsers", "Browser", "all", "__proto__"].map((value) => refused(`source=${value}`, SOURCE)),
  refused(
    `project=${"a".repeat(101)}`,
    "Query parameter 'project' must be at most 100 characters long",
  ),
  refused(
    `environment=${"a".repeat(101)}`,
    "Query parameter 'environment' must be at most 100 characters long",
  ),
  refused(
    `search=${"a".repeat(201)}`,
    "Query parameter 'search' must be at most 200 characters long",
  ),
  refused(
    `search=${encodeURIComponent("😀".repeat(201))}`,
    "Query parameter 'search' must be at most 200 characters long",
  ),
  ...[
    "search=%",
    "search=%zz",
    "search=%4",
    "search=%ff",
    "search=%c3%28",
    "search=%ed%a0%80",
    "%=1",
  ]
    .map((query) => refused(query, MALFORMED)),
  refused("project=shop&limit=0", INTEGER_1_200),
];

const accepted = (query: string, limit = 50, offset = 0): Case => ({
  name: `GET /api/errors takes ?${query}`,
  path: `/api/errors?${query}`,
  status: 200,
  has: `"limit":${limit},"offset":${offset}}`,
});

const ACCEPTED: readonly Case[] = [
  accepted(""),
  accepted("limit=1", 1),
  accepted("limit=200", 200),
  accepted("limit=007", 7),
  accepted("limit=&offset=&project=&environment=&source=&resolved=&search="),
  accepted("limit"),
  accepted("offset=3", 50, 3),
  accepted(`offset=${2 ** 53 - 1}`, 50, 2 ** 53 - 1),
  accepted("unknown=1&limt=0&__proto__=1"),
  accepted("limit=2&limit=0", 2),
  accepted("&&limit=2&&", 2),
  accepted("%6cimit=3", 3),
  accepted(`project=${encodeURIComponent("😀".repeat(100))}`),
  accepted(`search=${encodeURIComponent("😀".repeat(200))}`),
];

interface Listed {
  readonly id: number;
  readonly project: string;
  readonly last_seen: string;
  readonly message: string;
}

Deno.test("GET /api/errors filters and pages", async (t) => {
  await using api = await Api.start({ command: ["errors", "serve"] });
  const list = async (query: string) => (await api.get(`/api/errors?${query}`)).json();
  const messages = async (query: string) => {
    const { errors, total } = await list(query);
    assert.equal(errors.length, total);
    return errors.map(({ message }: Listed) => message).sort();
  };

  await t.step("GET /api/errors of a new tracker is empty", async () => {
    const answer = await api.get("/api/errors");
    assert.equal(answer.text, '{"errors":[],"total":0,"limit":50,"offset":0}');
    assert.equal((await api.get("/api/projects")).text, '{"projects":[]}');
    assert.equal((await api.get("/api/environments")).text, '{"environments":[]}');
  });

  const ids = new Map<string, number>();
  const report = async (message: string, fields: Record<string, unknown>) => {
    const answer = await api.report({ message, exception_type: `Error${message}`, ...fields });
    ids.set(message, answer.json().id);
  };
  await report("A", { project: "shop", environment: "production" });
  await report("B", { project: "shop", environment: "staging" });
  await report("C", { project: "blog", environment: "staging" });
  await report("D", { project: "blog", environment: "dev", request_method: "BROWSER" });
  await report("A", { project: "shop", environment: "staging" });
  await report("E", { project: "Ü + & = % #", environment: "a b/c" });
  await api.post(`/api/errors/${ids.get("C")}/resolve`);

  const table: readonly (readonly [query: string, found: readonly string[]])[] = [
    ["", ["E", "A", "D", "B"]],
    ["resolved=false", ["E", "A", "D", "B"]],
    ["resolved=true", ["C"]],
    ["resolved=all", ["E", "A", "D", "C", "B"]],
    ["project=shop", ["A", "B"]],
    ["project=blog", ["D"]],
    ["project=blog&resolved=all", ["D", "C"]],
    ["project=Shop", []],
    ["project=sho", []],
    ["project=shop%20", []],
    [`project=${encodeURIComponent("Ü + & = % #")}`, ["E"]],
    ["project=%C3%9C+%2B+%26+%3D+%25+%23", ["E"]],
    ["project=%25C3%259C", []],
    ["environment=production", ["A"]],
    ["environment=staging", ["A", "B"]],
    ["environment=staging&resolved=all", ["A", "C", "B"]],
    ["environment=a+b/c", ["E"]],
    ["environment=a%20b%2Fc", ["E"]],
    ["environment=none", []],
    ["source=browser", ["D"]],
    ["source=server", ["E", "A", "B"]],
    ["source=browser&project=shop", []],
    ["project=shop&environment=production&source=server&resolved=all&search=error", ["A"]],
  ];
  for (const [query, found] of table) {
    await t.step(`GET /api/errors?${query} finds ${found.join(", ") || "nothing"}`, async () => {
      assert.deepEqual(await messages(query), found.toSorted());
    });
  }

  await t.step("GET /api/projects and /api/environments are distinct and sorted", async () => {
    assert.deepEqual((await api.get("/api/projects")).json().projects, [
      "blog",
      "shop",
      "Ü + & = % #",
    ]);
    assert.deepEqual((await api.get("/api/environments")).json().environments, [
      "a b/c",
      "dev",
      "production",
      "staging",
    ]);
  });

  await runCases(t, api, [...REFUSED, ...ACCEPTED]);

  await t.step("GET /api/errors shows of each group what the detail does", async () => {
    for (const listed of (await list("resolved=all")).errors) {
      const { hourly_counts: _, ...summary } = listed;
      const {
        traceback: _traceback,
        environments: _environments,
        daily_counts: _daily,
        occurrences: _occurrences,
        ...detail
      } = await api.detail(listed.id);
      assert.deepEqual(summary, detail);
    }
  });

  await t.step("GET /api/errors pages without gap or doubling, newest first", async () => {
    await Promise.all(
      Array.from(
        { length: 45 },
        (_, n) => api.report({ project: "many", message: `m${n}` }, n + 1),
      ),
    );
    const all = (await list("project=many&limit=200")).errors;
    assert.equal(all.length, 45);
    const paged: Listed[] = [];
    for (let offset = 0; offset < 60; offset += 7) {
      const page = await list(`project=many&limit=7&offset=${offset}`);
      assert.equal(page.total, 45);
      assert.equal(page.errors.length, Math.max(0, Math.min(7, 45 - offset)));
      paged.push(...page.errors);
    }
    assert.deepEqual(paged, all);
    const order = all.map(({ last_seen, id }: Listed) => [last_seen, id]);
    assert.deepEqual(order, order.toSorted(newestFirst));
  });

  await t.step("GET /api/errors brings a group to the top when it is seen again", async () => {
    // Of reports within the same millisecond the newer group would come first.
    for (const start = Date.now(); Date.now() === start;) await api.get("/health");
    await report("B", { project: "shop", environment: "staging" });
    assert.equal((await list("limit=1")).errors[0].message, "B");
  });
});

function newestFirst([seen, id]: [string, number], [otherSeen, otherId]: [string, number]) {
  if (seen !== otherSeen) return seen < otherSeen ? 1 : -1;
  return otherId - id;
}
