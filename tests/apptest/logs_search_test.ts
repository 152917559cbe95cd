import assert from "node:assert/strict";
import { BEGIN, encoded, type Entry, LogApi } from "./support/log_api.ts";

/** What is searched; one entry each. */
const MESSAGES = {
  plain: "[INFO] could not convert string to float",
  nginx: '[INFO] 192.168.1.10 - - "GET /api/v1/orders?id=7 HTTP/1.1" 200 "curl/8.1"',
  java: "[ERROR] java.lang.NullPointerException: null at Main.java:31",
  logfmt: 'level=warning msg="disk nearly full" user_id=42 path=/var/lib/data',
  json: '{"level":"info","msg":"request done","http":{"status":503},"id":"a-1"}',
  quotes: "[ERROR] unexpected \" and ' in line, ''empty'' too",
  operators: "[INFO] cats AND dogs OR NOT birds NEAR(fish) {near} [brackets] <angles>",
  percent: "[INFO] used 100% of memory_limit * 2 ^ 8 = x; y? ~z",
  german: "[INFO] GRÖSSE und Straße: Ärger",
  russian: "[INFO] Не удалось Преобразовать",
  chinese: "[INFO] 无法连接到数据库",
  emoji: "[INFO] broke 😀👩‍👩‍👧 badly",
  windows: "[INFO] at C:\\srv\\app\\main.cs:12 \\d+ \\",
  sql: "[INFO] SELECT * FROM users WHERE 1=1 -- '; DROP TABLE log_entries",
  nul: "[INFO] before\0after",
} as const;

type Name = keyof typeof MESSAGES;
const NAMES = (Object.keys(MESSAGES) as Name[]).sort();

/** A search, and what it finds. */
const FOUND: readonly (readonly [search: string, found: readonly Name[]])[] = [
  ["convert", ["plain"]],
  ["CONVERT Could", ["plain"]],
  ["conver", []],
  ["conver*", ["plain"]],
  ['"string to float"', ["plain"]],
  ['"float string"', []],
  ["float string", ["plain"]],
  ["192.168.1.10", ["nginx"]],
  ["192.168.1.1", []],
  ["192.168.*", ["nginx"]],
  ["/api/v1/orders", ["nginx"]],
  ["orders?id=7", ["nginx"]],
  ["NullPointerException", ["java"]],
  ["java.lang.NullPointerException", ["java"]],
  ["Main.java:31", ["java"]],
  ["user_id=42", ["logfmt"]],
  ["user_id:42", ["logfmt"]],
  ['msg:"disk nearly full"', ["logfmt"]],
  ["http.status:503", ["json"]],
  ["status:503", []],
  ["id:a-1", ["json"]],
  ["convert OR disk", ["logfmt", "plain"]],
  ["NOT info", ["java", "logfmt", "quotes"]],
  ["memory_limit NOT 100%", []],
  ["straße", ["german"]],
  ["ärger", ["german"]],
  ["ПРЕОБРАЗОВАТЬ", ["russian"]],
  ["无法连接", ["chinese"]],
  ["😀", ["emoji"]],
  ["before\0after", ["nul"]],
  ["before\u2400after", ["nul"]],
  ["   ", NAMES],
  ["\t\n", NAMES],
];

/** What has a meaning somewhere, or none anywhere: found as it stands, or not at all, but never an error. */
const HOSTILE: readonly (readonly [search: string, found: readonly Name[] | null])[] = [
  ['"', ["nginx", "json", "logfmt", "quotes"]],
  ["'", ["quotes", "sql"]],
  ["''", ["quotes"]],
  ['""', null],
  ['"""', null],
  ['"unclosed', null],
  ['unclosed"', null],
  ['"a" "', null],
  ["*", ["percent", "sql"]],
  ["**", []],
  ["*convert", []],
  ["%", ["percent"]],
  ["_", ["logfmt", "percent", "sql"]],
  ["\\", ["windows"]],
  ["\\d+", ["windows"]],
  ["\\0", []],
  ["\0", ["nul"]],
  ["(", ["operators"]],
  [")", ["operators"]],
  ["(((", []],
  ["NEAR(fish)", ["operators"]],
  ["NEAR(a b, 5)", []],
  ["{near}", ["operators"]],
  ["[brackets]", ["operators"]],
  ["<angles>", ["operators"]],
  ["^", ["percent"]],
  ["^convert", []],
  ["-convert", []],
  ["+convert", []],
  ["~z", ["percent"]],
  ["AND", ["operators", "quotes"]],
  ["OR", ["operators"]],
  ["NOT", ["operators", "plain"]],
  ["AND AND AND", ["operators", "quotes"]],
  ["NOT NOT NOT", null],
  ["cats AND", ["operators"]],
  ["OR cats", ["operators"]],
  ["(cats OR dogs) AND NOT (birds", null],
  ["cats AND dogs OR NOT birds NEAR(fish)", null],
  ["message:convert", []],
  ["log_entries:x", []],
  ["rowid:1", []],
  [":", null],
  ["a:", []],
  [":a", []],
  ["' OR 1=1 --", null],
  ["'; DROP TABLE log_entries; --", null],
  ["; DROP TABLE log_entries", ["sql"]],
  ["1=1", ["sql"]],
  ["${x} #{y} {{z}}", []],
  ["<script>alert(1)</script>", []],
  ["../../etc/passwd", []],
  ["\u202e\u200b\ufeff", null],
  ["a".repeat(1000), []],
  [`"${"b ".repeat(499)}"`, []],
  ["x OR ".repeat(199) + "x", null],
  ["NOT ".repeat(249) + "x", null],
  ["(".repeat(1000), []],
  ['"'.repeat(999), null],
  ["😀".repeat(1000), []],
];

Deno.test("GET /api/logs?search= finds words, phrases and literal texts, and errs at none", async (t) => {
  await using logs = await LogApi.start({
    before(folder) {
      for (const [n, name] of NAMES.entries()) {
        folder.container(name).write("stdout", MESSAGES[name], BEGIN + n * 1000);
      }
    },
  });
  await logs.stored(NAMES.length);
  const find = async (search: string) => {
    const { logs: found, total } = await logs.list(encoded("search", search));
    assert.equal(total, found.length);
    return found.map(({ container }: Entry) => container).sort();
  };

  for (const [search, found] of FOUND) {
    await t.step(`GET /api/logs?search=${shown(search)}`, async () => {
      assert.deepEqual(await find(search), found.toSorted());
    });
  }

  assert.ok(HOSTILE.length >= 40);
  for (const [search, found] of HOSTILE) {
    await t.step(`no error: GET /api/logs?search=${shown(search)}`, async () => {
      const names = await find(search);
      if (found !== null) assert.deepEqual(names, found.toSorted());
      const query = encoded("search", search);
      // Counted another way, the same are found.
      const { buckets } = (await logs.ok(`/api/logs/histogram?${query}`)).json();
      const counted = buckets.reduce((sum: number, { total }: { total: number }) => sum + total, 0);
      assert.equal(counted, names.length);
      const { text } = await logs.ok(`/api/logs/export?format=ndjson&${query}`);
      assert.equal(text.split("\n").length - 1, names.length);
    });
  }

  await t.step("GET /api/logs?search= reads + as a blank and %2B as a plus", async () => {
    assert.equal((await logs.list("search=could+convert")).total, 1);
    assert.equal((await logs.list("search=could%2Bconvert")).total, 0);
  });
});

function shown(search: string): string {
  return JSON.stringify(search).slice(0, 60);
}
