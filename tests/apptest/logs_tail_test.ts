import assert from "node:assert/strict";
import { connect, head } from "../faults/raw.ts";
import { residentMemory } from "../faults/memory.ts";
import { EventReader } from "../support/event_stream.ts";
import { API_KEY } from "../support/program.ts";
import { stopsAtOnce } from "../support/stopping.ts";
import { type Case, runCases } from "./support/cases.ts";
import { LogApi } from "./support/log_api.ts";

/** A live tail; it is freed at the end of the scope. */
async function openTail(logs: LogApi, query = ""): Promise<EventReader> {
  return new EventReader(await logs.api.program.fetch(`/api/logs/tail?${query}`));
}

const messages = (events: readonly { readonly data: { readonly message: string } }[]) =>
  events.map(({ data }) => data.message);

Deno.test("GET /api/logs/tail sends entries as they are written", async (t) => {
  await using logs = await LogApi.start();
  logs.container("api").write("stdout", "[INFO] before");
  await logs.stored(1);

  await t.step("GET /api/logs/tail sends what comes, in order, as the list tells it", async () => {
    await using tail = await openTail(logs);
    for (let n = 0; n < 5; n++) logs.container("api").write("stdout", `[INFO] m${n}`);
    const events = await tail.take(5);
    assert.deepEqual(events.map(({ event }) => event), Array(5).fill("log"));
    assert.deepEqual(messages(events), [0, 1, 2, 3, 4].map((n) => `[INFO] m${n}`));
    const { logs: listed } = await logs.list("limit=5");
    assert.deepEqual(events.map(({ data }) => data), listed.toReversed());
  });

  /** A query, which of the lines match it, and a line that ends the test. */
  const filters: readonly (readonly [query: string, wanted: readonly number[], end: string])[] = [
    ["", [0, 1, 2, 3], "[INFO] end"],
    ["container=db", [1, 3], "[INFO] end"],
    ["container=api,db", [0, 1, 2, 3], "[INFO] end"],
    ["level=>=WARNING", [2, 3], "[ERROR] end"],
    ["level=info", [0, 1], "[INFO] end"],
    ["search=needle", [0, 3], "[INFO] end needle"],
    ["search=%22in+the%22", [3], "[INFO] end in the"],
    ["search=NOT+needle", [1, 2], "[INFO] end"],
    ["container=db&level=ERROR&search=needle", [3], "[ERROR] end needle"],
  ];
  for (const [round, [query, wanted, end]] of filters.entries()) {
    await t.step(`GET /api/logs/tail?${query} sends what matches`, async () => {
      await using tail = await openTail(logs, query);
      const name = `round${round}`;
      const lines = ["[INFO] needle", "[INFO] hay", "[WARNING] hay", "[ERROR] needle in the hay"]
        .map((text) => `${text} ${name}`);
      for (const [at, line] of lines.entries()) {
        logs.container(at % 2 === 0 ? "api" : "db").write("stdout", line);
      }
      // An entry is whole when the next begins.
      for (const container of ["api", "db"]) logs.container(container).write("stdout", "[DEBUG] -");
      while ((await logs.list(`search=${name}`)).total < lines.length);
      for (const line of [`${end} ${name}`, "[DEBUG] -"]) {
        logs.container("db").write("stdout", line);
      }
      const seen: string[] = [];
      while (!seen.includes(`${end} ${name}`)) seen.push(...messages(await tail.take(1)));
      assert.deepEqual(
        seen.filter((message) => lines.includes(message)).sort(),
        wanted.map((at) => lines[at]).sort(),
      );
    });
  }

  await t.step("GET /api/logs/tail joins a traceback before it sends it", async () => {
    await using tail = await openTail(logs, "container=trace");
    const lines = ["Traceback (most recent call last):", '  File "a.py", line 1', "ValueError: x"];
    for (const line of lines) logs.container("trace").write("stderr", line);
    assert.deepEqual(messages(await tail.take(1)), [lines.join("\n")]);
  });

  await t.step("GET /api/logs/tail is told of by its headers", async () => {
    const response = await logs.api.program.fetch("/api/logs/tail");
    assert.equal(response.headers.get("content-type"), "text/event-stream");
    assert.equal(response.headers.get("cache-control"), "no-store");
    assert.equal(response.headers.get("x-accel-buffering"), "no");
    await response.body?.cancel();
  });

  const refused = (query: string, has: string): Case => ({
    name: `GET /api/logs/tail refuses ?${query.slice(0, 60)}`,
    path: `/api/logs/tail?${query}`,
    status: 400,
    has,
  });
  await runCases(t, logs.api, [
    refused("level=none", "Query parameter 'level' must be levels of"),
    refused("container=,", "Query parameter 'container' must be names of containers"),
    refused(`search=${"a".repeat(1001)}`, "'search' must be at most 1000 characters long"),
    refused("search=%", "Query string has a malformed percent-encoding"),
    {
      name: "GET /api/logs/tail is for those with the key",
      path: "/api/logs/tail",
      key: null,
      status: 401,
      has: "Invalid API key",
    },
    {
      name: "POST /api/logs/tail is not known",
      method: "POST",
      path: "/api/logs/tail",
      status: 405,
      answerHeaders: { allow: "GET, HEAD" },
    },
  ]);
});

