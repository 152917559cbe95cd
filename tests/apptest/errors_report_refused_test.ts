import { Api, reportAt } from "./support/api.ts";
import { type Case, runCases } from "./support/cases.ts";
import assert from "node:assert/strict";

/** A character outside the Basic Multilingual Plane: one character, two UTF-16 code units. */
const ASTRAL = "😀";

const refused = (name: string, fields: Record<string, unknown>, has: string): Case => ({
  name: `POST /api/errors refuses ${name}`,
  method: "POST",
  path: "/api/errors",
  body: reportAt(1, fields),
  status: 400,
  has: JSON.stringify({ detail: has }),
});

const requiredText = (name: string): Case[] => [
  refused(`an absent ${name}`, { [name]: undefined }, `Field '${name}' is required`),
  refused(`a null ${name}`, { [name]: null }, `Field '${name}' is required`),
  refused(`a number as ${name}`, { [name]: 12 }, `Field '${name}' must be a string`),
  refused(`zero as ${name}`, { [name]: 0 }, `Field '${name}' must be a string`),
  refused(`false as ${name}`, { [name]: false }, `Field '${name}' must be a string`),
  refused(`an array as ${name}`, { [name]: ["a"] }, `Field '${name}' must be a string`),
  refused(`an object as ${name}`, { [name]: { a: 1 } }, `Field '${name}' must be a string`),
];

const noText = (name: string, must = "a string"): Case[] => [
  refused(`true as ${name}`, { [name]: true }, `Field '${name}' must be ${must}`),
  refused(`an array as ${name}`, { [name]: [] }, `Field '${name}' must be ${must}`),
  refused(`an object as ${name}`, { [name]: {} }, `Field '${name}' must be ${must}`),
];

const tooLong = (name: string, max: number): Case[] => [
  refused(
    `${name} of ${max + 1} characters`,
    { [name]: "a".repeat(max + 1) },
    `Field '${name}' must be at most ${max} characters long`,
  ),
  refused(
    `${name} of ${max + 1} astral characters`,
    { [name]: ASTRAL.repeat(max + 1) },
    `Field '${name}' must be at most ${max} characters long`,
  ),
];

const blank = (name: string): Case[] =>
  [["empty", ""], ["blank", " \t\n\r "], ["Unicode-blank", "\u00a0\u2003\ufeff"]].map((
    [kind, value],
  ) => refused(`an ${kind} ${name}`, { [name]: value }, `Field '${name}' must not be blank`));

const object = (name: string): Case[] => [
  refused(`a text as ${name}`, { [name]: "{}" }, `Field '${name}' must be an object`),
  refused(`a number as ${name}`, { [name]: 1 }, `Field '${name}' must be an object`),
  refused(`false as ${name}`, { [name]: false }, `Field '${name}' must be an object`),
  refused(`an array as ${name}`, { [name]: [{}] }, `Field '${name}' must be an object`),
  refused(
    `${name} nested 33 levels deep`,
    { [name]: nested(33) },
    `Field '${name}' must not be nested deeper than 32 levels`,
  ),
  refused(
    `${name} with arrays nested 33 levels deep`,
    { [name]: { a: nestedArrays(32) } },
    `Field '${name}' must not be nested deeper than 32 levels`,
  ),
];

/** Objects within objects, so many levels of them. */
function nested(levels: number): unknown {
  return levels === 1 ? {} : { a: nested(levels - 1) };
}

function nestedArrays(levels: number): unknown {
  return levels === 1 ? [] : [nestedArrays(levels - 1)];
}

const raw = (name: string, body: string | Uint8Array, detail: string): Case => ({
  name: `POST /api/errors refuses ${name}`,
  method: "POST",
  path: "/api/errors",
  headers: { "content-type": "application/json" },
  body,
  status: 400,
  has: JSON.stringify({ detail }),
});

const NOT_JSON = "Request body is not valid JSON";
const NOT_UTF8 = "Request body is not valid UTF-8";
const NOT_OBJECT = "Request body must be a JSON object";
const EMPTY = "Request body is empty, JSON is expected";
const report = JSON.stringify(reportAt(1));

