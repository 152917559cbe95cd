/** What is shipped: one file that needs no other, and the binary made of it. */
import assert from "node:assert/strict";
import { compileArgs, PERMISSIONS } from "../deploy/compile.ts";
import { V8_FLAGS } from "../deploy/runtime.ts";
import { makeData, makeFolder } from "./cli/commands.ts";
import { startProcess } from "./cli/process.ts";
import { API_KEY } from "./support/program.ts";
import { startSmtpListener } from "./support/smtp_listener.ts";

const root = new URL("../", import.meta.url).pathname;
const BUNDLE = `${root}dist/monlight.js`;

Deno.test("the bundle alone, in an empty folder: pages with their assets, the schema, the reader", async () => {
  await using folder = await makeFolder();
  await Deno.copyFile(BUNDLE, `${folder.path}/monlight.js`);
  const words = ["serve", "--port", "0", "--host", "127.0.0.1", "--data-dir", "data"];
  await using process = startProcess(Deno.execPath(), [
    "run",
    ...["--no-config", "--no-npm", "--no-remote", "--cached-only", V8_FLAGS],
    // As the binary may, but nothing of the project.
    ...[...PERMISSIONS, `--deny-read=${root}`],
    ...["monlight.js", ...words],
  ], {
    cwd: folder.path,
    env: {
      API_KEY,
      DENO_DIR: `${folder.path}/cache`,
      LOG_LEVEL: "DEBUG",
      LOG_SOURCES: folder.path,
    },
  });
  const [, url = ""] = await process.says(/"Listening","url":"([^"]+)"/);

  assert.match(process.output, /"Migration applied","migration":"0001_\w+\.sql"/);
  const page = await (await fetch(url)).text();
  const assets = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path);
  assert.ok(assets.some((path) => path?.endsWith(".css")), page);
  assert.ok(assets.some((path) => path?.endsWith(".js")), page);
  for (const path of assets) {
    const asset = await fetch(`${url}${path}`);
    assert.equal(asset.status, 200, path);
    assert.ok((await asset.text()).length > 100, path);
  }

  const headers = { "x-api-key": API_KEY };
  const report = { project: "shop", exception_type: "E", message: "m", traceback: "t" };
  const created = await fetch(`${url}/api/errors`, {
    method: "POST",
    headers,
    body: JSON.stringify(report),
  });
  assert.equal(created.status, 201, await created.text());
  const list = await (await fetch(`${url}/api/errors?search=shop`, { headers })).json();
  assert.equal(list.total, 0);
  const found = await (await fetch(`${url}/api/errors?project=shop`, { headers })).json();
  assert.equal(found.errors[0].project, "shop");
  const samples = [{ name: "requests", type: "counter", value: 3 }];
  const recorded = await fetch(`${url}/api/metrics`, {
    method: "POST",
    headers,
    body: JSON.stringify(samples),
  });
  assert.equal(recorded.status, 202, await recorded.text());
  const { data } = await (await fetch(`${url}/api/metrics?name=requests`, { headers })).json();
  assert.equal(data[0].sum, 3);
  assert.equal(await process.stop(), 0);
  assert.doesNotMatch(process.output, /NotCapable|"ERROR"/);
  assert.deepEqual(await folder.names(), ["cache", "data", "monlight.js"]);
});

