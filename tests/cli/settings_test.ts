import assert from "node:assert/strict";
import { API_KEY, startProgram } from "../support/program.ts";
import { makeFolder, monlight } from "./commands.ts";

Deno.test("serve tells all problems with its settings at once, and ends with code 2", async () => {
  await using folder = await makeFolder();
  const { code, stdout, stderr } = await monlight(["serve", "--only", "errors,nonsense"], {
    cwd: folder.path,
    env: {
      PORT: "99999",
      TRUST_PROXY: "perhaps",
      LOG_LEVEL: "loud",
      ERRORS_RETENTION_DAYS: "0",
      ERRORS_MAX_BODY_SIZE: "12",
      METRICS_RETENTION_RAW: "long",
      BASE_URL: "not a url",
      ALERT_EMAILS: "ops@example.org, nobody",
    },
  });
  assert.deepEqual([code, stdout], [2, ""]);
  const problems = stderr.trimEnd().split("\n").sort();
  const wanted = [
    '--only: got "errors,nonsense", wants services of: errors',
    'ALERT_EMAILS: got "ops@example.org, nobody", wants mail addresses separated by commas',
    "API_KEY: got nothing, wants a key of 1 to 512 visible ASCII characters",
    'BASE_URL: got "not a url", wants an http:// or https:// address',
    'ERRORS_MAX_BODY_SIZE: got "12", wants a whole number from 1024 to 1073741824',
    'ERRORS_RETENTION_DAYS: got "0", wants a whole number from 1 to 36500',
    'LOG_LEVEL: got "loud", wants one of ERROR, WARN, INFO, DEBUG',
    'METRICS_RETENTION_RAW: got "long", wants a whole number from 60 to 604800',
    'PORT: got "99999", wants a whole number from 0 to 65535',
    'TRUST_PROXY: got "perhaps", wants true or false',
  ];
  assert.equal(problems.length, wanted.length, stderr);
  for (const [index, problem] of wanted.entries()) {
    assert.ok(problems[index]?.startsWith(problem), `${problems[index]}\nis not\n${problem}`);
  }
  assert.deepEqual(await folder.names(), [], "a start that fails leaves nothing behind");
});

Deno.test("a required variable that is empty counts as absent", async () => {
  for (const command of [["serve"], ["errors", "serve"]]) {
    const { code, stderr } = await monlight(command, { env: { API_KEY: "  " } });
    assert.equal(code, 2);
    assert.match(stderr, /^API_KEY: got nothing, wants a key[^\n]*\n$/);
  }
});

Deno.test("logs serve wants to be told which containers, and tells all that is wrong", async () => {
  const { code, stdout, stderr } = await monlight(["logs", "serve"], {
    env: { API_KEY, MAX_ENTRIES: "0", POLL_INTERVAL: "soon", TAIL_BUFFER: "-1" },
  });
  assert.deepEqual([code, stdout], [2, ""]);
  assert.deepEqual(stderr.trimEnd().split("\n"), [
    "CONTAINERS: got nothing, wants names of containers, or globs with *, separated by commas " +
    "(containers whose logs are read: names or globs with *, comma-separated; * alone is all)",
    'MAX_ENTRIES: got "0", wants a whole number from 1 to 1000000000',
    'POLL_INTERVAL: got "soon", wants a number from 0.05 to 3600',
    'TAIL_BUFFER: got "-1", wants a whole number from 0 to 1099511627776',
  ]);
  for (const bad of ["shop api", "a/b", ",", "[a]"]) {
    const { code, stderr } = await monlight(["logs", "serve", "--containers", bad], {
      env: { API_KEY },
    });
    assert.equal(code, 2);
    assert.equal(
      stderr,
      `--containers: got ${JSON.stringify(bad)}, wants names of containers, or globs with *, ` +
        "separated by commas\n",
    );
  }
});

Deno.test("metrics serve tells all that is wrong with its settings", async () => {
  const { code, stdout, stderr } = await monlight(["metrics", "serve"], {
    env: { API_KEY, ...WRONG_METRICS },
  });
  assert.deepEqual([code, stdout], [2, ""]);
  assert.deepEqual(stderr.trimEnd().split("\n"), metricProblems(""));
});

