import assert from "node:assert/strict";
import { LiveTails } from "./live_tails.ts";
import { ALL, newEntry } from "./store_test_support.ts";

interface Sent {
  readonly id: number;
  readonly frames: string;
  readonly events: number;
}

function openTails() {
  const sent: Sent[] = [];
  const tails = new LiveTails((id, frames, events) => sent.push({ id, frames, events }));
  return { sent, tails };
}

const ofMessages = (...messages: readonly string[]) => ({
  firstId: 7,
  entries: messages.map((message) => newEntry({ message, level: "ERROR" })),
});

Deno.test("LiveTails sends each tail what it asks for, with the ids they were stored under", () => {
  const { sent, tails } = openTails();
  tails.open(1, ALL);
  tails.open(2, { ...ALL, search: "two" });
  tails.open(3, { containers: ["db"], levels: [] });
  tails.open(4, { containers: [], levels: ["INFO"] });
  tails.publish(ofMessages("one", "two"));
  assert.deepEqual(sent.map(({ id, events }) => [id, events]), [[1, 2], [2, 1]]);
  const [data = ""] = /\{.*\}/.exec(sent[1]?.frames ?? "") ?? [];
  assert.deepEqual(JSON.parse(data), {
    id: 8,
    timestamp: "2026-11-20T17:31:00.000Z",
    container: "web",
    stream: "stdout",
    level: "ERROR",
    message: "two",
    raw: "two",
  });
  tails.close(1);
  tails.publish(ofMessages("three"));
  assert.equal(sent.length, 2);
});

Deno.test("LiveTails drops what a tail does not take, and tells how many once it does", () => {
  const { sent, tails } = openTails();
  tails.open(1, ALL);
  const long = "x".repeat(150_000);
  tails.publish(ofMessages(long, long, long));
  const [first] = sent;
  assert.equal(first?.events, 2);
  tails.publish(ofMessages("lost", "lost", "lost"));
  assert.equal(sent.length, 1);
  tails.taken(1, first?.frames.length ?? 0);
  assert.deepEqual(sent[1], {
    id: 1,
    frames: 'event: dropped\ndata: {"count":4}\n\n',
    events: 4,
  });
  tails.publish(ofMessages("seen"));
  assert.match(sent[2]?.frames ?? "", /^event: log\n.*"seen"/);
});