Deno.test("the bundle sends mail by the package that is only loaded then", async () => {
  await using folder = await makeFolder();
  await Deno.copyFile(BUNDLE, `${folder.path}/monlight.js`);
  await using listener = await startSmtpListener();
  await using process = startProcess(Deno.execPath(), [
    "run",
    ...["--no-config", "--no-npm", "--no-remote", "--cached-only"],
    ...[...PERMISSIONS, `--deny-read=${root}`],
    ...["monlight.js", "serve", "--port", "0", "--host", "127.0.0.1", "--data-dir", "data"],
  ], {
    cwd: folder.path,
    env: {
      API_KEY,
      DENO_DIR: `${folder.path}/cache`,
      LOG_SOURCES: folder.path,
      ALERT_EMAILS: "ops@example.org",
      SMTP_HOST: "127.0.0.1",
      SMTP_PORT: `${listener.port}`,
      SMTP_FROM: "monlight@example.org",
    },
  });
  const [, url = ""] = await process.says(/"Listening","url":"([^"]+)"/);
  const headers = { "x-api-key": API_KEY };
  const accepted = await fetch(`${url}/api/test-alert`, { method: "POST", headers });
  assert.equal(accepted.status, 202, await accepted.text());
  const [mail] = await listener.received(1);
  assert.deepEqual(mail?.recipients, ["ops@example.org"]);
  assert.equal(await process.stop(), 0);
});

Deno.test("commands work with the binary's permissions in the folder they are called in", async () => {
  await using folder = await makeFolder();
  await makeData(`${folder.path}/data`, ["shop"]);
  const runIn = async (cwd: string, ...words: readonly string[]) => {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-config", ...PERMISSIONS, BUNDLE, ...words],
      cwd,
    }).output();
    assert.equal(code, 0, `${words}: ${new TextDecoder().decode(stderr)}`);
    return new TextDecoder().decode(stdout);
  };
  // The image's working folder is the root.
  const places = [
    [folder.path, "./data"],
    [folder.path, "data"],
    ["/", `${folder.path}/data`],
    ["/", `.${folder.path}/data`],
  ] as const;
  for (const [cwd, place] of places) {
    const run = (...words: readonly string[]) => runIn(cwd, ...words);
    const [copy = ""] = (await run("backup", "errors", "--data-dir", place)).split(" ");
    await run("restore", copy, "--data-dir", place);
    assert.match(await run("migrate", "--status", "--data-dir", place), /^errors: .*up to date$/m);
    assert.match(await run("errors", "export", "--data-dir", place), /"project":"shop"/);
  }
});

Deno.test("the bundle loads none of Node's heavy modules at its start", async () => {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-config", BUNDLE],
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout));
  const [bundle, ...others] = modules.filter(({ dependencies = [] }) => dependencies.length > 0);
  assert.deepEqual(others, [], "one file depends on others");
  // Those that a command imports when it needs them, as the doctor does, cost the others nothing.
  const loaded = bundle.dependencies
    .filter(({ isDynamic = false }: { readonly isDynamic?: boolean }) => !isDynamic)
    .map(({ specifier }: { readonly specifier: string }) => specifier);
  assert.deepEqual(loaded, ["node:sqlite"]);
});

Deno.test("deno compile embeds the bundle and nothing else", async () => {
  await using folder = await makeFolder();
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...compileArgs(["--output", `${folder.path}/monlight`])],
    cwd: root,
    // Any runtime does for the list, though only the slim one makes a program of it.
    env: { DENORT_BIN: Deno.execPath(), NO_COLOR: "1" },
  }).output();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assert.ok(success, said);
  const embedded = /Embedded Files\s+monlight\n([^]*?)\n\s*\n/.exec(said)?.[1] ?? "";
  assert.match(embedded, /^└── monlight\.js \([\d.]+[KM]B\)$/, said);
});

Deno.test("deno task compile says plainly when the base binary cannot be downloaded", async () => {
  await using folder = await makeFolder();
  const proxy = "http://127.0.0.1:9";
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", `${root}deploy/compile.ts`, "-o", `${folder.path}/monlight`],
    env: {
      DENO_DIR: `${folder.path}/cache`,
      LOG_SOURCES: folder.path,
      DENORT_BIN: "",
      HTTPS_PROXY: proxy,
      HTTP_PROXY: proxy,
      NO_COLOR: "1",
    },
  }).output();
  assert.equal(code, 1);
  assert.equal(new TextDecoder().decode(stdout), "");
  assert.match(
    new TextDecoder().decode(stderr),
    /^No binary was made: the runtime's base binary cannot be downloaded from https:\/\/\S+\. [^\n]+\n$/,
  );
});
