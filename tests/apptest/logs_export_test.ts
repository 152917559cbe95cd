import assert from "node:assert/strict";
import { residentMemory } from "../faults/memory.ts";
import { stopsInTime } from "../support/stopping.ts";
import { type Case, runCases } from "./support/cases.ts";
import { at, BEGIN, type Entry, LogApi } from "./support/log_api.ts";

const TRACEBACK = 'Traceback (most recent call last):\n  File "/srv/app.py", line 3, in run\n' +
  "    go()\nValueError: no";

Deno.test("GET /api/logs/export sends what is filtered as a file", async (t) => {
  await using logs = await LogApi.start({
    before(folder) {
      const api = folder.container("api");
      api.write("stdout", "[INFO] m0 started", BEGIN);
      for (const line of TRACEBACK.split("\n")) api.write("stderr", line, BEGIN + 1000);
      folder.container("db").write("stdout", "[WARNING] m2 slow – 3 s", BEGIN + 2000);
    },
  });
  await logs.stored(3);

  await t.step("GET /api/logs/export is text unless told otherwise", async () => {
    const answer = await logs.ok("/api/logs/export");
    assert.equal(answer.headers.get("content-type"), "text/plain; charset=utf-8");
    assert.equal(answer.headers.get("content-disposition"), 'attachment; filename="logs.txt"');
    assert.equal(answer.headers.get("cache-control"), "no-store");
    assert.equal(
      answer.text,
      `${at(2)} db WARNING [WARNING] m2 slow – 3 s\n` +
        `${at(1)} api ERROR ${TRACEBACK.replaceAll("\n", "\n    ")}\n` +
        `${at(0)} api INFO [INFO] m0 started\n`,
    );
  });

  await t.step("GET /api/logs/export?format=ndjson has the entries of the list", async () => {
    const answer = await logs.ok("/api/logs/export?format=ndjson");
    assert.equal(answer.headers.get("content-type"), "application/x-ndjson; charset=utf-8");
    assert.equal(answer.headers.get("content-disposition"), 'attachment; filename="logs.ndjson"');
    assert.deepEqual(lines(answer.text), (await logs.list("")).logs);
  });

  for (
    const query of [
      "container=db",
      "level=>=WARNING",
      "search=started",
      `since=${at(1)}`,
      `since=${at(1)}&until=${at(2)}&level=error`,
      "search=nowhere",
    ]
  ) {
    await t.step(`GET /api/logs/export?${query} has what the list has`, async () => {
      const { text } = await logs.ok(`/api/logs/export?format=ndjson&${query}`);
      assert.deepEqual(lines(text), (await logs.list(query)).logs);
    });
  }

  const refused = (query: string, has: string): Case => ({
    name: `GET /api/logs/export refuses ?${query}`,
    path: `/api/logs/export?${query}`,
    status: 400,
    has,
  });
  await runCases(t, logs.api, [
    ...["json", "TEXT", "csv"].map((value) =>
      refused(`format=${value}`, "Query parameter 'format' must be one of text, ndjson")
    ),
    refused("level=none", "Query parameter 'level' must be levels of"),
    refused("since=soon", "Query parameter 'since' must be an ISO 8601 date or time"),
    refused("until=2026-11-20T99:00Z", "'until' must be a time that exists; 99:00 is no time"),
    refused(`since=${at(1)}&until=${at(0)}`, "'since' must not be after 'until'"),
  ]);

  await t.step("HEAD /api/logs/export tells the kind of file alone", async () => {
    const answer = await logs.api.send({ method: "HEAD", path: "/api/logs/export" });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("content-type"), "text/plain; charset=utf-8");
  });
});

const MANY = 40_000;

Deno.test("GET /api/logs/export of many entries", async (t) => {
  await using logs = await LogApi.start({
    before(folder) {
      const filler = "x".repeat(500);
      for (let n = 0; n < MANY; n++) {
        folder.container("many").write("stdout", `[INFO] m${n} ${filler}`, BEGIN + n);
      }
    },
  });
  await logs.stored(MANY);
  const { program } = logs.api;

  await t.step("GET /api/logs/export has each of them once, newest first", async () => {
    const { text } = await logs.ok("/api/logs/export?format=ndjson");
    const numbers = lines(text).map(({ message }) => Number(/m(\d+)/.exec(message)?.[1]));
    assert.deepEqual(numbers, Array.from({ length: MANY }, (_, n) => MANY - 1 - n));
  });

  await t.step(
    "GET /api/logs/export waits for a slow client instead of holding it all",
    async () => {
      const before = await residentMemory(program.pid);
      const responses = await Promise.all(
        Array.from({ length: 5 }, () => program.fetch("/api/logs/export?format=ndjson")),
      );
      // None of the 45 MB of each is taken, but for what sockets hold.
      for (let turn = 0; turn < 20; turn++) await logs.ok("/api/logs?limit=1");
      const grown = await residentMemory(program.pid) - before;
      assert.ok(grown < 120, `${grown} MB more`);
      for (const response of responses) await response.body?.cancel();
    },
  );

  await t.step("GET /api/logs/export that its client leaves ends, and is no error", async () => {
    for (let turn = 0; turn < 20; turn++) {
      const response = await program.fetch("/api/logs/export?format=ndjson");
      const reader = response.body?.getReader();
      await reader?.read();
      await reader?.cancel();
    }
    assert.equal((await logs.list("search=m7")).total, 1);
    assert.deepEqual(program.logs().filter(({ level }) => level === "ERROR"), []);
  });

  await t.step("GET /api/logs/export under way does not hold up the end", async () => {
    const response = await program.fetch("/api/logs/export?format=ndjson");
    await stopsInTime(program);
    await response.body?.cancel().catch(() => {});
  });
});

function lines(text: string): readonly Entry[] {
  if (text === "") return [];
  assert.ok(text.endsWith("\n"));
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}
