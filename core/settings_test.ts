import assert from "node:assert/strict";
import { boolean, choice, integer, key, list, secret, string, text, url } from "./setting_kinds.ts";
import {
  flagName,
  settingNames,
  settings,
  SettingsError,
  type SettingSources,
  SettingsReader,
  unknownVariables,
  unprefixedVariables,
} from "./settings.ts";

const table = settings({
  port: integer("PORT", { help: "port", fallback: 8000, min: 0, max: 65535 }),
  rate: integer("RATE_LIMIT", { help: "rate", fallback: 100, min: 0, max: 1000, shared: true }),
  apiKey: key("API_KEY", { help: "the key" }),
  token: secret("TOKEN", { help: "a token" }),
  path: string("DATABASE_PATH", { help: "file", fallback: "./data/x.db", shared: true }),
  host: text("SMTP_HOST", { help: "mail server" }),
  on: boolean("ON", { help: "whether", fallback: true }),
  level: choice("LEVEL", { help: "level", fallback: "INFO", choices: ["INFO", "DEBUG"] }),
  base: url("BASE_URL", { help: "address", fallback: "http://localhost:5010" }),
  emails: list("EMAILS", {
    help: "who",
    wants: "mail addresses",
    check: (one) => one.includes("@"),
  }),
});

const KEY = { API_KEY: "k" };

function reader(sources: Partial<SettingSources>): SettingsReader {
  const readFile = (path: string) => {
    throw new Error(`No such file ${path}`);
  };
  return new SettingsReader({ flags: {}, env: {}, readFile, ...sources });
}

function read(sources: Partial<SettingSources>, prefix = "") {
  const one = reader(sources);
  const values = one.read(table, prefix);
  one.finish();
  return values;
}

function problems(sources: Partial<SettingSources>, prefix = ""): readonly string[] {
  try {
    read(sources, prefix);
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    assert.equal(error.message, error.problems.join("\n"));
    return error.problems;
  }
  return [];
}

Deno.test("SettingsReader gives defaults, frozen", () => {
  const values = read({ env: KEY });
  assert.deepEqual(values, {
    port: 8000,
    rate: 100,
    apiKey: "k",
    token: null,
    path: "./data/x.db",
    host: null,
    on: true,
    level: "INFO",
    base: "http://localhost:5010",
    emails: [],
  });
  assert.ok(Object.isFrozen(values));
});

Deno.test("SettingsReader takes values from the environment, blanks around them dropped", () => {
  const env = {
    API_KEY: " k1\n",
    PORT: " 80 ",
    TOKEN: "t",
    DATABASE_PATH: "/x y.db",
    SMTP_HOST: "mail",
    ON: "no",
    LEVEL: "debug",
    BASE_URL: "https://x.example/path//",
    EMAILS: " a@x , ,b@y,",
  };
  assert.deepEqual(read({ env }), {
    port: 80,
    rate: 100,
    apiKey: "k1",
    token: "t",
    path: "/x y.db",
    host: "mail",
    on: false,
    level: "DEBUG",
    base: "https://x.example/path",
    emails: ["a@x", "b@y"],
  });
});

Deno.test("SettingsReader lets flags win over the environment", () => {
  const values = read({ flags: { port: "1", "api-key": "flag" }, env: { ...KEY, PORT: "2" } });
  assert.equal(values.port, 1);
  assert.equal(values.apiKey, "flag");
});

Deno.test("SettingsReader counts empty values as absent, from wherever they come", () => {
  const empty = { PORT: "", SMTP_HOST: " ", TOKEN: "\n", EMAILS: "" };
  assert.deepEqual(read({ env: { ...KEY, ...empty } }), read({ env: KEY }));
  assert.equal(read({ flags: { port: "", "smtp-host": " " }, env: { ...KEY, PORT: "5" } }).port, 5);
  const files = { ...KEY, TOKEN_FILE: "/empty" };
  assert.equal(read({ env: files, readFile: () => "\n" }).token, null);
});

Deno.test("SettingsReader tells every problem at once, a line each", () => {
  const env = {
    PORT: "80000",
    RATE_LIMIT: "many",
    ON: "maybe",
    LEVEL: "LOUD",
    BASE_URL: "ftp://x",
    EMAILS: "a@x,b",
  };
  assert.deepEqual(problems({ env }), [
    'PORT: got "80000", wants a whole number from 0 to 65535',
    'RATE_LIMIT: got "many", wants a whole number from 0 to 1000',
    "API_KEY: got nothing, wants a key of 1 to 512 visible ASCII characters (the key)",
    'ON: got "maybe", wants true or false',
    'LEVEL: got "LOUD", wants one of INFO, DEBUG',
    'BASE_URL: got "ftp://x", wants an http:// or https:// address',
    'EMAILS: got "a@x,b", wants mail addresses',
  ]);
});

Deno.test("SettingsReader names the flag or file that a bad value came from", () => {
  assert.deepEqual(problems({ flags: { port: "x" }, env: KEY }), [
    '--port: got "x", wants a whole number from 0 to 65535',
  ]);
  assert.deepEqual(problems({ env: { API_KEY_FILE: "/key" }, readFile: () => "two words" }), [
    "API_KEY_FILE: got a value that is not shown, wants a key of 1 to 512 visible ASCII characters",
  ]);
});

