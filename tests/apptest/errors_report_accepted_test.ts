import assert from "node:assert/strict";
import { Api, reportAt, tracebackAt } from "./support/api.ts";

const ASTRAL = "😀";

/** What is sent, and where what is read back differs from it. */
interface Accepted {
  readonly name: string;
  /** Fields of the report; undefined leaves one out. */
  readonly sent: Readonly<Record<string, unknown>>;
  /** Of the group. */
  readonly group?: Readonly<Record<string, unknown>>;
  /** Of its occurrence. */
  readonly occurrence?: Readonly<Record<string, unknown>>;
}

const NOTHING_OPTIONAL = {
  request_url: null,
  request_method: null,
  request_headers: null,
  user_id: null,
  extra: null,
};

const CASES: readonly Accepted[] = [
  {
    name: "required fields alone",
    sent: {},
    group: { environment: "production", source: "server", location: "/srv/app/main.py:1 in run" },
    occurrence: { environment: "production", ...NOTHING_OPTIONAL },
  },
  {
    name: "null as absent",
    sent: { environment: null, ...NOTHING_OPTIONAL },
    group: { environment: "production" },
    occurrence: { environment: "production", ...NOTHING_OPTIONAL },
  },
  {
    name: "empty optional texts",
    sent: { environment: "", request_url: "", request_method: "", user_id: "" },
    group: { environment: "production" },
    occurrence: { environment: "production", request_url: "", request_method: "", user_id: "" },
  },
  {
    name: "a blank environment",
    sent: { environment: "  \t" },
    group: { environment: "production" },
  },
  {
    name: "blanks around an environment",
    sent: { environment: " dev\n" },
    group: { environment: "dev" },
  },
  {
    name: "everything",
    sent: {
      environment: "staging",
      request_url: "https://shop.example.com/cart?id=1#top",
      request_method: "POST",
      request_headers: { Host: "shop.example.com", "X-List": ["a", "b"], Empty: "" },
      user_id: "user-17",
      extra: { nested: { list: [1, 2.5, -3, true, false, null, "text", {}, []] } },
    },
  },
  {
    name: "an empty message and traceback",
    sent: { message: "", traceback: "" },
    group: { location: null },
  },
  { name: "a message of blanks", sent: { message: " \n " } },
  { name: "a project of 100 characters", sent: { project: "p".repeat(100) } },
  { name: "a project of 100 astral characters", sent: { project: ASTRAL.repeat(100) } },
  { name: "an exception_type of 200 characters", sent: { exception_type: "E".repeat(200) } },
  {
    name: "an exception_type of 200 astral characters",
    sent: { exception_type: ASTRAL.repeat(200) },
  },
  { name: "an environment of 100 astral characters", sent: { environment: ASTRAL.repeat(100) } },
  { name: "a request_method of 20 characters", sent: { request_method: "M".repeat(20) } },
  { name: "a request_url of 8192 characters", sent: { request_url: "u".repeat(8192) } },
  { name: "a user_id of 500 astral characters", sent: { user_id: ASTRAL.repeat(500) } },
  {
    name: "a request_method too long, cut",
    sent: { request_method: "M".repeat(21) },
    occurrence: { request_method: "M".repeat(20) },
  },
  {
    name: "a request_url too long, cut",
    sent: { request_url: ASTRAL.repeat(8193) },
    occurrence: { request_url: ASTRAL.repeat(8192) },
  },
  {
    name: "a user_id too long, cut",
    sent: { user_id: "u".repeat(501) },
    occurrence: { user_id: "u".repeat(500) },
  },
  { name: "a number as user_id", sent: { user_id: 1234567 }, occurrence: { user_id: "1234567" } },
  { name: "zero as user_id", sent: { user_id: 0 }, occurrence: { user_id: "0" } },
  { name: "a project with blanks around it", sent: { project: " shop " } },
  {
    name: "letters of many scripts",
    sent: { project: "магазин", message: "größer 大 ﷽ e\u0301 👩‍👩‍👧" },
  },
  {
    name: "control characters",
    sent: { message: "\u0001\u0007\u001b[31mred\u001b[0m\u007f\u0085\u2028" },
  },
  { name: "line breaks of every kind", sent: { message: "a\r\nb\rc\n\n" } },
  { name: "markup", sent: { message: "<script>alert(1)</script>&amp;'\"" } },
  { name: "SQL", sent: { project: "'; DROP TABLE errors; --", message: '"x" OR 1=1' } },
  { name: "replacement characters and a mark", sent: { message: "\ufffd\ufeff\uffff" } },
  {
    name: "NUL, shown by its symbol",
    sent: {
      project: "a\0b",
      exception_type: "\0",
      message: "before\0after\0",
      environment: "e\0",
      request_url: "/\0",
      user_id: "\0",
    },
    group: {
      project: "a\u2400b",
      exception_type: "\u2400",
      message: "before\u2400after\u2400",
      environment: "e\u2400",
    },
    occurrence: { environment: "e\u2400", request_url: "/\u2400", user_id: "\u2400" },
  },
  {
    name: "lone surrogates, replaced",
    sent: { message: "a\ud800b\udc00", user_id: "\udfff" },
    group: { message: "a\ufffdb\ufffd" },
    occurrence: { user_id: "\ufffd" },
  },
  {
    name: "NUL and lone surrogates within extra",
    sent: { extra: { "k\0": "v\0", "\ud800": ["\udc00"] }, request_headers: { "X-A": "\0" } },
  },
  { name: "extra of 32 levels", sent: { extra: nested(32) } },
  { name: "an empty extra", sent: { extra: {}, request_headers: {} } },
  {
    name: "secret headers, filtered",
    sent: {
      request_headers: {
        Authorization: "Bearer s3cret",
        COOKIE: "s3cret=1",
        "set-cookie": ["s3cret"],
        "X-Api-Key": "s3cret",
        "Proxy-Authorization": "s3cret",
        Accept: "*/*",
      },
    },
    occurrence: {
      request_headers: {
        Authorization: "[filtered]",
        COOKIE: "[filtered]",
        "set-cookie": "[filtered]",
        "X-Api-Key": "[filtered]",
        "Proxy-Authorization": "[filtered]",
        Accept: "*/*",
      },
    },
  },
  { name: "a browser's report", sent: { request_method: "BROWSER" }, group: { source: "browser" } },
  { name: "a long message", sent: { message: "long ".repeat(20_000) } },
  { name: "fields that nobody knows", sent: { colour: "red", id: 7, count: 99, fingerprint: "x" } },
];