const BODIES: readonly Case[] = [
  raw("an empty body", "", EMPTY),
  raw("a body of blanks", " \r\n\t ", EMPTY),
  raw("a body cut off", report.slice(0, -1), NOT_JSON),
  raw("a text after the object", `${report} x`, NOT_JSON),
  raw("two objects", report + report, NOT_JSON),
  raw("single quotes", "{'project':'shop'}", NOT_JSON),
  raw("a comma too many", '{"project":"shop",}', NOT_JSON),
  raw("a comment", '{"project":"shop" /* the shop */}', NOT_JSON),
  raw("NaN", '{"project":NaN}', NOT_JSON),
  raw("a raw line break in a text", '{"project":"a\nb"}', NOT_JSON),
  raw("a raw NUL in a text", '{"project":"a\0b"}', NOT_JSON),
  raw("a bad escape", '{"project":"\\x41"}', NOT_JSON),
  raw("a form", "project=shop&exception_type=E", NOT_JSON),
  raw("an HTML page", "<html></html>", NOT_JSON),
  raw("an array of reports", `[${report}]`, NOT_OBJECT),
  raw("an empty array", "[]", NOT_OBJECT),
  raw("null", "null", NOT_OBJECT),
  raw("true", "true", NOT_OBJECT),
  raw("a number", "12", NOT_OBJECT),
  raw("a text", '"shop"', NOT_OBJECT),
  raw("an empty object", "{}", "Field 'project' is required"),
  raw("arrays nested 100,000 deep", "[".repeat(100_000) + "]".repeat(100_000), NOT_OBJECT),
  raw("arrays opened 200,000 times", "[".repeat(200_000), NOT_JSON),
  raw(
    "extra nested 20,000 deep",
    report.slice(0, -1) + ',"extra":' + '{"a":'.repeat(20_000) + "1" + "}".repeat(20_001),
    "Field 'extra' must not be nested deeper than 32 levels",
  ),
  raw("a project only inherited", '{"__proto__":' + report + "}", "Field 'project' is required"),
  raw("UTF-16 with a mark", utf16(report, true), NOT_UTF8),
  raw("UTF-16 without a mark", utf16(report, false), NOT_JSON),
  raw("Latin-1", latin1(JSON.stringify(reportAt(1, { message: "größer" }))), NOT_UTF8),
  raw("overlong UTF-8", splice(report, [0xc0, 0xaf]), NOT_UTF8),
  raw("a surrogate written in UTF-8", splice(report, [0xed, 0xa0, 0x80]), NOT_UTF8),
  raw("UTF-8 cut off", splice(report, [0xf0, 0x9f, 0x98]), NOT_UTF8),
  raw("two byte order marks", "\ufeff\ufeff" + report, NOT_JSON),
];

function utf16(text: string, mark: boolean): Uint8Array {
  const units = Array.from(mark ? "\ufeff" + text : text, (unit) => unit.charCodeAt(0));
  return new Uint8Array(Uint16Array.from(units).buffer);
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** The report with these bytes within its first text. */
function splice(text: string, bytes: readonly number[]): Uint8Array {
  const at = text.indexOf("shop");
  return Uint8Array.from([...latin1(text.slice(0, at)), ...bytes, ...latin1(text.slice(at))]);
}

Deno.test("POST /api/errors refuses what is no report, and says why", async (t) => {
  await using api = await Api.start({ command: ["errors", "serve"] });
  await runCases(t, api, [
    ...["project", "exception_type", "message", "traceback"].flatMap(requiredText),
    ...["project", "exception_type"].flatMap(blank),
    ...tooLong("project", 100),
    ...tooLong("exception_type", 200),
    ...noText("environment"),
    ...tooLong("environment", 100),
    ...noText("request_method"),
    ...noText("request_url"),
    ...noText("user_id", "a string or an exact number"),
    ...["request_headers", "extra"].flatMap(object),
  ]);
  await runCases(t, api, BODIES);
  await t.step("POST /api/errors refuses a gzip'd body", async () => {
    const zipped = new Blob([report]).stream().pipeThrough(new CompressionStream("gzip"));
    const body = new Uint8Array(await new Response(zipped).arrayBuffer());
    const headers = { "content-type": "application/json", "content-encoding": "gzip" };
    const answer = await api.post("/api/errors", body, { headers });
    assert.equal(answer.status, 400);
    assert.deepEqual(answer.json(), { detail: NOT_UTF8 });
  });
  await t.step("POST /api/errors keeps nothing of what it refuses", async () => {
    assert.equal((await api.get("/api/errors?resolved=all")).json().total, 0);
    assert.deepEqual((await api.get("/api/projects")).json(), { projects: [] });
  });
});
