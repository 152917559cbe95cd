import assert from "node:assert/strict";
import { exportedFile } from "./exported_file.ts";
import type { LogEntry } from "./model.ts";

function entry(id: number): LogEntry {
  const timestamp = "2026-11-20T17:31:00.123Z";
  return { id, timestamp, container: "c", stream: "stdout", level: "INFO", message: "m", raw: "m" };
}

Deno.test("exportedFile() answers with every entry, as a file", async () => {
  async function* read() {
    yield [entry(3), entry(2)];
    yield [entry(1)];
  }
  const response = await exportedFile(read, "ndjson");
  assert.equal(response.headers.get("content-type"), "application/x-ndjson; charset=utf-8");
  assert.equal(response.headers.get("content-disposition"), 'attachment; filename="logs.ndjson"');
  const lines = (await response.text()).trimEnd().split("\n");
  assert.deepEqual(lines.map((line) => JSON.parse(line).id), [3, 2, 1]);
});

Deno.test("exportedFile() of nothing is an empty file", async () => {
  async function* read() {}
  assert.equal(await (await exportedFile(read, "text")).text(), "");
});

Deno.test("exportedFile() reads on only as the client takes it", async () => {
  let batches = 0;
  async function* read() {
    for (; batches < 100; batches++) yield [entry(batches)];
  }
  const response = await exportedFile(read, "text");
  const reader = response.body?.getReader();
  for (let taken = 1; taken <= 5; taken++) {
    await reader?.read();
    // The one that was taken, and the next, ready to go.
    assert.ok(batches <= taken + 1, `${batches} read, ${taken} taken`);
  }
  await reader?.cancel();
});

Deno.test("exportedFile() ends reading when the client goes away", async () => {
  let told = false;
  let ended = false;
  async function* read(signal: AbortSignal) {
    signal.addEventListener("abort", () => told = true);
    try {
      while (true) yield [entry(1)];
    } finally {
      ended = true;
    }
  }
  const response = await exportedFile(read, "text");
  const reader = response.body?.getReader();
  await reader?.read();
  await reader?.cancel();
  assert.deepEqual([told, ended], [true, true]);
});

Deno.test("exportedFile() that cannot begin throws, so that the answer can say so", async () => {
  async function* read(): AsyncGenerator<readonly LogEntry[]> {
    yield await Promise.reject(new Error("no such database"));
  }
  await assert.rejects(() => exportedFile(read, "text"), /no such database/);
});

Deno.test("exportedFile() that fails on the way breaks the body off", async () => {
  async function* read() {
    yield [entry(1)];
    yield [entry(2)];
    throw new Error("the disk is gone");
  }
  const response = await exportedFile(read, "text");
  await assert.rejects(() => response.text(), /the disk is gone/);
});