function nested(levels: number): unknown {
  return levels === 1 ? {} : { a: nested(levels - 1) };
}

const GROUP_FIELDS = ["project", "exception_type", "message", "traceback", "environment"];
const OCCURRENCE_FIELDS = [
  "traceback",
  "environment",
  "request_url",
  "request_method",
  "request_headers",
  "user_id",
  "extra",
];

/** The fields that must read back as they were sent, unless told otherwise. */
function expected(
  sent: Readonly<Record<string, unknown>>,
  names: readonly string[],
  changed: Readonly<Record<string, unknown>> = {},
) {
  const same = names.filter((name) => sent[name] !== undefined).map((name) => [name, sent[name]]);
  return { ...Object.fromEntries(same), ...changed };
}

function pick(from: Readonly<Record<string, unknown>>, names: readonly string[]) {
  return Object.fromEntries(names.map((name) => [name, from[name]]));
}

Deno.test("POST /api/errors keeps what it accepts, as GET /api/errors/{id} shows", async (t) => {
  await using api = await Api.start({ command: ["errors", "serve"] });
  for (const { name, sent, group = {}, occurrence = {} } of CASES) {
    await t.step(`POST /api/errors accepts ${name}`, async () => {
      // A type of its own unless the case is about types, so that each case makes a group.
      const type = sent.exception_type ?? `Error of ${name}`;
      const body: Record<string, unknown> = reportAt(1, { exception_type: type, ...sent });
      const answer = await api.post("/api/errors", body);
      assert.equal(answer.status, 201, answer.text);
      const { id, fingerprint, ...rest } = answer.json();
      assert.deepEqual(rest, { status: "created", count: 1 });
      const detail = await api.detail(id);
      assert.equal(detail.fingerprint, fingerprint);
      const wantedGroup = expected(body, GROUP_FIELDS, { ...pickKnown(occurrence), ...group });
      assert.deepEqual(pick(detail, Object.keys(wantedGroup)), wantedGroup);
      const [only, ...others] = detail.occurrences;
      assert.equal(others.length, 0);
      const wanted = expected(body, OCCURRENCE_FIELDS, { ...pickKnown(group), ...occurrence });
      assert.deepEqual(pick(only, Object.keys(wanted)), wanted);
    });
  }
});

