/** The shell scripts of `deploy/`: POSIX, and what they refuse. */
import assert from "node:assert/strict";
import { makeFolder } from "../cli/commands.ts";
import { ensureCommand } from "../support/apt.ts";
import { exists } from "../support/exists.ts";
import { DEPLOY, sh } from "./sh.ts";

const scripts = [...Deno.readDirSync(DEPLOY)].map(({ name }) => name)
  .filter((name) => name.endsWith(".sh")).sort();

Deno.test("shellcheck finds nothing in the scripts, which are POSIX shell", async () => {
  assert.deepEqual(scripts, ["make-secrets.sh", "smoke-test.sh", "upgrade.sh"]);
  const shellcheck = await ensureCommand(["shellcheck"], "shellcheck");
  const { stdout } = await new Deno.Command(shellcheck, {
    args: ["--format=gcc", ...scripts, "image-launcher.bash"],
    cwd: DEPLOY,
  }).output();
  assert.equal(new TextDecoder().decode(stdout), "");
});

Deno.test("every script tells how it is called when it is called otherwise", async () => {
  for (const script of scripts) {
    const { code, output } = await sh(script, ["--what"]);
    assert.notEqual(code, 0, script);
    assert.match(output, new RegExp(`^ *sh ${script} .*$`, "m"));
    assert.doesNotMatch(output, /set -u/);
  }
  assert.equal(await exists(`${DEPLOY}/--what`), false);
});

Deno.test("every script has a --help, which is no failure and does nothing", async () => {
  await using folder = await makeFolder();
  for (const script of scripts) {
    await Deno.copyFile(`${DEPLOY}/${script}`, `${folder.path}/${script}`);
    for (const flag of ["--help", "-h"]) {
      const { code, stdout, stderr } = await new Deno.Command("sh", {
        args: [script, flag],
        cwd: folder.path,
      }).output();
      const decoder = new TextDecoder();
      assert.deepEqual([script, code, decoder.decode(stderr)], [script, 0, ""]);
      assert.match(decoder.decode(stdout), new RegExp(`^.*sh ${script}`, "m"));
      assert.doesNotMatch(decoder.decode(stdout), /^#|set -/m);
    }
  }
  assert.deepEqual(await folder.names(), scripts);
});

Deno.test("make-secrets.sh makes a new key for each that is empty, for the owner alone, once", async () => {
  await using folder = await makeFolder();
  const path = `${folder.path}/secrets.env`;
  assert.equal((await sh("make-secrets.sh", [path])).code, 0);
  const example = (await Deno.readTextFile(`${DEPLOY}/secrets.env.example`)).split("\n");
  const made = (await Deno.readTextFile(path)).split("\n");
  const keys = made.filter((line, at) => line !== example[at]);
  assert.equal(made.length, example.length);
  assert.deepEqual(keys.map((line) => line.split("=")[0]), [
    ...["API_KEY", "ERROR_TRACKER_API_KEY", "LOG_VIEWER_API_KEY", "METRICS_COLLECTOR_API_KEY"],
    "BROWSER_RELAY_ADMIN_API_KEY",
  ]);
  assert.equal(new Set(keys.map((line) => /=([0-9a-f]{32})$/.exec(line)?.[1])).size, keys.length);
  assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);

  const again = await sh("make-secrets.sh", [path]);
  assert.equal(again.code, 1);
  assert.match(again.output, /is there already/);
  assert.equal(await Deno.readTextFile(path), made.join("\n"));
});

Deno.test("upgrade.sh says what it misses before it touches anything", async () => {
  const { code, output } = await sh("upgrade.sh", [], { SECRETS: "/nonexistent" });
  assert.equal(code, 1);
  assert.match(output, /there is no \/nonexistent: SECRETS names another/);
});

Deno.test("upgrade.sh does not begin while another one runs", async () => {
  await using folder = await makeFolder();
  const SECRETS = `${folder.path}/secrets.env`;
  await sh("make-secrets.sh", [SECRETS]);
  await Deno.mkdir(`${folder.path}/monlight-upgrade.lock`);
  const { code, output } = await sh("upgrade.sh", [], { SECRETS, TMPDIR: folder.path });
  assert.equal(code, 1);
  assert.match(output, /another upgrade runs; if none does, remove \S+\/monlight-upgrade\.lock/);
  assert.deepEqual(await folder.names(), ["monlight-upgrade.lock", "secrets.env"]);
});