Deno.test("SettingsReader collects problems over several tables", () => {
  const one = reader({ env: { PORT: "x" } });
  one.read(settings({ port: table.port }));
  one.read(settings({ apiKey: table.apiKey }));
  one.problem("Both do not go together");
  assert.throws(() => one.finish(), (error: SettingsError) => error.problems.length === 3);
});

Deno.test("SettingsReader shows no secret", () => {
  for (const secretText of ["with blank", "kéy", "\u0001", "x".repeat(513)]) {
    for (
      const sources of [{ env: { API_KEY: secretText } }, { flags: { "api-key": secretText } }]
    ) {
      const [problem = ""] = problems(sources);
      assert.match(problem, /got a value that is not shown/);
      assert.ok(!problem.includes(secretText));
    }
  }
});

Deno.test("SettingsReader reads secrets from the files that NAME_FILE names", () => {
  const readFile = (path: string) => `from ${path}`.replaceAll(" ", "-") + "\n";
  const env = { API_KEY_FILE: "/run/key", TOKEN_FILE: "/run/token" };
  const values = read({ env, readFile });
  assert.equal(values.apiKey, "from-/run/key");
  assert.equal(values.token, "from-/run/token");
  assert.equal(read({ env: { ...env, API_KEY: "env" }, readFile }).apiKey, "env");
});

Deno.test("SettingsReader reads nothing else from files", () => {
  const readFile = () => assert.fail("must not be read");
  assert.equal(
    read({ env: { ...KEY, PORT_FILE: "/port", SMTP_HOST_FILE: "/x" }, readFile }).port,
    8000,
  );
});

Deno.test("SettingsReader tells of a file that it cannot read, once", () => {
  assert.deepEqual(problems({ env: { API_KEY_FILE: "/none" } }), [
    'API_KEY_FILE: got "/none", wants a file to read (No such file /none)',
  ]);
});

Deno.test("SettingsReader with a prefix reads shared settings by prefix alone, others by both names", () => {
  const env = { ...KEY, RATE_LIMIT: "1", ERRORS_RATE_LIMIT: "2", SMTP_HOST: "a" };
  assert.equal(read({ env }, "ERRORS_").rate, 2);
  assert.equal(read({ env: { ...KEY, RATE_LIMIT: "1" } }, "ERRORS_").rate, 100);
  assert.equal(read({ env }, "ERRORS_").host, "a");
  assert.equal(read({ env: { ...env, ERRORS_SMTP_HOST: "b" } }, "ERRORS_").host, "b");
  assert.equal(read({ env, flags: { "errors-rate-limit": "3" } }, "ERRORS_").rate, 3);
  assert.equal(
    read({ env: { ...KEY, ERRORS_TOKEN_FILE: "/t" }, readFile: () => "t" }, "ERRORS_").token,
    "t",
  );
  assert.deepEqual(problems({ env: { ERRORS_RATE_LIMIT: "x" } }, "ERRORS_"), [
    'ERRORS_RATE_LIMIT: got "x", wants a whole number from 0 to 1000',
    "API_KEY: got nothing, wants a key of 1 to 512 visible ASCII characters (the key)",
  ]);
});

Deno.test("settingNames() gives the strongest name first", () => {
  assert.deepEqual(settingNames(table.rate, ""), ["RATE_LIMIT"]);
  assert.deepEqual(settingNames(table.rate, "ERRORS_"), ["ERRORS_RATE_LIMIT"]);
  assert.deepEqual(settingNames(table.host, "ERRORS_"), ["ERRORS_SMTP_HOST", "SMTP_HOST"]);
});

Deno.test("flagName() is the variable's in small letters and dashes", () => {
  assert.equal(flagName(table.rate), "rate-limit");
  assert.equal(flagName(table.rate, "ERRORS_RATE_LIMIT"), "errors-rate-limit");
  assert.equal(flagName({ ...table.rate, flag: "rate" }), "rate");
});

Deno.test("unknownVariables() finds what begins with MONLIGHT_ and no setting knows", () => {
  const env = { MONLIGHT_B: "1", MONLIGHT_A: "1", PORT: "1", MONLIGHT_KNOWN: "1", XMONLIGHT_C: "" };
  assert.deepEqual(unknownVariables(env, new Set(["MONLIGHT_KNOWN"])), [
    "MONLIGHT_A",
    "MONLIGHT_B",
  ]);
});

Deno.test("SettingsReader.read() lets a flag win over variables, under whichever name", () => {
  const flags = { "smtp-host": "flag" };
  const env = { ...KEY, ERRORS_SMTP_HOST: "variable", SMTP_HOST: "bare" };
  assert.equal(read({ flags, env }, "ERRORS_").host, "flag");
  assert.equal(read({ env }, "ERRORS_").host, "variable");
});

Deno.test("SettingsReader.read() takes defaults of a command where nothing is given", () => {
  const defaults = { BASE_URL: "http://localhost:6000", LEVEL: "DEBUG" };
  const env = { ...KEY, LEVEL: "" };
  const values = read({ env, defaults, flags: { "base-url": "https://errors.example" } });
  assert.deepEqual([values.base, values.level], ["https://errors.example", "DEBUG"]);
});

Deno.test("unprefixedVariables() names what several services have", () => {
  const env = { RATE_LIMIT: "5", ERRORS_RATE_LIMIT: "5", DATABASE_PATH: "", SMTP_HOST: "x" };
  assert.deepEqual(unprefixedVariables(env, table), ["RATE_LIMIT"]);
});
