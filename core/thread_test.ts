import assert from "node:assert/strict";
import { Failure } from "./failure.ts";
import { Thread } from "./thread.ts";
import type { TestRequest } from "./thread_worker_test_support.ts";

async function withThread(work: (thread: Thread<TestRequest>) => Promise<void>): Promise<void> {
  const url = () => import.meta.resolve("./thread_worker_test_support.ts");
  const thread = new Thread<TestRequest>({ name: "test", url, open: "" });
  try {
    await work(thread);
  } finally {
    await thread.close();
  }
}

Deno.test("Thread.ask() answers some requests at once, and the others once those have ended", () =>
  withThread(async (thread) => {
    const held = ["a", "b"].map((word) => thread.ask({ kind: "hold", word }));
    assert.deepEqual(await thread.ask({ kind: "tell" }), { begun: ["a", "b"], ended: [] });
    const third = thread.ask({ kind: "hold", word: "c" });
    // All places are taken now.
    const late = thread.ask({ kind: "release" });
    assert.equal(thread.depth, 4);
    const abort = new AbortController();
    const fourth = thread.ask({ kind: "hold", word: "d" }, abort.signal);
    abort.abort(new Error("gone"));
    await assert.rejects(fourth, /gone/);
    assert.equal(thread.depth, 4);
    const refused = [...held, third, late].map((one) => assert.rejects(one, /Shutting down/));
    await thread.close();
    await Promise.all(refused);
  }));

Deno.test("Thread.ask() that is called off ends its work, and makes room for the next", () =>
  withThread(async (thread) => {
    const abort = new AbortController();
    const words = ["a", "b", "c"];
    const held = words.map((word) => thread.ask({ kind: "hold", word }, abort.signal));
    const told = thread.ask({ kind: "tell" });
    abort.abort(new Error("gone"));
    for (const one of held) await assert.rejects(one, /gone/);
    const { begun, ended } = await told as { begun: string[]; ended: string[] };
    // The first that was called off made room.
    assert.deepEqual(begun, words);
    assert.deepEqual(ended, words.slice(0, ended.length));
    assert.ok(ended.length >= 1);
    assert.deepEqual(await thread.ask({ kind: "tell" }), { begun: words, ended: words });
  }));

Deno.test("Thread.ask() passes a Failure on as it is, and a bug as one", () =>
  withThread(async (thread) => {
    await assert.rejects(
      thread.ask({ kind: "fail" }),
      (error) =>
        error instanceof Failure && error.code === "invalid" &&
        error.detail === "This is too much",
    );
    await assert.rejects(
      thread.ask({ kind: "break" }),
      (error) => !(error instanceof Failure) && /This is a bug/.test(`${error}`),
    );
    assert.deepEqual(await thread.ask({ kind: "tell" }), { begun: [], ended: [] });
  }));
