import assert from "node:assert/strict";
import { Api } from "./support/api.ts";

/** Type and message of the groups that are searched. */
const GROUPS = {
  plain: ["ValueError", "could not convert string to float"],
  quoted: ["KeyError", "'customer_id' and \"order\" are missing"],
  lone: ["SyntaxError", 'unterminated " in line'],
  percent: ["RateError", "used 100% of memory_limit"],
  noPercent: ["RateError2", "used 1000 of memoryXlimit"],
  operators: ["QueryError", "cats AND dogs OR NOT birds NEAR * fish"],
  german: ["GrößenFehler", "ÄRGER mit ÜBERGRÖSSE, straße"],
  russian: ["ОшибкаЗначения", "Не удалось Преобразовать"],
  chinese: ["错误", "无法连接到数据库"],
  emoji: ["EmojiError", "broke 😀👩‍👩‍👧 badly"],
  symbols: ["NetError", "connect ECONNREFUSED 192.168.1.10:5432 (k=v) [a] {b} ^c$ \\d+ ~/x"],
  nul: ["NulError", "before\0after"],
  short: ["E", "x"],
} as const;

type Name = keyof typeof GROUPS;

const NAMES = (Object.keys(GROUPS) as Name[]).sort();

const FOUND: readonly (readonly [search: string, found: readonly Name[]])[] = [
  // Parts of words, of type and message, and across the colon between them.
  ["ValueError", ["plain"]],
  ["alueErr", ["plain"]],
  ["convert", ["plain"]],
  ["ng to fl", ["plain"]],
  ["ValueError: could", ["plain"]],
  ["RateError", ["noPercent", "percent"]],
  ["nowhere", []],
  // Words are not looked for one by one.
  ["float convert", []],
  // Whatever its case, in every script that has one.
  ["VALUEERROR", ["plain"]],
  ["COULD Not", ["plain"]],
  ["ärger", ["german"]],
  ["grössenfehler", []],
  ["GRÖßENFEHLER", ["german"]],
  ["übergrösse", ["german"]],
  ["ошибказначения", ["russian"]],
  ["ПРЕОБРАЗОВАТЬ", ["russian"]],
  ["无法连接", ["chinese"]],
  // One and two characters, which the index does not know.
  ["x", ["lone", "noPercent", "short", "symbols"]],
  ["X", ["lone", "noPercent", "short", "symbols"]],
  ["%", ["percent"]],
  ["_", ["percent", "quoted"]],
  ['"', ["lone", "quoted"]],
  ["'", ["quoted"]],
  ["*", ["operators"]],
  ["\\", ["symbols"]],
  ["错误", ["chinese"]],
  ["误", ["chinese"]],
  ["är", ["german"]],
  ["ÄR", ["german"]],
  ["НЕ", ["russian"]],
  ["😀", ["emoji"]],
  ["E:", ["short"]],
  // What means something to SQL or to full-text search stands for itself.
  ["100%", ["percent"]],
  ["100_", []],
  ["memory_limit", ["percent"]],
  ["AND dogs", ["operators"]],
  ["cats AND dogs OR NOT birds NEAR * fish", ["operators"]],
  ["cats NOT dogs", []],
  ["cats OR float", []],
  ["val*", []],
  ["NEAR *", ["operators"]],
  ["NEAR(cats dogs)", []],
  ['"order"', ["quoted"]],
  ['"could not"', []],
  ['" in', ["lone"]],
  ['""', []],
  ['"""', []],
  ["'customer_id'", ["quoted"]],
  ["' OR 1=1 --", []],
  ["text:ValueError", []],
  ["^Value", []],
  ["192.168.1.10:5432", ["symbols"]],
  ["(k=v) [a] {b} ^c$ \\d+ ~/x", ["symbols"]],
  ["😀👩‍👩‍👧", ["emoji"]],
  // Blanks around it do not count; blanks alone are no search.
  ["  convert  ", ["plain"]],
  ["   ", NAMES],
  ["\t\n", NAMES],
  // NUL is searched as it is stored: by its symbol.
  ["before\0after", ["nul"]],
  ["e\u2400a", ["nul"]],
  ["\0", ["nul"]],
  ["a".repeat(200), []],
];

Deno.test("GET /api/errors?search= finds text in type and message", async (t) => {
  await using api = await Api.start();
  const names = new Map<number, Name>();
  for (const name of NAMES) {
    const [exception_type, message] = GROUPS[name];
    names.set((await api.report({ exception_type, message })).json().id, name);
  }
  for (const [search, found] of FOUND) {
    await t.step(`GET /api/errors?search=${JSON.stringify(search).slice(0, 60)}`, async () => {
      const answer = await api.get(`/api/errors?search=${encodeURIComponent(search)}`);
      assert.equal(answer.status, 200, answer.text);
      const { errors, total } = answer.json();
      assert.equal(total, errors.length);
      assert.deepEqual(errors.map(({ id }: { id: number }) => names.get(id)).sort(), [...found]);
    });
  }

  await t.step("GET /api/errors?search= reads + as a blank and %2B as a plus", async () => {
    const total = async (query: string) =>
      (await api.get(`/api/errors?search=${query}`)).json().total;
    assert.equal(await total("could+not"), 1);
    assert.equal(await total("could%2Bnot"), 0);
    assert.equal(await total("%5Cd%2B"), 1);
  });

  await t.step(
    "GET /api/errors?search= finds the text of a message from its beginning on",
    async () => {
      const message = `start of it ${"filler ".repeat(1000)} still indexed`;
      await api.report({ exception_type: "LongError", message });
      for (const search of ["start of it", "still indexed"]) {
        const { total } = (await api.get(`/api/errors?search=${encodeURIComponent(search)}`))
          .json();
        assert.equal(total, 1, search);
      }
    },
  );

  await t.step("GET /errors?search= of the web interface takes the same texts", async () => {
    const body = new URLSearchParams({ key: api.program.apiKey });
    const signedIn = await api.post("/login", body, { key: null });
    const cookie = signedIn.headers.get("set-cookie")?.split(";")[0] ?? "";
    for (const [search] of FOUND) {
      const path = `/errors?search=${encodeURIComponent(search)}`;
      const answer = await api.get(path, { key: null, headers: { cookie } });
      assert.equal(answer.status, 200, search);
    }
  });
});
