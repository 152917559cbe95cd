/** What the doctor says of the world around a service: servers, mail, logs, and limits. */
import assert from "node:assert/strict";
import { postmarkMail, smtpMail } from "../apptest/support/mail_settings.ts";
import { ContainerLogs } from "../support/container_logs.ts";
import { memoryGroup } from "../support/cgroup.ts";
import { startPostmark } from "../support/postmark_stand_in.ts";
import { API_KEY, programArgs, startProgram } from "../support/program.ts";
import { closedPort, startSmtpListener } from "../support/smtp_listener.ts";
import { makeFolder } from "./commands.ts";
import { expectOnly, type Finding, type Visit, visit } from "./doctor.ts";

interface Server extends AsyncDisposable {
  readonly env?: Readonly<Record<string, string>>;
  readonly words?: readonly string[];
}

/** Something beside the service, how it is told to the doctor, and what that says of it. */
const WORLD: readonly {
  readonly what: string;
  readonly start: () => Promise<Server> | Server;
  readonly check: string;
  readonly status: Finding["status"];
  /** Its message, and its advice where it is not `ok`. */
  readonly says: RegExp;
}[] = [
  {
    what: "Postmark, with a token that is right",
    start: () => postmark("token-1"),
    check: "errors mail",
    status: "ok",
    says: /^Postmark takes mail from us; alerts go to ann@example\.com, bob@example\.com$/,
  },
  {
    what: "Postmark, with another token",
    start: () => postmark("token-2"),
    check: "errors mail",
    status: "fail",
    says: /^Alerts cannot be sent: Postmark answered 401: .*\. Check POSTMARK_API_TOKEN/,
  },
  {
    what: "a mail server",
    start: () => smtp({}),
    check: "errors mail",
    status: "ok",
    says: /^127\.0\.0\.1:\d+ takes mail from us; alerts go to /,
  },
  {
    what: "a mail server that wants a login, and gets it",
    start: () => smtp({ SMTP_USERNAME: "monlight", SMTP_PASSWORD: "s3cret pass" }),
    check: "errors mail",
    status: "ok",
    says: /^127/,
  },
  {
    what: "a mail server that wants a login, and gets another",
    start: () => smtp({ SMTP_USERNAME: "monlight", SMTP_PASSWORD: "hush-hush" }),
    check: "errors mail",
    status: "fail",
    says: /^Alerts cannot be sent: the mail server 127\S+: .*535.*\[secret\].*\. Check SMTP_HOST/,
  },
  {
    what: "no mail server",
    start: () => ({ env: smtpMail(closedPort()), async [Symbol.asyncDispose]() {} }),
    check: "errors mail",
    status: "fail",
    says: /^Alerts cannot be sent: .*refused.* Check SMTP_HOST/i,
  },
  {
    what: "half of the settings of mail",
    start: () => ({ env: { ALERT_EMAILS: "a@example.com" }, async [Symbol.asyncDispose]() {} }),
    check: "errors mail",
    status: "warn",
    says: /^Alerts are off: POSTMARK_API_TOKEN or SMTP_HOST is not set\. Set /,
  },
  {
    what: "no folder of logs",
    start: () => ({ env: { LOG_SOURCES: "/no/such" }, async [Symbol.asyncDispose]() {} }),
    check: "logs folder",
    status: "warn",
    says: /^Log folder \/no\/such does not exist\. Mount/,
  },
  {
    what: "a file as the folder of logs",
    start: () => ({ env: { LOG_SOURCES: "/etc/passwd" }, async [Symbol.asyncDispose]() {} }),
    check: "logs folder",
    status: "fail",
    says: /^Log folder \/etc\/passwd is no folder\. Name/,
  },
  {
    what: "a server that is something else",
    start: () => health(() => Response.json({ hello: "world" })),
    check: "server",
    status: "fail",
    says: /^http:\S+ is answered by something else\. Give Monlight's address by --url$/,
  },
  {
    what: "a server that is down",
    start: () => health(() => new Response("starting", { status: 503 })),
    check: "server",
    status: "fail",
    says: /^http:\S+ answered 503: starting\. Look into/,
  },
  {
    what: "a server whose clock is another",
    start: () =>
      health(() => {
        const date = new Date(Date.now() + 3_600_000).toUTCString();
        return Response.json({ status: "ok" }, { headers: { date } });
      }),
    check: "server",
    status: "warn",
    says: /^The server's clock differs from this one's by (59|60) minutes\. Set both by NTP$/,
  },
];

