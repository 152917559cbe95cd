import assert from "node:assert/strict";
import { Failure } from "../failure.ts";
import { type EventChannel, eventFrame, type EventStreamOptions, EventStreams } from "./sse.ts";

/** Streams behind a real server, and what their subscribers do. */
function serveStreams(options: EventStreamOptions) {
  const streams = new EventStreams(options);
  const channels: EventChannel[] = [];
  const ended: number[] = [];
  const unsubscribed = Promise.withResolvers<void>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
    try {
      return streams.open((channel) => {
        const index = channels.push(channel) - 1;
        return () => {
          ended.push(index);
          unsubscribed.resolve();
        };
      });
    } catch (error) {
      return new Response(error instanceof Failure ? error.detail : "", { status: 503 });
    }
  });
  return {
    streams,
    channels,
    ended,
    unsubscribed: unsubscribed.promise,
    fetch: (signal?: AbortSignal) =>
      fetch(`http://127.0.0.1:${server.addr.port}`, signal ? { signal } : {}),
    async [Symbol.asyncDispose]() {
      streams.closeAll();
      await server.shutdown();
    },
  };
}

interface ServerEvent {
  readonly event: string;
  readonly data: unknown;
}

/** Events of an answer, one by one. */
async function* eventsOf(response: Response): AsyncGenerator<ServerEvent> {
  let text = "";
  for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += part;
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const [, event = "", data = ""] = /^event: (.*)\ndata: (.*)$/.exec(text.slice(0, end)) ?? [];
      yield { event, data: JSON.parse(data) };
      text = text.slice(end + 2);
    }
  }
  assert.equal(text, "");
}

Deno.test("EventStreams.open() sends events as text/event-stream, in order", async () => {
  await using server = serveStreams({ max: 1 });
  const response = await server.fetch();
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  assert.equal(response.headers.get("cache-control"), "no-store");
  server.channels[0]?.send("log", { text: "a\nb\n\nevent: x", n: 1 });
  server.channels[0]?.send("log", [2]);
  server.streams.closeAll();
  assert.deepEqual(await Array.fromAsync(eventsOf(response)), [
    { event: "log", data: { text: "a\nb\n\nevent: x", n: 1 } },
    { event: "log", data: [2] },
    { event: "close", data: {} },
  ]);
});

Deno.test("EventChannel.sendText() sends events that are formatted already, in one write", async () => {
  const streams = new EventStreams({ max: 1 });
  const response = streams.open((channel) => {
    const frames = eventFrame("log", '{"n":1}') + eventFrame("log", '"a\\nb"');
    channel.sendText(frames, 2);
    channel.send("log", 3);
    return () => {};
  });
  const reader = response.body?.getReader();
  const first = await reader?.read();
  const text = new TextDecoder().decode(first?.value);
  assert.equal(text, 'event: log\ndata: {"n":1}\n\nevent: log\ndata: "a\\nb"\n\n');
  await reader?.cancel();
});

Deno.test("EventChannel.sendText() that is dropped counts all of its events", async () => {
  const streams = new EventStreams({ max: 1, maxWaitingBytes: 10 });
  const response = streams.open((channel) => {
    const frame = eventFrame("log", "1");
    channel.sendText(frame + frame, 2);
    channel.sendText(frame + frame + frame, 3);
    channel.send("log", 2);
    channel.sendText("", 0);
    return () => {};
  });
  streams.closeAll();
  assert.deepEqual(await Array.fromAsync(eventsOf(response)), [
    { event: "log", data: 1 },
    { event: "log", data: 1 },
    { event: "dropped", data: { count: 4 } },
    { event: "close", data: {} },
  ]);
});

Deno.test("EventChannel.waitingBytes tells what the client has not taken", async () => {
  const streams = new EventStreams({ max: 1 });
  const channels: EventChannel[] = [];
  const response = streams.open((channel) => {
    channels.push(channel);
    return () => {};
  });
  const [channel] = channels;
  assert.ok(channel);
  const reader = response.body?.getReader();
  assert.equal(channel.waitingBytes, 0);
  const frame = eventFrame("log", '"é"');
  channel.sendText(frame, 1);
  channel.sendText(frame, 1);
  const bytes = new TextEncoder().encode(frame).length;
  assert.equal(channel.waitingBytes, 2 * bytes);
  await reader?.read();
  assert.equal(channel.waitingBytes, bytes);
  await reader?.cancel();
  assert.equal(channel.waitingBytes, 0);
});

