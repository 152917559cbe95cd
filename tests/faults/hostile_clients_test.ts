import assert from "node:assert/strict";
import { report } from "../cli/commands.ts";
import { withinAMinute } from "../support/one_minute.ts";
import { API_KEY, startProgram } from "../support/program.ts";
import { peakMemory, residentMemory } from "./memory.ts";
import { connect, connectMany, head, statusOf } from "./raw.ts";

/** What any of these may cost, in MB. */
const MOST_MEMORY = 60;

Deno.test("10,000 wrong keys from 10,000 addresses: refused, bounded, and the real key is served", async () => {
  await using program = await startProgram({
    env: { TRUST_PROXY: "true", ERRORS_RATE_LIMIT: "100" },
  });
  await report(program, {});
  const before = await residentMemory(program.pid);
  const statuses = new Map<number, number>();
  await inTurns(10_000, 16, async (at) => {
    const response = await fetch(`${program.url}/api/errors`, {
      headers: { "x-api-key": `wrong-${at}`, "x-forwarded-for": `10.${at >> 8}.${at & 255}.7` },
    });
    await response.body?.cancel();
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
  });
  assert.deepEqual([...statuses], [[401, 10_000]]);
  await report(program, {});
  const grown = await peakMemory(program.pid) - before;
  assert.ok(grown < MOST_MEMORY, `${grown} MB more`);
});

Deno.test("one address that tries many keys is slowed down, and the real key is still served", () =>
  withinAMinute(async () => {
    await using program = await startProgram({ env: { ERRORS_RATE_LIMIT: "100" } });
    const statuses: number[] = [];
    await inTurns(150, 8, async (at) => {
      const response = await fetch(`${program.url}/api/errors`, {
        headers: { "x-api-key": `wrong-${at}`, "x-forwarded-for": `10.0.0.${at}` },
      });
      await response.body?.cancel();
      statuses.push(response.status);
    });
    assert.equal(statuses.filter((status) => status === 429).length, 50);
    assert.equal(statuses.filter((status) => status === 401).length, 100);
    await report(program, {});
  }));

Deno.test("rubbish behind a good request: that one is answered, the connection closed", async () => {
  await using program = await startProgram();
  for (
    const rubbish of ["\x00\xff\x16\x03\x01 not HTTP at all\r\n\r\n", "GET / HTTP/9.9\r\n\r\n"]
  ) {
    await using connection = await connect(program.url);
    await connection.send(head("GET", "/health", {}) + rubbish);
    const answer = await connection.answer();
    assert.equal(statusOf(answer), 200, answer);
    assert.ok((answer.match(/HTTP\/1\.1 /g) ?? []).length <= 2, answer);
  }
  await report(program, {});
});

Deno.test("pipelined requests are answered in order, and none is counted twice", async () => {
  await using program = await startProgram();
  await using connection = await connect(program.url);
  const body = JSON.stringify({ project: "p", exception_type: "E", message: "", traceback: "" });
  const one = head("POST", "/api/errors", {
    "x-api-key": API_KEY,
    "content-length": `${body.length}`,
  }) + body;
  await connection.send(one.repeat(50) + head("GET", "/health", { connection: "close" }));
  const counts = [...(await connection.answer()).matchAll(/"count":(\d+)/g)].map(([, n]) => n);
  assert.deepEqual(counts, Array.from({ length: 50 }, (_, at) => `${at + 1}`));
});

const AMBIGUOUS: readonly (readonly [what: string, headers: string])[] = [
  ["two lengths", "content-length: 5\r\ncontent-length: 6"],
  ["a length that is none", "content-length: -5"],
  ["a length beside chunks", "content-length: 5\r\ntransfer-encoding: chunked, identity"],
  ["a blank before the colon", "x-api-key : abc"],
  ["no chunk size", "transfer-encoding: chunked"],
];