/** The environment, which group and first occurrence share. */
function pickKnown(fields: Readonly<Record<string, unknown>>) {
  return fields.environment === undefined ? {} : { environment: fields.environment };
}

const json = { "content-type": "application/json" };

Deno.test("POST /api/errors reads JSON however it is written", async (t) => {
  await using api = await Api.start();
  const send = async (text: string, headers: Record<string, string> = json) => {
    const answer = await api.post("/api/errors", text, { headers });
    assert.equal(answer.status, 201, answer.text);
    return await api.detail(answer.json().id);
  };
  const text = (line: number) => JSON.stringify(reportAt(line));

  await t.step("POST /api/errors accepts a byte order mark", async () => {
    assert.equal((await send("\ufeff" + text(1))).project, "shop");
  });
  await t.step("POST /api/errors accepts blanks around the object", async () => {
    assert.equal((await send(`\r\n\t ${text(2)} \n`)).project, "shop");
  });
  await t.step("POST /api/errors takes the last of duplicate keys", async () => {
    const detail = await send(`{"project":"first",${text(3).slice(1, -1)},"project":"last"}`);
    assert.equal(detail.project, "last");
  });
  await t.step("POST /api/errors keeps keys that objects inherit as data", async () => {
    const extra = '{"__proto__":{"admin":true},"constructor":{"prototype":{"x":1}},"toString":"t"}';
    const detail = await send(
      `${text(4).slice(0, -1)},"__proto__":{"user_id":"x"},"extra":${extra}}`,
    );
    assert.equal(JSON.stringify(detail.occurrences[0].extra), extra);
    assert.equal(detail.occurrences[0].user_id, null);
    assert.equal(({} as Record<string, unknown>).admin, undefined);
  });
  await t.step("POST /api/errors counts an environment named as an object's own", async () => {
    const detail = await send(JSON.stringify(reportAt(5, { environment: "__proto__" })));
    assert.deepEqual(Object.entries(detail.environments), [["__proto__", 1]]);
  });
  await t.step("POST /api/errors reads huge numbers as JavaScript does", async () => {
    const numbers = '{"big":1e308,"small":1e-320,"exact":9007199254740991,"neg":-1.5e+3}';
    const detail = await send(`${text(6).slice(0, -1)},"extra":${numbers}}`);
    assert.deepEqual(detail.occurrences[0].extra, JSON.parse(numbers));
  });
  await t.step("POST /api/errors stores a number past every float as null", async () => {
    const detail = await send(`${text(7).slice(0, -1)},"extra":{"n":1e999}}`);
    assert.deepEqual(detail.occurrences[0].extra, { n: null });
  });
  for (
    const [index, type] of ["", "text/plain", "application/x-www-form-urlencoded", "a/b; c"]
      .entries()
  ) {
    await t.step(`POST /api/errors takes JSON sent as ${JSON.stringify(type)}`, async () => {
      assert.equal((await send(text(10 + index), { "content-type": type })).project, "shop");
    });
  }
  await t.step("POST /api/errors refuses a user_id that a number cannot hold", async () => {
    for (const number of ["1e999", "12345678901234567890"]) {
      const answer = await api.post("/api/errors", `${text(8).slice(0, -1)},"user_id":${number}}`);
      assert.equal(answer.status, 400, answer.text);
      assert.deepEqual(answer.json(), {
        detail: "Field 'user_id' must be a string or an exact number",
      });
    }
  });
  await t.step("POST /api/errors keeps a traceback as it came, tabs and all", async () => {
    const traceback = `\t${tracebackAt(9)}\r\n\n`;
    assert.equal((await send(JSON.stringify(reportAt(9, { traceback })))).traceback, traceback);
  });
});