for (const { what, start, check, status, says } of WORLD) {
  Deno.test(`doctor: ${what}`, async () => {
    await using folder = await makeFolder();
    await using server = await start();
    const found = await visit(folder, server.env, server.words);
    if (status !== "ok") expectOnly(found, status, check, says);
    const told = found.findings.find((finding) => finding.check === check);
    if (status === "ok") assert.match(`${told?.message}`, says);
    assert.doesNotMatch(JSON.stringify(found.findings), /hush-hush|token-\d/);
  });
}

async function postmark(token: string): Promise<Server> {
  const server = await startPostmark({ token: "token-1" });
  return {
    env: postmarkMail(server.url, token),
    async [Symbol.asyncDispose]() {
      assert.deepEqual(server.requests.map(({ path }) => path), ["/server"], "nothing was sent");
      await server[Symbol.asyncDispose]();
    },
  };
}

async function smtp(env: Readonly<Record<string, string>>): Promise<Server> {
  const login = { username: "monlight", password: "s3cret pass" };
  const server = await startSmtpListener(Object.keys(env).length > 0 ? { login } : {});
  return {
    env: { ...smtpMail(server.port), ...env },
    async [Symbol.asyncDispose]() {
      assert.equal(server.mails.length, 0, "nothing was sent");
      await server[Symbol.asyncDispose]();
    },
  };
}