Deno.test("GET /api/logs/tail has log files looked at often, shows the last entry 2 s later, and sends heartbeats", async () => {
  // Without a tail the next look would come after an hour.
  await using logs = await LogApi.start({
    env: { POLL_INTERVAL: "3600" },
    before: (folder) => folder.print("api", ["[INFO] before", "[INFO] started"]),
  });
  await logs.stored(1);
  await using quiet = await openTail(logs, "search=nothing");
  const openedAt = performance.now();
  await using tail = await openTail(logs);
  for (let n = 0; n < 3; n++) {
    const writtenAt = performance.now();
    logs.container("api").write("stdout", `[INFO] m${n}`);
    logs.container("api").write("stdout", `[INFO] n${n}`);
    while (!messages(await tail.take(1)).includes(`[INFO] m${n}`));
    assert.deepEqual(messages(await tail.take(1)), [`[INFO] n${n}`]);
    const last = performance.now() - writtenAt;
    assert.ok(last > 1500, `the last one after ${last} ms`);
  }
  assert.deepEqual(await quiet.next(), { event: "heartbeat", data: {} });
  const waited = performance.now() - openedAt;
  assert.ok(waited > 14_000, `a heartbeat after ${waited} ms`);
});

Deno.test("GET /api/logs/tail is open five times at most, and freed at once", async () => {
  await using logs = await LogApi.start();
  const { program } = logs.api;
  const detail = '{"detail":"Too many live streams; at most 5 can be open"}';
  for (let round = 0; round < 3; round++) {
    await using tails = new AsyncDisposableStack();
    for (let n = 0; n < 5; n++) tails.use(await openTail(logs));
    const sixth = await logs.api.get("/api/logs/tail");
    assert.deepEqual([sixth.status, sixth.text], [503, detail]);
    // Asking for the headers alone leaves none open.
    const asked = await logs.api.send({ method: "HEAD", path: "/api/logs/tail" });
    assert.equal(asked.status, 503);
    await tails.disposeAsync();
    await freed(logs);
    for (let n = 0; n < 10; n++) {
      const { status } = await logs.api.send({ method: "HEAD", path: "/api/logs/tail" });
      assert.equal(status, 200);
    }
  }
  assert.deepEqual(program.logs().filter(({ level }) => level === "ERROR"), []);
});

/** Waits until no tail is open; a connection's end is not seen the very moment. */
async function freed(logs: LogApi): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!/^monlight_log_tails 0$/m.test((await logs.ok("/metrics")).text)) {
    assert.ok(Date.now() < deadline, "tails stay open");
  }
}

Deno.test("GET /api/logs/tail drops for a client that does not keep up, and tells how many", async () => {
  const COUNT = 60_000;
  await using logs = await LogApi.start();
  const { program } = logs.api;
  await using slow = await connect(program.url);
  await slow.send(head("GET", "/api/logs/tail", { "x-api-key": API_KEY }));
  await slow.until(/\r\n\r\n/);
  await using quick = await openTail(logs);
  const before = await residentMemory(program.pid);
  const filler = "x".repeat(900);
  const log = logs.container("many");
  for (let n = 0; n < COUNT; n++) log.write("stdout", `[INFO] m${n} ${filler}`);
  // What was dropped is told with what comes next.
  const more = setInterval(() => log.write("stdout", "[INFO] more"), 300);
  try {
    // Who reads sees as much as there is, whatever the other does.
    let seen = 0;
    while (seen < COUNT) {
      const event = await quick.next();
      assert.ok(event);
      if (event.event === "dropped") seen += event.data.count;
      if (event.event === "log" && event.data.message !== "[INFO] more") seen++;
    }
    const grown = await residentMemory(program.pid) - before;
    // 60 to 75; with all that the slow one did not take it would be 60 more.
    assert.ok(grown < 120, `${grown} MB more`);
    // Now the slow one reads on, and is told what it missed.
    const text = await slow.until(/event: dropped[^]*"message":"\[INFO\] more/);
    const told = [...text.matchAll(/event: dropped\ndata: \{"count":(\d+)\}/g)]
      .reduce((sum, match) => sum + Number(match[1]), 0);
    const got = new Set(
      [...text.matchAll(/"message":"\[INFO\] m(\d+) /g)].map((match) => match[1]),
    );
    assert.ok(told > 1000, `${told} dropped`);
    assert.ok(Math.abs(told + got.size - COUNT) < 100, `${told} dropped, ${got.size} came`);
  } finally {
    clearInterval(more);
  }
});

Deno.test("GET /api/logs/tail ends with close when the program stops", async () => {
  await using logs = await LogApi.start();
  const { program } = logs.api;
  await using tail = await openTail(logs);
  await using other = await openTail(logs, "search=x");
  const stopped = stopsAtOnce(program);
  assert.deepEqual(await tail.take(1), [{ event: "close", data: {} }]);
  assert.deepEqual(await other.take(1), [{ event: "close", data: {} }]);
  assert.equal(await tail.next(), null);
  await stopped;
});