Deno.test("serve wants the settings of metrics with their prefix, or without it", async () => {
  const prefixed = Object.entries(WRONG_METRICS).map(([name, value]) => [`METRICS_${name}`, value]);
  for (const [env, prefix] of [[WRONG_METRICS, ""], [Object.fromEntries(prefixed), "METRICS_"]]) {
    const { code, stderr } = await monlight(["serve"], { env: { API_KEY, ...env } });
    assert.equal(code, 2);
    assert.deepEqual(stderr.trimEnd().split("\n"), metricProblems(prefix));
  }
});

const WRONG_METRICS = {
  RETENTION_RAW: "59",
  RETENTION_MINUTE: "1h",
  RETENTION_HOURLY: "0",
  AGGREGATION_INTERVAL: "0.5",
  MAX_SERIES_PER_METRIC: "0",
  MAX_SERIES: "1000001",
};

function metricProblems(prefix: string): readonly string[] {
  return [
    `${prefix}RETENTION_RAW: got "59", wants a whole number from 60 to 604800`,
    `${prefix}RETENTION_MINUTE: got "1h", wants a whole number from 3600 to 31622400`,
    `${prefix}RETENTION_HOURLY: got "0", wants a whole number from 3600 to 316224000`,
    `${prefix}AGGREGATION_INTERVAL: got "0.5", wants a whole number from 1 to 3600`,
    `${prefix}MAX_SERIES_PER_METRIC: got "0", wants a whole number from 1 to 100000`,
    `${prefix}MAX_SERIES: got "1000001", wants a whole number from 1 to 1000000`,
  ];
}

Deno.test("a secret that does not parse is not shown", async () => {
  const { code, stderr } = await monlight(["serve"], { env: { API_KEY: "hush hush" } });
  assert.equal(code, 2);
  assert.match(stderr, /^API_KEY: got a value that is not shown, wants a key/);
  assert.doesNotMatch(stderr, /hush/);
});

Deno.test("API_KEY_FILE gives the key, without the newline at its end", async () => {
  await using folder = await makeFolder();
  await Deno.writeTextFile(`${folder.path}/key`, "from-a-file\n");
  await using program = await startProgram({
    env: { API_KEY: "", API_KEY_FILE: `${folder.path}/key` },
  });
  const status = async (key: string) => {
    const response = await fetch(`${program.url}/api/errors`, { headers: { "x-api-key": key } });
    await response.body?.cancel();
    return response.status;
  };
  assert.equal(await status("from-a-file"), 200);
  assert.equal(await status(API_KEY), 401);
});

Deno.test("API_KEY_FILE that cannot be read ends the start with code 2", async () => {
  const { code, stderr } = await monlight(["serve"], { env: { API_KEY_FILE: "/no/such/file" } });
  assert.equal(code, 2);
  assert.match(stderr, /^API_KEY_FILE: got "\/no\/such\/file", wants a file to read/);
});

Deno.test("a flag wins over its variable", async () => {
  await using program = await startProgram({
    args: ["--log-level", "debug"],
    env: { LOG_LEVEL: "ERROR" },
  });
  await (await program.fetch("/health")).body?.cancel();
  assert.ok(program.logs().some(({ level }) => level === "DEBUG"), program.output());
});

Deno.test("an unknown variable that begins with MONLIGHT_ warns, and secrets are never logged", async () => {
  await using program = await startProgram({
    env: { MONLIGHT_RETENTION_DAYS: "oops", LOG_LEVEL: "DEBUG" },
  });
  const warnings = program.logs().filter(({ level }) => level === "WARN");
  assert.deepEqual(warnings.map(({ variable }) => variable), ["MONLIGHT_RETENTION_DAYS"]);
  assert.equal(await program.stop(), 0);
  assert.ok(!program.output().includes(API_KEY) && !program.output().includes("oops"));
});
