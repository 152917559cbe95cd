import assert from "node:assert/strict";
import { makeFolder, report } from "../cli/commands.ts";
import { startProcess } from "../cli/process.ts";
import { API_KEY, type Program, programArgs, startProgram } from "../support/program.ts";
import { startSilentListener } from "../support/smtp_listener.ts";
import { stopsAtOnce, stopsInTime } from "../support/stopping.ts";
import { integrityOf } from "./database.ts";
import { connect, connectMany, head, statusOf } from "./raw.ts";

const REPORT = JSON.stringify({
  project: "late",
  exception_type: "E",
  message: "",
  traceback: "",
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`${signal} with idle connections: ends at once with 0, and starts again`, async () => {
    await using folder = await makeFolder();
    {
      await using program = await startProgram({ dataDir: folder.path });
      await using idle = await connectMany(program.url, 50);
      for (const one of idle) await one.send(head("GET", "/health", {}));
      for (const one of idle) assert.equal(statusOf(await one.until(/"ok"/)), 200);
      await using untouched = await connectMany(program.url, 50);
      assert.equal(untouched.length, 50);
      await report(program, {});
      await stopsAtOnce(program, signal);
    }
    assert.deepEqual(
      await folder.names(),
      ["browser-relay.db", "errors.db", "logs.db", "metrics.db"],
      "the log is folded in",
    );
    await using again = await startProgram({ dataDir: folder.path });
    assert.equal(await totalOf(again), 1);
    assert.equal(await again.stop(), 0);
  });
}

Deno.test("SIGTERM after a read: the log is folded in, so that the database is one whole file", async () => {
  await using folder = await makeFolder();
  await using program = await startProgram({ dataDir: folder.path });
  await report(program, {});
  assert.equal(await totalOf(program), 1);
  assert.equal(await program.stop(), 0);
  assert.deepEqual(await folder.names(), [
    "browser-relay.db",
    "errors.db",
    "logs.db",
    "metrics.db",
  ]);
});

Deno.test("SIGTERM under load: every answered event is kept, every other one refused", async () => {
  await using folder = await makeFolder();
  let answered = 0;
  {
    await using program = await startProgram({ dataDir: folder.path });
    const enough = Promise.withResolvers<void>();
    let stopping = false;
    const client = async () => {
      while (true) {
        const response = await program.report().catch(() => null);
        await response?.body?.cancel();
        if (response?.ok) answered++;
        else if (stopping) return;
        else assert.equal(response?.status, 503);
        if (answered > 500) enough.resolve();
      }
    };
    const clients = Array.from({ length: 16 }, client);
    await enough.promise;
    stopping = true;
    await stopsAtOnce(program);
    await Promise.all(clients);
  }
  await using again = await startProgram({ dataDir: folder.path });
  const { errors } = await (await again.fetch("/api/errors")).json();
  assert.ok(errors[0].count >= answered, `${errors[0].count} kept of ${answered} answered`);
  assert.equal(await again.stop(), 0);
  assert.equal(integrityOf(`${folder.path}/errors.db`), "ok");
});

Deno.test("SIGTERM with a request in flight: it may end and is kept, new ones are refused", async () => {
  await using folder = await makeFolder();
  {
    const words = ["serve", "--port", "0", "--host", "127.0.0.1", "--data-dir", folder.path];
    await using process = startProcess(Deno.execPath(), programArgs(words), { env: { API_KEY } });
    const [, url = ""] = await process.says(/"Listening","url":"([^"]+)"/);
    await using connection = await connect(url);
    const half = Math.floor(REPORT.length / 2);
    await connection.send(postHead(REPORT.length) + REPORT.slice(0, half));
    await seen(url);
    const code = process.stop("SIGTERM");
    await process.says(/"Stopping"/);
    const refused = await fetch(`${url}/health`);
    assert.deepEqual([refused.status, await refused.json()], [503, { detail: "Shutting down" }]);
    await connection.send(REPORT.slice(half));
    const answer = await connection.until(/\}$/);
    assert.equal(statusOf(answer), 201, answer);
    assert.equal(await code, 0);
  }
  await using again = await startProgram({ dataDir: folder.path });
  assert.equal(await totalOf(again), 1);
  assert.equal(await again.stop(), 0);
});

Deno.test("SIGTERM with a stalled body and half-sent heads: cut off after 5 s, ends with 0", async () => {
  await using program = await startProgram();
  await using stalled = await connectMany(program.url, 3);
  for (const one of stalled) await one.send(postHead(1000) + "{");
  await using heads = await connectMany(program.url, 3);
  for (const one of heads) await one.send("GET / HTTP/1.1\r\nhost: te");
  await using refused = await connect(program.url);
  await refused.send(postHead(300e6));
  assert.equal(statusOf(await refused.until(/\}$/)), 413);
  await seen(program.url);
  await stopsInTime(program);
  assert.match(program.output(), /Requests in flight were cut off/);
  for (const one of stalled) await one.answer();
});

Deno.test("SIGTERM while a mail server keeps silent: ends at once, the alert is still owed", async () => {
  await using silent = startSilentListener();
  await using folder = await makeFolder();
  const env = {
    ALERT_EMAILS: "ops@example.org",
    SMTP_HOST: "127.0.0.1",
    SMTP_PORT: `${silent.port}`,
    SMTP_FROM: "monlight@example.org",
  };
  {
    await using program = await startProgram({ dataDir: folder.path, env });
    await report(program, {});
    await silent.accepted(1);
    await stopsAtOnce(program);
  }
  await using again = await startProgram({ dataDir: folder.path, env });
  await silent.accepted(2);
  assert.equal(await again.stop(), 0);
});

function postHead(length: number): string {
  return head("POST", "/api/errors", { "x-api-key": API_KEY, "content-length": `${length}` });
}

/** Waits until the program has surely read what other connections sent before. */
async function seen(url: string): Promise<void> {
  for (let at = 0; at < 5; at++) await (await fetch(`${url}/health`)).body?.cancel();
}

async function totalOf(program: Program): Promise<number> {
  return (await (await program.fetch("/api/errors?resolved=all")).json()).total;
}
