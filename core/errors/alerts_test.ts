import assert from "node:assert/strict";
import { isoTime, MINUTE, SECOND } from "../clock.ts";
import { startPostmark } from "../../tests/support/postmark_stand_in.ts";
import { closedPort, startSilentListener } from "../../tests/support/smtp_listener.ts";
import {
  ANN,
  BURST,
  forever,
  smtpTo,
  startBench,
  startBenchWithSmtp,
  TEAM,
} from "./alerts_test_support.ts";
import { postmarkMailer } from "./mail/postmark.ts";

Deno.test("alerts send one mail to each recipient, once", async () => {
  await using bench = await startBenchWithSmtp();
  const alerts = bench.alerts(smtpTo(bench.smtp.port));
  const [id] = await bench.report("no price");
  await bench.report("no price");
  await alerts.deliver(forever());
  await alerts.deliver(forever());
  assert.deepEqual(bench.came(), TEAM.map((one) => `no price → ${one}`));
  const text = String(bench.smtp.mails[0]?.text);
  assert(text.includes(`https://monlight.example.com/errors/${id}`));
  assert.match(text, /Seen: +2 times/);
  assert.equal(await bench.owed(), 0);
  assert.deepEqual(bench.warnings(), []);
});

Deno.test("alerts tell that a group was reopened", async () => {
  await using bench = await startBenchWithSmtp();
  const alerts = bench.alerts(smtpTo(bench.smtp.port, ["ann@example.com"]));
  const ids = await bench.report("no price");
  await alerts.deliver(forever());
  await bench.store.resolve(ids, isoTime(bench.clock.ms));
  await bench.report("no price");
  await alerts.deliver(forever());
  assert.equal(bench.smtp.mails.at(-1)?.subject, "[shop] Reopened: ValueError: no price");
});

Deno.test("alerts go out by Postmark as well", async () => {
  await using bench = await startBench();
  await using postmark = startPostmark({ token: "token" });
  const from = "monlight@example.com";
  const mailer = postmarkMailer({ url: postmark.url, token: "token", from, recipients: TEAM });
  await bench.report("no price");
  await bench.alerts({ mailer }).deliver(forever());
  assert.deepEqual(postmark.requests.map(({ body }) => body.To), TEAM);
  assert.equal(postmark.requests[0]?.body.Subject, "[shop] ValueError: no price");
});

Deno.test("alerts do nothing, and say nothing, while they are not configured", async () => {
  await using bench = await startBench();
  const alerts = bench.alerts({ missing: "ALERT_EMAILS" });
  await bench.report("no price");
  await alerts.deliver(forever());
  assert.deepEqual(bench.warnings(), []);
  assert.throws(() => alerts.sendTest(), {
    code: "unavailable",
    detail: "Alerts cannot be sent: ALERT_EMAILS is not set",
  });
  await alerts.close();
});

Deno.test("alerts of a storm beyond the tenth come as one digest", async () => {
  await using bench = await startBenchWithSmtp();
  const alerts = bench.alerts(smtpTo(bench.smtp.port, TEAM.slice(0, 1)));
  await bench.report(...Array.from({ length: 85 }, (_, at) => `failure ${at + 1}`));
  await alerts.deliver(forever());
  bench.clock.ms += 10 * MINUTE - SECOND;
  await alerts.deliver(forever());
  assert.deepEqual(
    bench.came(),
    Array.from({ length: BURST }, (_, at) => `failure ${at + 1} → ${ANN}`),
  );
  bench.clock.ms += SECOND;
  await alerts.deliver(forever());
  await alerts.deliver(forever());
  assert.equal(bench.smtp.mails.length, BURST + 1);
  const digest = bench.smtp.mails.at(-1);
  assert.equal(digest?.subject, "[Monlight] 75 more new errors");
  const text = String(digest.text);
  assert(text.includes("failure 11\n") && text.includes("failure 60\n"));
  assert(!text.includes("failure 10\n") && !text.includes("failure 61\n"));
  assert(text.includes("And 25 more."));
});

Deno.test("a group that comes back over and over does not use up the alerts of the others", async () => {
  await using bench = await startBenchWithSmtp();
  const alerts = bench.alerts(smtpTo(bench.smtp.port, TEAM.slice(0, 1)));
  for (let turn = 0; turn < 12; turn++) {
    await bench.report("flapping");
    await bench.store.resolve([1], isoTime(bench.clock.ms));
  }
  await bench.report("another");
  for (let pass = 0; pass < 3; pass++) await alerts.deliver(forever());
  assert(bench.smtp.mails.some(({ text }) => String(text).includes("another")));
  assert.equal(bench.smtp.mails.length, 13);
});

Deno.test("sendTest() sends a sample to everyone, one at a time", async () => {
  await using bench = await startBenchWithSmtp();
  const alerts = bench.alerts(smtpTo(bench.smtp.port));
  alerts.sendTest();
  alerts.sendTest();
  // Deliveries come after what was asked for before.
  await alerts.deliver(forever());
  assert.deepEqual(bench.smtp.mails.map(({ recipients }) => recipients[0]), TEAM);
  assert.match(String(bench.smtp.mails[0]?.subject), /^\[Monlight\] TestAlert: /);
});

Deno.test("sendTest() logs why it failed", async () => {
  await using bench = await startBench();
  const alerts = bench.alerts(smtpTo(closedPort()));
  alerts.sendTest();
  await alerts.deliver(forever());
  assert.deepEqual(bench.warnings().map((line) => line.msg), ["test alert not sent"]);
  await alerts.close();
});

Deno.test("close() does not wait for a sample that hangs", async () => {
  await using bench = await startBench();
  await using silent = startSilentListener();
  const alerts = bench.alerts(smtpTo(silent.port));
  alerts.sendTest();
  await silent.accepted(1);
  await alerts.close();
  assert.deepEqual(bench.warnings(), []);
});
