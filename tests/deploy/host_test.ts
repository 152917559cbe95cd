/** What runs Monlight without containers: the systemd unit, the cron line, the reverse proxies. */
import { MALLOC_ENV } from "../../deploy/runtime.ts";
import assert from "node:assert/strict";
import { makeFolder } from "../cli/commands.ts";
import { startProcess } from "../cli/process.ts";
import { readHelp } from "../docs/program_help.ts";
import { ensureCommand } from "../support/apt.ts";
import { startProgram } from "../support/program.ts";
import { readEnv, readText } from "./compose_files.ts";

const help = await readHelp();
const unit = await readText("monlight.service");

function knownVariables(command: string): ReadonlySet<string> {
  return new Set(help.get(command)?.flatMap(({ variables }) => variables));
}

Deno.test("systemd takes the unit, and finds it shut in well", async () => {
  const analyze = await ensureCommand(["systemd-analyze"], "systemd");
  await using folder = await makeFolder();
  const path = `${folder.path}/monlight.service`;
  // The binary must be there, whichever it is.
  await Deno.writeTextFile(path, unit.replaceAll("/usr/local/bin/monlight", "/bin/true"));
  const run = async (...args: readonly string[]) => {
    const { stdout, stderr } = await new Deno.Command(analyze, { args: [...args, path] }).output();
    return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  };
  assert.equal(await run("verify"), "");
  const [, exposure] = /exposure level for \S+: ([\d.]+)/.exec(
    await run("security", "--offline=true"),
  ) ?? [];
  assert.ok(Number(exposure) < 2.5, `${exposure} of 10`);
});

Deno.test("the unit and its env file set what `monlight serve` knows", async () => {
  const known = knownVariables("serve");
  const file = readEnv(await readText("monlight.env"));
  const inUnit = [...unit.matchAll(/^Environment=(\w+)=/gm)].map(([, name = ""]) => name)
    .filter((name) => !(name in MALLOC_ENV));
  assert.deepEqual([...file.keys(), ...inUnit].filter((name) => !known.has(name)), []);
  assert.ok(inUnit.includes("API_KEY_FILE"));
  const [, words = ""] = /^ExecStart=\S+ serve (.*)$/m.exec(unit) ?? [];
  const flags = words.match(/--[a-z-]+/g) ?? [];
  assert.deepEqual(
    flags.filter((flag) => !help.get("serve")?.some((one) => one.flag === flag)),
    [],
  );
});

Deno.test("the cron lines call `monlight backup` by flags that it has, silently", async () => {
  const lines = (await readText("monlight.cron")).split("\n")
    .filter((line) => /^#?\d+ \d+ \* \* \*/.test(line));
  assert.equal(lines.length, 3);
  for (const line of lines) {
    const [, words = ""] = /monlight (backup .*)$/.exec(line) ?? [];
    assert.match(words, /--quiet/);
    for (const flag of words.match(/(?<=\s)--[a-z-]+/g) ?? []) {
      assert.ok(help.get("backup")?.some((one) => one.flag === flag), flag);
    }
  }
});

Deno.test("nginx.conf lets browsers reach the relay alone, and ends what is slow or large", async () => {
  const nginx = await ensureCommand(["nginx", "/usr/sbin/nginx"], "nginx-light");
  await using program = await startProgram({ env: { TRUST_PROXY: "true" } });
  await using folder = await makeFolder();
  const port = freePort();
  const site = (await readText("nginx.conf"))
    .replaceAll(/^ *(ssl_.*|listen 80|return 301 .*);\n/gm, "")
    .replaceAll(/^server \{\n +server_name monlight.example.org relay.example.org;\n\}\n/gm, "")
    .replaceAll("listen 443 ssl", `listen 127.0.0.1:${port}`)
    .replaceAll("127.0.0.1:5010", new URL(program.url).host)
    .replaceAll("client_body_timeout 10s", "client_body_timeout 1s");
  await Deno.writeTextFile(
    `${folder.path}/nginx.conf`,
    `pid nginx.pid; error_log stderr notice; daemon off; user root;
     events {} http { access_log off; client_body_temp_path b; proxy_temp_path p;
     fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;\n${site}\n}`,
  );
  await using proxy = startProcess(nginx, ["-p", folder.path, "-c", "nginx.conf"]);
  await proxy.says(/start worker process \d+/);
  const ask = (host: string, path: string, ...more: readonly string[]) =>
    curl("-H", `Host: ${host}`, ...more, `http://127.0.0.1:${port}${path}`);

  assert.equal(await ask("monlight.example.org", "/health"), "200");
  assert.equal(await ask("monlight.example.org", "/api/errors"), "401");
  assert.equal(await ask("relay.example.org", "/health"), "404");
  assert.equal(
    await ask("relay.example.org", "/api/errors", "-H", `X-API-Key: ${program.apiKey}`),
    "404",
  );
  assert.equal(await ask("relay.example.org", "/api/browser/../errors"), "404");
  const large = `${folder.path}/large`;
  await Deno.writeTextFile(large, "x".repeat(200_000));
  assert.equal(
    await ask("relay.example.org", "/api/browser/errors", "--data-binary", `@${large}`),
    "413",
  );
  assert.equal(await ask("relay.example.org", "/api/browser/errors", "--data", "{}"), "401");

  // A body that never comes.
  using slow = await Deno.connect({ hostname: "127.0.0.1", port });
  await slow.write(new TextEncoder().encode(
    "POST /api/browser/errors HTTP/1.1\r\nHost: relay.example.org\r\nContent-Length: 10\r\n\r\nx",
  ));
  const [first] = await Array.fromAsync(slow.readable.pipeThrough(new TextDecoderStream()));
  assert.match(first ?? "", /^(HTTP\/1.1 408|$)/);
  assert.equal(await proxy.stop(), 0);
});

/** The status of a request, `--path-as-is`. */
async function curl(...args: readonly string[]): Promise<string> {
  const { stdout } = await new Deno.Command("curl", {
    args: ["-sS", "--path-as-is", "-o", "/dev/null", "-w", "%{http_code}", ...args],
  }).output();
  return new TextDecoder().decode(stdout);
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
