import assert from "node:assert/strict";
import { ensureCommand } from "../support/apt.ts";
import { API_KEY, programArgs, startProgram } from "../support/program.ts";
import { closedPort } from "../support/smtp_listener.ts";
import { expectSuccess, makeFolder, monlight, oneLine, report } from "./commands.ts";
import { type Process, startProcess } from "./process.ts";

Deno.test("errors serve: the Error Tracker alone, with its own database and health", async () => {
  await using program = await startProgram({ command: ["errors", "serve"] });
  assert.deepEqual(await (await program.fetch("/health")).json(), { status: "ok" });
  await report(program, {});
  assert.ok((await Deno.stat(`${program.dataDir}/errors.db`)).isFile);
  assert.equal(await program.stop(), 0);
});

Deno.test("serve: all services, each told in the health", async () => {
  await using program = await startProgram();
  const health = await (await program.fetch("/health")).json();
  assert.equal(health.status, "ok");
  assert.deepEqual(health.services.errors, { status: "ok" });
});

Deno.test("serve --only errors: that service and no other", async () => {
  await using program = await startProgram({ args: ["--only", "errors"] });
  const { services } = await (await program.fetch("/health")).json();
  assert.deepEqual(Object.keys(services), ["errors"]);
});

Deno.test("healthcheck: 0 for one that runs, 1 and a line for one that does not", async () => {
  await using program = await startProgram();
  const { port } = new URL(program.url);
  const words = [
    ["healthcheck", "--url", program.url],
    ["healthcheck", "--url", `${program.url}/`],
    ["healthcheck", "--port", port],
    ["serve", "--healthcheck", "--port", port],
    ["errors", "serve", "--healthcheck", "--port", port],
  ];
  for (const one of words) assert.equal(expectSuccess(await monlight(one)), "", one.join(" "));
  expectSuccess(await monlight(["serve", "--healthcheck"], { env: { PORT: port } }));

  await program.stop();
  for (const one of words) {
    assert.match(oneLine(await monlight(one)), /^http:\/\/127\.0\.0\.1:\d+\/health did not answer/);
  }
});

Deno.test("healthcheck: 1 for a server that answers, but is no Monlight", async () => {
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    () => new Response("nobody here", { status: 404 }),
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  const line = oneLine(await monlight(["healthcheck", "--url", url]));
  assert.equal(line, `${url}/health answered 404: nobody here`);
});

Deno.test("serve: a port in use is one clear line", async () => {
  await using program = await startProgram();
  await using folder = await makeFolder();
  const { port } = new URL(program.url);
  const words = ["serve", "--port", port, "--host", "127.0.0.1", "--data-dir", folder.path];
  const { code, stderr } = await monlight(words, { env: { API_KEY } });
  assert.equal(code, 1);
  assert.equal(
    stderr,
    `Cannot listen on 127.0.0.1:${port}: another program uses the port. Stop it, or choose another with --port\n`,
  );
});

Deno.test("start: makes a private folder and key, and a curl that works as printed", async () => {
  await using folder = await makeFolder();
  const dataDir = `${folder.path}/a/data`;
  await using first = start(dataDir);
  const curl = await greeting(first);
  assert.equal(await modeOf(`${folder.path}/a`), 0o700);
  assert.equal(await modeOf(dataDir), 0o700);
  assert.equal(await modeOf(`${dataDir}/api-key`), 0o600);
  assert.deepEqual((await folder.names("a/data")).filter((name) => name.startsWith("api-key")), [
    "api-key",
  ]);
  const key = (await Deno.readTextFile(`${dataDir}/api-key`)).trim();
  assert.match(key, /^[0-9a-f]{32}$/);

  await ensureCommand(["curl"], "curl");
  const { code, stdout, stderr } = await new Deno.Command("sh", { args: ["-c", `${curl} -sS`] })
    .output();
  const text = new TextDecoder().decode(stdout);
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  assert.equal(JSON.parse(text).status, "created", text);
  const [, url = ""] = await first.says(/Open\s+(http:\S+)/);
  const { errors } = await (await fetch(`${url}/api/errors`, { headers: { "x-api-key": key } }))
    .json();
  assert.deepEqual(errors.map((error: Record<string, unknown>) => error.message), [
    'could not convert string to float: "n/a"',
  ]);
  assert.equal(await first.stop("SIGINT"), 0, "Ctrl-C ends it with success");

  await using second = start(dataDir);
  assert.ok((await greeting(second)).includes(key), "the key stays the same");
  assert.equal(await second.stop("SIGINT"), 0);
});

Deno.test("start: with an API_KEY of one's own none is made, and it is not shown", async () => {
  await using folder = await makeFolder();
  await using process = start(folder.path, { API_KEY });
  await greeting(process);
  assert.ok(!process.output.includes(API_KEY));
  assert.ok(!(await folder.names()).includes("api-key"));
  assert.equal(await process.stop("SIGINT"), 0);
});

Deno.test("start: an empty key file is a clear line", async () => {
  await using folder = await makeFolder();
  await Deno.writeTextFile(`${folder.path}/api-key`, "\n");
  const line = oneLine(await monlight(["start", "--data-dir", folder.path, "--port", "0"]));
  assert.match(line, /^The key file \S+ is empty; delete it to get a new key$/);
});

Deno.test("start: a port in use is one clear line", async () => {
  using listener = Deno.listen({ port: closedPort(), hostname: "127.0.0.1" });
  await using folder = await makeFolder();
  const words = ["start", "--host", "127.0.0.1", "--port", `${listener.addr.port}`];
  const line = oneLine(await monlight([...words, "--data-dir", folder.path]));
  assert.match(line, /^Cannot listen on 127\.0\.0\.1:\d+: another program uses the port/);
});

function start(dataDir: string, env: Readonly<Record<string, string>> = {}): Process {
  return startProcess(Deno.execPath(), programArgs(["start", "--port", "0"]), {
    env: { API_KEY: "", API_KEY_FILE: "", ...env, DATA_DIR: dataDir },
  });
}

/** Waits for the greeting; gives its curl command. */
async function greeting(process: Process): Promise<string> {
  const [, curl = ""] = await process.says(/( {4}curl [^]*?)\n\n[^]*Ctrl-C ends it/);
  return curl.trim();
}

async function modeOf(path: string): Promise<number> {
  return ((await Deno.stat(path)).mode ?? 0) & 0o777;
}
