import assert from "node:assert/strict";
import { startPostmark } from "../support/postmark_stand_in.ts";
import { closedPort, startSilentListener, startSmtpListener } from "../support/smtp_listener.ts";
import { AT_ONCE_MS, stopsAtOnce } from "../support/stopping.ts";
import { Api, reportAt } from "./support/api.ts";
import { postmarkMail, smtpMail, TEAM } from "./support/mail_settings.ts";

const command = ["errors", "serve"] as const;

/** Waits until the program has logged such a line. */
async function logged(api: Api, msg: string): Promise<Readonly<Record<string, unknown>>> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const line = api.program.logs().find((one) => one.msg === msg);
    if (line) return line;
    await api.get("/health");
  }
  throw new Error(`The program did not log ${msg}:\n${api.program.output()}`);
}

Deno.test("A new group is alerted by Postmark", async (t) => {
  await using postmark = startPostmark({ token: "token-1" });
  await using api = await Api.start({
    command,
    env: { ...postmarkMail(postmark.url), BASE_URL: "https://errors.example.com/" },
  });
  const message = "could not charge 1234567890 1234567890 1234567890 end";
  const report = { message, request_url: "https://shop.example.com/pay", request_method: "POST" };
  let id = 0;

  await t.step("Everyone of ALERT_EMAILS gets one mail about a new group", async () => {
    id = (await api.report(report, 88)).json().id;
    const requests = await postmark.received(2);
    assert.deepEqual(requests.map(({ body }) => body.To).sort(), [...TEAM]);
    for (const { method, path, headers, body } of requests) {
      assert.equal(`${method} ${path}`, "POST /email");
      assert.equal(headers.get("x-postmark-server-token"), "token-1");
      assert.equal(body.From, "monlight@example.com");
      assert.equal(body.Subject, `[shop] ValueError: ${message.slice(0, 50)}`);
      for (const text of [String(body.TextBody), String(body.HtmlBody)]) {
        for (
          const part of [
            "shop",
            "production",
            "ValueError",
            message,
            "https://shop.example.com/pay",
          ]
        ) assert.ok(text.includes(part), part);
        assert.ok(text.includes("app/main.py"));
        assert.ok(text.includes(`https://errors.example.com/errors/${id}`));
      }
    }
  });
  await t.step("A further report of the group is not alerted, a new group is", async () => {
    await api.report(report, 88);
    await api.report({ ...report, message: "another" }, 89);
    const requests = await postmark.received(4);
    assert.ok(requests.slice(2).every(({ body }) => body.Subject === "[shop] ValueError: another"));
  });
  await t.step("A reopened group is alerted again, and says so", async () => {
    await api.post(`/api/errors/${id}/resolve`);
    await api.report({ ...report, environment: "staging" }, 88);
    const requests = await postmark.received(6);
    for (const { body } of requests.slice(4)) {
      assert.equal(body.Subject, `[shop] Reopened: ValueError: ${message.slice(0, 50)}`);
      assert.ok(String(body.TextBody).includes("staging"));
    }
  });
  await t.step("Two reports of a new group at once are alerted once", async () => {
    const twice = Array.from({ length: 30 }, () => api.report({ message: "at once" }, 90));
    await Promise.all(twice);
    await postmark.received(8);
    await sampleAlert(api);
    const requests = await postmark.received(10);
    assert.equal(requests.filter(({ body }) => String(body.Subject).endsWith("at once")).length, 2);
    assert.equal(requests.length, 10);
  });
  await t.step("The token is in no log", () => {
    assert.ok(!api.program.output().includes("token-1"));
  });
});

/** Mails go out one after the other, so that after a sample nothing else is under way. */
async function sampleAlert(api: Api): Promise<void> {
  const answer = await api.post("/api/test-alert");
  assert.equal(answer.status, 202, answer.text);
  assert.deepEqual(answer.json(), { status: "accepted" });
}

Deno.test("A new group is alerted by SMTP, in text and HTML", async () => {
  await using smtp = await startSmtpListener();
  await using api = await Api.start({ command, env: smtpMail(smtp.port) });
  const message = "größer <b>als</b> 😀";
  const { id } = (await api.report({ message }, 7)).json();
  const mails = await smtp.received(2);
  assert.deepEqual(mails.map(({ recipients }) => recipients), TEAM.map((one) => [one]));
  for (const { subject, text = "", html = "", sender } of mails) {
    assert.equal(subject, `[shop] ValueError: ${message}`);
    assert.equal(sender, "monlight@example.com");
    assert.ok(text.includes(message));
    assert.ok(html.includes("größer &lt;b&gt;als&lt;/b&gt; 😀"), html);
    assert.ok(text.includes(`http://localhost:5010/errors/${id}`));
  }
});

