import fc from "fast-check";
import assert from "node:assert/strict";
import { Api, reportAt } from "../apptest/support/api.ts";

/** What the tracker keeps of a text: NUL shown by its symbol, lone surrogates replaced. */
const kept = (text: string) => text.toWellFormed().replaceAll("\0", "\u2400");

const text = (maxLength: number) => fc.string({ unit: "binary", maxLength });
const notBlank = (maxLength: number) => text(maxLength).filter((one) => kept(one).trim() !== "");
const json = fc.dictionary(text(10), fc.jsonValue({ maxDepth: 4 }), { maxKeys: 4 });

const report = fc.record({
  project: notBlank(50),
  exception_type: notBlank(50),
  message: text(200),
  traceback: text(200),
  environment: notBlank(50),
  request_url: fc.option(text(100)),
  request_method: fc.option(text(20)),
  user_id: fc.option(text(50)),
  extra: fc.option(json),
});

Deno.test("Any report that is accepted reads back as it was sent", async () => {
  await using api = await Api.start();
  await fc.assert(
    fc.asyncProperty(report, async (sent) => {
      const answer = await api.post("/api/errors", sent);
      assert.ok(answer.status === 201 || answer.status === 200, answer.text);
      const { occurrences: [newest], ...group } = await api.detail(answer.json().id);
      assert.equal(group.project, kept(sent.project));
      assert.equal(group.exception_type, kept(sent.exception_type));
      assert.equal(newest.traceback, kept(sent.traceback));
      assert.equal(newest.environment, kept(sent.environment).trim());
      for (const name of ["request_url", "request_method", "user_id"] as const) {
        const value = sent[name];
        assert.equal(newest[name], value === null ? null : kept(value));
      }
      // As JSON, in which minus zero is zero.
      assert.deepEqual(newest.extra, JSON.parse(JSON.stringify(sent.extra)));
      assert.equal(group.environments[kept(sent.environment).trim()] >= 1, true);
    }),
    { numRuns: 200 },
  );
});

Deno.test("Any body is answered with success or a sentence that says what is wrong", async () => {
  await using api = await Api.start();
  const body = fc.oneof(
    fc.json(),
    fc.uint8Array({ maxLength: 300 }),
    fc.string({ unit: "binary" }),
    fc.dictionary(
      fc.constantFrom(...Object.keys(reportAt(1)), "environment", "extra", "user_id"),
      fc.jsonValue(),
    ).map((fields) => JSON.stringify({ ...reportAt(1), ...fields })),
  );
  await fc.assert(
    fc.asyncProperty(body, async (sent) => {
      const { status, text } = await api.post("/api/errors", sent);
      if (status >= 400) assert.match(text, /^\{"detail":"[A-Z].{5,}"\}$/);
      assert.ok([200, 201, 400].includes(status), `${status}`);
    }),
    { numRuns: 300 },
  );
});

Deno.test("Any query of GET /api/errors is answered with a page or a sentence", async () => {
  await using api = await Api.start();
  await api.report();
  const name = fc.constantFrom(
    "search",
    "project",
    "environment",
    "limit",
    "offset",
    "resolved",
    "source",
  );
  const value = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: fc.constantFrom(..."\"'*()^:-+% NEARORANDNOT\\\0") }),
    fc.integer().map(String),
  );
  const query = fc.array(fc.tuple(name, value), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(query, fc.boolean(), async (pairs, encode) => {
      const parts = pairs.map(([key, one]) =>
        `${key}=${encode ? encodeURIComponent(one) : encodeURI(one)}`
      );
      const { status, text } = await api.get(
        `/api/errors?${parts.join("&").replaceAll("#", "%23")}`,
      );
      if (status === 400) assert.match(text, /^\{"detail":"Query .{5,}"\}$/);
      else assert.equal(status, 200);
    }),
    { numRuns: 300 },
  );
});
