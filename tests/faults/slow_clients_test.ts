import assert from "node:assert/strict";
import { API_KEY, type Program, startProgram } from "../support/program.ts";
import { DSN_KEYS, SHOP_KEY } from "../apptest/support/relay_api.ts";
import { peakMemory, reservedMemory, residentMemory } from "./memory.ts";
import { connect, connectMany, head, type RawConnection, statusOf } from "./raw.ts";

/** What any of these may cost, in MB: they cost up to 14, and 600 connections that give nothing 55. */
const MOST_MEMORY = 60;
const MOST_MEMORY_OF_600 = 100;
/** Less than the 10 s that whoever is held up by another client has to wait, even on a slow machine. */
const HELD_UP_MS = 8000;

Deno.test("half-sent requests and idle connections hold up nobody, and bodies are given up after 10 s", async () => {
  await using program = await startProgram();
  await (await program.report()).body?.cancel();
  const before = await residentMemory(program.pid);
  await using idle = await connectMany(program.url, 200);
  await using heads = await connectMany(program.url, 200);
  await using bodies = await connectMany(program.url, 200);
  for (const one of heads) await one.send("POST /api/errors HTTP/1.1\r\nhost: test\r\nx-api-");
  const startedAt = performance.now();
  for (const one of bodies) await one.send(`${postHead({ "content-length": "1000" })}{"project":"`);

  assert.ok(await slowestOf(program, 50) < HELD_UP_MS, "others are served meanwhile");

  const answers = await Promise.all(bodies.map((one) => one.until(/arriving"\}/)));
  const seconds = (performance.now() - startedAt) / 1000;
  for (const answer of answers) {
    assert.equal(statusOf(answer), 408, answer);
    assert.match(answer, /\r\nconnection: close\r\n/i);
    assert.match(answer, /\{"detail":"Request body stopped arriving"\}$/);
  }
  assert.ok(seconds > 9.5 && seconds < 60, `given up after ${seconds} s`);
  // The runtime hangs up when the client does, or has sent the rest; nothing can make it do so before.
  for (const one of bodies) {
    await one.finish();
    await one.answer();
  }
  for (const one of idle) {
    await one.send(`GET /health HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n`);
  }
  for (const one of idle) assert.equal(statusOf(await one.answer()), 200, "idle ones still work");
  const grown = await peakMemory(program.pid) - before;
  assert.ok(grown < MOST_MEMORY_OF_600, `${grown} MB more`);
  assert.equal(await program.stop(), 0);
});

Deno.test("a body that trickles in without end is not given up while it moves", async () => {
  await using program = await startProgram();
  const body = new TextEncoder().encode(JSON.stringify({
    project: "slow",
    exception_type: "E",
    message: "",
    traceback: "",
  }));
  await using connections = await connectMany(program.url, 1);
  const [connection] = connections;
  assert.ok(connection);
  await connection.send(postHead({ "content-length": `${body.length}`, connection: "close" }));
  for (let at = 0; at < body.length; at += 10) {
    await connection.send(body.subarray(at, at + 10));
    await (await program.fetch("/health")).body?.cancel();
  }
  assert.equal(statusOf(await connection.answer()), 201);
});

Deno.test("a body that comes a byte at a time takes memory for its bytes", async () => {
  await using program = await startProgram();
  await using connection = await connect(program.url);
  // Who signs in has shown no key yet: anybody can send this.
  await connection.send(head("POST", "/login", { "content-length": "60000" }));
  const before = await residentMemory(program.pid);
  for (let sent = 0; sent < 2000; sent++) {
    assert.ok(await connection.send("k"));
    // So that each arrives by itself.
    await (await program.fetch("/health")).body?.cancel();
  }
  const grown = await peakMemory(program.pid) - before;
  assert.ok(grown < MOST_MEMORY, `${grown} MB more`);
});

Deno.test("bodies that are said to be large, and hardly begin, take hardly any memory", async () => {
  const mapHead = head("POST", "/api/source-maps", {
    "x-api-key": API_KEY,
    "content-length": `${5 * 1024 ** 2}`,
  });
  const pageHead = head("POST", "/api/browser/errors", {
    "x-monlight-key": SHOP_KEY,
    "content-length": `${64 * 1024}`,
  });
  for (const begin of [mapHead, pageHead]) {
    await using program = await startProgram({ command: ["relay", "serve"], env: { DSN_KEYS } });
    await using connections = await connectMany(program.url, 400);
    const [resident, reserved] = await memoryOf(program);
    for (const one of connections) await one.send(`${begin}{`);
    await (await program.fetch("/health")).body?.cancel();
    const [residentThen, reservedThen] = await memoryOf(program);
    assert.ok(residentThen - resident < 40, `${residentThen - resident} MB more are resident`);
    assert.ok(reservedThen - reserved < 200, `${reservedThen - reserved} MB more are reserved`);
  }
});

async function memoryOf({ pid }: Program): Promise<[resident: number, reserved: number]> {
  return [await residentMemory(pid), await reservedMemory(pid)];
}

Deno.test("300 MB by Content-Length: refused at once, before a byte of them is sent", async () => {
  await using program = await startProgram();
  const before = await residentMemory(program.pid);
  await using connections = await connectMany(program.url, 20);
  for (const one of connections) {
    await one.send(postHead({ "content-length": "300000000" }));
    const answer = await one.until(/\}$/);
    assert.equal(statusOf(answer), 413, answer);
    assert.match(answer, /\r\nconnection: close\r\n/i);
    assert.match(answer, /\{"detail":"Request body exceeds maximum size"\}$/);
  }
  const [stubborn] = connections;
  assert.ok(stubborn);
  const slowest = slowestOf(program, 50);
  await sendZeros(stubborn, 300e6);
  assert.ok(await slowest < HELD_UP_MS, "who sends it all the same holds up nobody");
  const grown = await peakMemory(program.pid) - before;
  assert.ok(grown < MOST_MEMORY, `${grown} MB more`);
});

Deno.test("300 MB in chunks: refused once over the limit, in bounded memory", async () => {
  await using program = await startProgram();
  const before = await residentMemory(program.pid);
  await using connections = await connectMany(program.url, 10);
  await Promise.all(connections.map(async (one) => {
    await one.send(postHead({ "transfer-encoding": "chunked" }));
    await sendZeros(one, 30e6, true);
    const answer = await one.until(/\}$/);
    assert.equal(statusOf(answer), 413, answer);
    assert.match(answer, /\{"detail":"Request body exceeds maximum size"\}$/);
  }));
  assert.ok(await slowestOf(program, 20) < HELD_UP_MS);
  const grown = await peakMemory(program.pid) - before;
  assert.ok(grown < MOST_MEMORY, `${grown} MB more`);
});

/** Sends so many bytes, or fewer when the connection is closed meanwhile. */
async function sendZeros(connection: RawConnection, count: number, chunked = false): Promise<void> {
  const zeros = new Uint8Array(64 * 1024).fill(0x30);
  const size = `${zeros.length.toString(16)}\r\n`;
  for (let sent = 0; sent < count; sent += zeros.length) {
    const went = chunked
      ? await connection.send(size) && await connection.send(zeros) && await connection.send("\r\n")
      : await connection.send(zeros);
    if (!went) break;
  }
}

function postHead(headers: Readonly<Record<string, string>>): string {
  return head("POST", "/api/errors", {
    "x-api-key": API_KEY,
    "content-type": "application/json",
    ...headers,
  });
}

/** The slowest of so many reports of one client that keeps to the rules, in ms. */
async function slowestOf(program: Program, count: number): Promise<number> {
  let slowest = 0;
  for (let at = 0; at < count; at++) {
    const startedAt = performance.now();
    const response = await program.report();
    await response.body?.cancel();
    assert.ok(response.ok);
    slowest = Math.max(slowest, performance.now() - startedAt);
  }
  return slowest;
}