Deno.test("ALERT_ON_REOPEN=false leaves reopened groups in silence", async () => {
  await using smtp = await startSmtpListener();
  await using api = await Api.start({
    command,
    env: { ...smtpMail(smtp.port), ALERT_ON_REOPEN: "false" },
  });
  const { id } = (await api.report()).json();
  await smtp.received(2);
  await api.post(`/api/errors/${id}/resolve`);
  assert.equal((await api.report()).json().status, "reopened");
  await sampleAlert(api);
  const mails = await smtp.received(4);
  assert.ok(mails.every(({ subject }) => !subject?.includes("Reopened")));
});

Deno.test("A storm of 25 new groups sends the alerts of 10 at once", async () => {
  await using postmark = startPostmark();
  await using api = await Api.start({ command, env: postmarkMail(postmark.url) });
  for (let line = 1; line <= 25; line++) await api.report({ message: `error ${line}` }, line);
  await postmark.received(20);
  await sampleAlert(api);
  const requests = await postmark.received(22);
  const subjects = requests.filter(({ body }) => body.To === TEAM[0]).map(({ body }) =>
    body.Subject
  );
  assert.deepEqual(
    subjects.slice(0, 10),
    Array.from({ length: 10 }, (_, n) => `[shop] ValueError: error ${n + 1}`),
  );
  assert.equal(subjects.length, 11);
});

Deno.test("A mail server that does not work harms nothing", async (t) => {
  const works = async (api: Api) => {
    const startedAt = performance.now();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => api.post("/api/errors", reportAt(n + 1))),
    );
    assert.ok(answers.every(({ status }) => status === 201));
    // A mail server has 30 s and more; the answers do not wait for it.
    assert.ok(performance.now() - startedAt < AT_ONCE_MS);
  };

  await t.step("A dead one is logged as a warning", async () => {
    await using api = await Api.start({ command, env: smtpMail(closedPort()) });
    await works(api);
    const line = await logged(api, "alert mail not sent");
    assert.equal(line.level, "WARN");
    assert.ok(line.retry_at);
    assert.equal((await api.get("/api/errors")).json().total, 20);
  });
  await t.step("A silent one slows no answer and no end", async () => {
    await using silent = startSilentListener();
    await using api = await Api.start({ command, env: smtpMail(silent.port) });
    await works(api);
    await silent.accepted(1);
    assert.equal((await api.report({}, 1)).json().status, "incremented");
    await stopsAtOnce(api.program);
  });
  await t.step("One that refuses is logged, without the token", async () => {
    await using postmark = startPostmark({ token: "the-right-token" });
    await using api = await Api.start({ command, env: postmarkMail(postmark.url, "s3cret-token") });
    await works(api);
    const line = await logged(api, "alert mail not sent");
    assert.equal(line.level, "WARN");
    assert.ok(!api.program.output().includes("s3cret-token"));
  });
});

Deno.test("POST /api/test-alert names the setting that is missing", async (t) => {
  const { ALERT_EMAILS = "", ...postmark } = postmarkMail("http://127.0.0.1:1");
  const table: readonly (readonly [Record<string, string>, string])[] = [
    [{}, "ALERT_EMAILS"],
    [postmark, "ALERT_EMAILS"],
    [{ ALERT_EMAILS }, "POSTMARK_API_TOKEN or SMTP_HOST"],
    [{ ALERT_EMAILS, POSTMARK_API_TOKEN: "t" }, "POSTMARK_FROM_EMAIL"],
    [{ ALERT_EMAILS, POSTMARK_FROM_EMAIL: "a@b.example" }, "POSTMARK_API_TOKEN"],
    [{ ALERT_EMAILS, SMTP_HOST: "127.0.0.1" }, "SMTP_FROM"],
    [{ ALERT_EMAILS, SMTP_FROM: "a@b.example" }, "SMTP_HOST"],
  ];
  for (const [env, missing] of table) {
    await t.step(
      `POST /api/test-alert with ${Object.keys(env).join(", ") || "nothing"}`,
      async () => {
        await using api = await Api.start({ command, env });
        const answer = await api.post("/api/test-alert");
        assert.equal(answer.status, 503);
        assert.deepEqual(answer.json(), { detail: `Alerts cannot be sent: ${missing} is not set` });
        // Unconfigured is no fault: reports are taken without a word.
        await api.report();
        assert.deepEqual(api.program.logs().filter(({ level }) => level === "WARN"), []);
      },
    );
  }
});

Deno.test("Alerts that are owed survive the end of the program", async () => {
  const dataDir = await Deno.makeTempDir();
  try {
    {
      await using silent = startSilentListener();
      await using api = await Api.start({ command, env: smtpMail(silent.port), dataDir });
      await api.report({ message: "before the end" });
      await silent.accepted(1);
      await api.program.stop("SIGKILL");
    }
    await using smtp = await startSmtpListener();
    await using _api = await Api.start({ command, env: smtpMail(smtp.port), dataDir });
    const mails = await smtp.received(2);
    assert.ok(mails.every(({ subject }) => subject === "[shop] ValueError: before the end"));
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
});