Deno.test("EventStreams.open() sends heartbeats and closes after its lifetime", async () => {
  await using server = serveStreams({ max: 1, heartbeatMs: 2, lifetimeMs: 60 });
  const events = await Array.fromAsync(eventsOf(await server.fetch()), ({ event }) => event);
  assert.equal(events.at(-1), "close");
  assert.ok(events.length >= 2);
  assert.deepEqual(new Set(events.slice(0, -1)), new Set(["heartbeat"]));
  assert.deepEqual(server.ended, [0]);
  assert.equal(server.streams.size, 0);
});

Deno.test("EventStreams.open() drops events for a slow client, and tells how many", async () => {
  await using server = serveStreams({ max: 1, maxWaitingBytes: 10_000 });
  const response = await server.fetch();
  const [channel] = server.channels;
  // All at once, so that the client cannot keep up.
  for (let n = 0; n < 500; n++) channel?.send("log", { n, filler: "x".repeat(1000) });
  const seen: ServerEvent[] = [];
  const events = eventsOf(response);
  const first = await events.next();
  if (!first.done) seen.push(first.value);
  // Until the queue has room for it, this too is dropped, and counted.
  let last = 0;
  const sending = setInterval(() => channel?.send("log", { n: 500 + last++ }), 1);
  for await (const event of events) {
    seen.push(event);
    if (event.event === "dropped") break;
  }
  clearInterval(sending);
  const logs = seen.filter(({ event }) => event === "log");
  const { count } = seen.at(-1)?.data as { count: number };
  assert.ok(logs.length >= 10 && logs.length < 30, `${logs.length}`);
  assert.deepEqual(logs.map(({ data }) => (data as { n: number }).n), [...logs.keys()]);
  assert.ok(count >= 500 - logs.length && count <= 500 + last - logs.length, `${count}`);
});

Deno.test("EventStreams tells what was dropped before it closes, and counts no heartbeat", async () => {
  const streams = new EventStreams({ max: 1, maxWaitingBytes: 1, heartbeatMs: 1 });
  const heartbeats = Promise.withResolvers<void>();
  const response = streams.open((channel) => {
    channel.send("log", 1);
    channel.send("log", 2);
    channel.send("log", 3);
    const timer = setTimeout(heartbeats.resolve, 10);
    return () => clearTimeout(timer);
  });
  await heartbeats.promise;
  streams.closeAll();
  assert.deepEqual(await Array.fromAsync(eventsOf(response)), [
    { event: "log", data: 1 },
    { event: "dropped", data: { count: 2 } },
    { event: "close", data: {} },
  ]);
});

Deno.test("EventStreams frees a stream as soon as its client goes away", async () => {
  await using server = serveStreams({ max: 1 });
  const abort = new AbortController();
  const response = await server.fetch(abort.signal);
  assert.equal(server.streams.size, 1);
  abort.abort();
  await response.body?.cancel().catch(() => {});
  await server.unsubscribed;
  assert.equal(server.streams.size, 0);
  // What is still sent goes nowhere and harms nothing.
  server.channels[0]?.send("log", {});
  server.streams.closeAll();
  assert.deepEqual(server.ended, [0]);
  const another = await server.fetch();
  assert.equal(another.status, 200);
  await another.body?.cancel();
});

Deno.test("EventStreams.open() refuses more than max, until one ends", async () => {
  await using server = serveStreams({ max: 2 });
  const [one, two] = [await server.fetch(), await server.fetch()];
  const refused = await server.fetch();
  assert.equal(refused.status, 503);
  assert.equal(await refused.text(), "Too many live streams; at most 2 can be open");
  server.streams.closeAll();
  await Promise.all([one.text(), two.text()]);
  assert.deepEqual(server.ended.sort(), [0, 1]);
  const again = await server.fetch();
  assert.equal(again.status, 200);
  await again.body?.cancel();
});

Deno.test("EventStreams.open() leaves nothing behind when subscribing fails", () => {
  const streams = new EventStreams({ max: 1 });
  assert.throws(() =>
    streams.open(() => {
      throw new Error("no such channel");
    }), /no such channel/);
  assert.equal(streams.size, 0);
});