for (const [what, headers] of AMBIGUOUS) {
  Deno.test(`a request with ${what} is refused and closed, never passed on`, async () => {
    await using program = await startProgram();
    await using connection = await connect(program.url);
    await connection.send(
      `POST /api/errors HTTP/1.1\r\nhost: test\r\nx-api-key: ${API_KEY}\r\n${headers}\r\n\r\nhello\r\n`,
    );
    await connection.finish();
    const status = statusOf(await connection.answer());
    assert.ok([0, 400, 408].includes(status), `answered ${status}`);
    await report(program, {});
  });
}

Deno.test("a head of 10 MB is refused in bounded memory", async () => {
  await using program = await startProgram();
  const before = await residentMemory(program.pid);
  await using connections = await connectMany(program.url, 10);
  const block = `x-filler: ${"a".repeat(8000)}\r\n`.repeat(8);
  await Promise.all(connections.map(async (one) => {
    await one.send("GET /health HTTP/1.1\r\nhost: test\r\n");
    for (let sent = 0; sent < 10e6 && await one.send(block); sent += block.length);
    const status = statusOf(await one.answer());
    assert.ok([0, 400, 431].includes(status), `answered ${status}`);
  }));
  await report(program, {});
  const grown = await peakMemory(program.pid) - before;
  assert.ok(grown < MOST_MEMORY, `${grown} MB more`);
});

const DEEP: readonly (readonly [what: string, body: string])[] = [
  ["arrays in arrays", "[".repeat(200_000)],
  ["arrays in arrays, all closed", "[".repeat(100_000) + "]".repeat(100_000)],
  ["objects in objects", '{"a":'.repeat(40_000) + "1" + "}".repeat(40_000)],
  [
    "an extra of objects in objects",
    `{"project":"p","exception_type":"E","message":"","traceback":"","extra":${
      '{"a":'.repeat(40_000)
    }1${"}".repeat(40_000)}}`,
  ],
];

for (const [what, body] of DEEP) {
  Deno.test(`deep JSON, ${what}: a 400 that says why`, async () => {
    await using program = await startProgram();
    const response = await program.fetch("/api/errors", { method: "POST", body });
    assert.equal(response.status, 400);
    assert.match(
      (await response.json()).detail,
      /JSON|nested deeper than \d+ levels|^Field 'project' is required$/,
    );
    assert.deepEqual(program.logs().filter(({ level }) => level === "ERROR"), []);
  });
}

Deno.test("readers that stop in the middle of a large answer cost bounded memory, once", async () => {
  await using program = await startProgram();
  // Five occurrences of 200 KB each, so an answer of more than a megabyte.
  for (let at = 0; at < 5; at++) await report(program, { traceback: "x".repeat(200_000) });
  const before = await residentMemory(program.pid);
  const grown: number[] = [];
  for (let round = 0; round < 8; round++) {
    await using readers = await connectMany(program.url, 20);
    const request = head("GET", "/api/errors/1", { "x-api-key": API_KEY });
    for (const one of readers) await one.send(request);
    for (const one of readers) assert.equal(statusOf(await one.until(/"project"/)), 200);
    await report(program, {});
    grown.push(await residentMemory(program.pid) - before);
  }
  // An answer is held as text and as bytes, so three megabytes for each reader until it is collected:
  // 480 MB in all, were it kept.
  assert.ok(Math.max(...grown) < 4 * MOST_MEMORY, `${grown} MB more`);
  assert.equal(await program.stop(), 0);
});

Deno.test("lists of the largest messages, several at once, do not end the process", async () => {
  await using program = await startProgram();
  const message = "m".repeat(250_000);
  await inTurns(200, 8, (at) => report(program, { exception_type: `E${at}`, message }));
  const lists = [1, 2, 3, 4].map(() => program.fetch("/api/errors?limit=200"));
  for (const response of await Promise.all(lists)) await response.body?.cancel();
  await report(program, {});
  assert.equal(await program.stop(), 0);
});

/** Runs `work` for 0, 1, … by several clients at once. */
async function inTurns(
  count: number,
  clients: number,
  work: (at: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const client = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: clients }, client));
}