function health(answer: () => Response): Server {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, answer);
  return {
    words: ["--url", `http://127.0.0.1:${server.addr.port}`],
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("doctor relay: a service behind it that answers, and one that does not", async () => {
  await using folder = await makeFolder();
  await using errors = await startProgram({ command: ["errors", "serve"] });
  const away = `http://127.0.0.1:${closedPort()}`;
  const upstreams = {
    ...{ ERROR_TRACKER_URL: errors.url, ERROR_TRACKER_API_KEY: API_KEY },
    ...{ METRICS_COLLECTOR_URL: away, METRICS_COLLECTOR_API_KEY: API_KEY },
  };
  const path = `${folder.path}/relay.db`;
  const env = { ADMIN_API_KEY: API_KEY, DATABASE_PATH: path, ...upstreams };
  const found = await visit(folder, env, ["relay"]);
  expectOnly(
    found,
    "fail",
    "relay upstream",
    /^http:\S+\/health does not answer: TypeError: .*refused.*\. Start the service, or mend METRICS_COLLECTOR_URL$/,
  );
  const answering = found.findings.filter(({ check, status }) =>
    check === "relay upstream" && status === "ok"
  );
  assert.deepEqual(answering.map(({ message }) => message), [`${errors.url}/health answers`]);

  // All in one behind the relay of another machine.
  const both = { ...env, ERROR_TRACKER_URL: away };
  expectOnly(
    await visit(folder, both, ["relay"]),
    "fail",
    "relay upstream",
    /mend ERROR_TRACKER_URL and METRICS_COLLECTOR_URL$/,
  );
});

Deno.test("doctor relay: a service behind it that takes another key, and one that is another", async () => {
  await using folder = await makeFolder();
  await using errors = await startProgram({ command: ["errors", "serve"] });
  await using metrics = await startProgram({ command: ["metrics", "serve"] });
  const right = {
    ...{ ADMIN_API_KEY: API_KEY, DATABASE_PATH: `${folder.path}/relay.db` },
    ...{ ERROR_TRACKER_URL: errors.url, ERROR_TRACKER_API_KEY: API_KEY },
    ...{ METRICS_COLLECTOR_URL: metrics.url, METRICS_COLLECTOR_API_KEY: API_KEY },
  };
  const { findings } = await visit(folder, right, ["relay"]);
  assert.deepEqual(findings.filter(({ status }) => status !== "ok"), []);
  const otherKey = { ...right, METRICS_COLLECTOR_API_KEY: "another-key" };
  expectOnly(
    await visit(folder, otherKey, ["relay"]),
    "fail",
    "relay upstream",
    /^The Metrics Collector at http:\S+ does not take our key\. Set METRICS_COLLECTOR_API_KEY to its API_KEY$/,
  );
  const otherService = { ...right, ERROR_TRACKER_URL: metrics.url };
  expectOnly(
    await visit(folder, otherService, ["relay"]),
    "fail",
    "relay upstream",
    /^http:\S+ is no Error Tracker: it answered 404\. Set ERROR_TRACKER_URL to the address of one$/,
  );
});

Deno.test("doctor: a server that is well but for one service", async () => {
  await using folder = await makeFolder();
  await using program = await startProgram({ logSources: "/no/such" });
  const found = await visit(folder, {}, ["--url", program.url]);
  expectOnly(
    found,
    "warn",
    "server",
    /^logs: Log folder \/no\/such does not exist.*the rest works/,
  );
});

Deno.test("doctor: logs of containers can be read, and how many there are", async () => {
  await using folder = await makeFolder();
  using containers = new ContainerLogs();
  containers.print("shop", ["[INFO] one"]);
  const { findings } = await visit(folder, { LOG_SOURCES: containers.path });
  const told = findings.find(({ check }) => check === "logs folder");
  assert.equal(told?.message, `${containers.path} can be read: 1 container`);
});

for (const [files, status] of [["200", "fail"], ["512", "warn"]] as const) {
  Deno.test(`doctor: ${files} open files at most`, async () => {
    await using folder = await makeFolder();
    const limited = ["sh", "-c", `ulimit -n ${files} && exec "$@"`, "sh"];
    const found = await visitWithin(limited, folder.path);
    const told = found.findings.find(({ check }) => check === "open files");
    assert.equal(told?.status, status);
    assert.equal(told.message, `${files} files may be open at once`);
    assert.match(`${told.advice}`, /LimitNOFILE/);
  });
}

const bounded = await memoryGroup(100 * 1024 ** 2);
Deno.test({
  name: "doctor: less memory than full load may take (needs root, for a control group of its own)",
  ignore: bounded === null,
  async fn() {
    await using group = bounded;
    await using folder = await makeFolder();
    const { findings } = await visitWithin(group?.enter ?? [], folder.path);
    const told = findings.find(({ check }) => check === "memory");
    assert.equal(told?.status, "warn");
    assert.equal(told.message, "This control group may have 104.9 MB of memory");
    assert.equal(told.advice, "Give it 134.2 MB, which full load may take");
  },
});

const forOne = await memoryGroup(64 * 1024 ** 2);
Deno.test({
  name: "doctor: what compose gives each service is enough (needs root, for a control group)",
  ignore: forOne === null,
  async fn() {
    await using group = forOne;
    await using folder = await makeFolder();
    for (const service of ["errors", "logs", "metrics", "relay"]) {
      const words = ["--only", service];
      const { findings } = await visitWithin(group?.enter ?? [], folder.path, words);
      const told = findings.find(({ check }) => check === "memory");
      assert.deepEqual([service, told?.status], [service, "ok"]);
    }
  },
});

/** The doctor, started by words that set its limits. */
async function visitWithin(
  before: readonly string[],
  dataDir: string,
  more: readonly string[] = [],
) {
  const words = ["doctor", "--json", "--data-dir", dataDir, "--log-sources", dataDir, ...more];
  const [command = "", ...args] = [...before, Deno.execPath(), ...programArgs(words)];
  const { stdout } = await new Deno.Command(command, { args, env: { API_KEY } }).output();
  const report: Pick<Visit, "findings"> = JSON.parse(new TextDecoder().decode(stdout));
  return report;
}
