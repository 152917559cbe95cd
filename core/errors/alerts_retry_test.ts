import assert from "node:assert/strict";
import { HOUR, isoTime, MINUTE, SECOND } from "../clock.ts";
import { startPostmark } from "../../tests/support/postmark_stand_in.ts";
import { closedPort, startSilentListener } from "../../tests/support/smtp_listener.ts";
import {
  ANN,
  BOB,
  CEM,
  forever,
  smtpTo,
  startBench,
  startBenchWithSmtp,
  TEAM,
} from "./alerts_test_support.ts";
import { postmarkMailer } from "./mail/postmark.ts";

Deno.test("alerts are tried again only for whom they did not reach", async () => {
  let code: number | undefined = 450;
  await using bench = await startBenchWithSmtp({
    refuseRecipient: (address) => address === BOB ? code : undefined,
  });
  const alerts = bench.alerts(smtpTo(bench.smtp.port));
  const [id] = await bench.report("no price");
  await alerts.deliver(forever());
  assert.deepEqual(bench.came(), [`no price → ${ANN}`, `no price → ${CEM}`]);
  const [warning, ...others] = bench.warnings();
  assert.deepEqual(others, []);
  const { msg, error_id, project, recipients, by, attempt, retry_at, error } = warning ?? {};
  assert.deepEqual({ msg, error_id, project, recipients, by, attempt, retry_at }, {
    msg: "alert mail not sent",
    error_id: id,
    project: "shop",
    recipients: [BOB],
    by: "smtp",
    attempt: 1,
    retry_at: "2026-11-20T17:31:30.000Z",
  });
  assert.match(String(error), /all recipients were rejected: 450 this recipient is refused/);

  code = undefined;
  bench.clock.ms += 29 * SECOND;
  await alerts.deliver(forever());
  assert.equal(bench.smtp.mails.length, 2);
  bench.clock.ms += SECOND;
  await alerts.deliver(forever());
  assert.deepEqual(bench.came().slice(2), [`no price → ${BOB}`]);
  assert.equal(await bench.owed(), 0);
});

Deno.test("alerts that are refused for good are given up at once", async () => {
  await using bench = await startBenchWithSmtp({
    refuseRecipient: (address) => address === BOB ? 550 : undefined,
  });
  await bench.report("no price", "no stock");
  await bench.alerts(smtpTo(bench.smtp.port)).deliver(forever());
  assert.deepEqual(bench.came(), [
    `no price → ${ANN}`,
    `no price → ${CEM}`,
    `no stock → ${ANN}`,
    `no stock → ${CEM}`,
  ]);
  assert.deepEqual(bench.warnings().map((line) => line.given_up), [true, true]);
  assert.equal(await bench.owed(), 0);
});

Deno.test("alerts are given up after the fifth attempt", async () => {
  await using bench = await startBench();
  const alerts = bench.alerts(smtpTo(closedPort()));
  await bench.report("no price");
  for (const wait of [0, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, HOUR]) {
    assert.equal(await bench.owed(), 1);
    bench.clock.ms += wait;
    await alerts.deliver(forever());
  }
  assert.equal(await bench.owed(), 0);
  assert.deepEqual(
    bench.warnings().map(({ attempt, retry_at, given_up }) => [attempt, retry_at ?? given_up]),
    [
      [1, "2026-11-20T17:31:30.000Z"],
      [2, "2026-11-20T17:33:30.000Z"],
      [3, "2026-11-20T17:43:30.000Z"],
      [4, "2026-11-20T18:43:30.000Z"],
      [5, true],
    ],
  );
  assert.deepEqual(bench.warnings()[0]?.recipients, [BOB, CEM, ANN]);
});

Deno.test("alerts ask a server that does not answer once a pass, each time for the next", async () => {
  await using bench = await startBench();
  await using silent = startSilentListener();
  const alerts = bench.alerts(smtpTo(silent.port, TEAM, 30));
  const ids = await bench.report("one", "two", "three");
  for (const _pass of ids) await alerts.deliver(forever());
  assert.equal(silent.connections, 3);
  assert.deepEqual(bench.warnings().map((line) => line.error_id), ids);
  await alerts.deliver(forever());
  assert.equal(silent.connections, 3, "all wait for their second attempt");
});

Deno.test("alerts go on past one that the server chokes on", async () => {
  let first = true;
  await using bench = await startBenchWithSmtp({
    refuseData: () => {
      const code = first ? 421 : undefined;
      first = false;
      return code;
    },
  });
  const alerts = bench.alerts(smtpTo(bench.smtp.port, TEAM.slice(0, 1)));
  await bench.report("bad", "good");
  await alerts.deliver(forever());
  assert.deepEqual(bench.came(), []);
  await alerts.deliver(forever());
  assert.deepEqual(bench.came(), [`good → ${ANN}`]);
  bench.clock.ms += 30 * SECOND;
  await alerts.deliver(forever());
  assert.deepEqual(bench.came(), [`good → ${ANN}`, `bad → ${ANN}`]);
});

Deno.test("alerts send a digest again only to whom it did not reach", async () => {
  let down = true;
  await using bench = await startBenchWithSmtp({
    refuseRecipient: (address) => down && address === BOB ? 450 : undefined,
  });
  const alerts = bench.alerts(smtpTo(bench.smtp.port));
  await bench.report(...Array.from({ length: 12 }, (_, at) => `failure ${at + 1}`));
  bench.clock.ms += 10 * MINUTE;
  for (const alert of await bench.store.dueAlerts(isoTime(bench.clock.ms), 100)) {
    await bench.store.settleAlerts([alert.id], isoTime(bench.clock.ms));
  }
  await alerts.deliver(forever());
  down = false;
  bench.clock.ms += 30 * SECOND;
  await alerts.deliver(forever());
  const subject = "[Monlight] 2 more new errors";
  assert.deepEqual(bench.came(), [ANN, CEM, BOB].map((one) => `${subject} → ${one}`));
  assert.deepEqual(bench.warnings().map((line) => line.digest_of), [2]);
});

Deno.test("alerts already sent are not sent again when the queue cannot note it", async () => {
  await using bench = await startBenchWithSmtp();
  let full = true;
  const { store } = bench;
  const alerts = bench.alerts(smtpTo(bench.smtp.port), {
    dueAlerts: (now, limit) => store.dueAlerts(now, limit),
    dueDigest: (now) => store.dueDigest(now),
    settleAlerts: (ids, at) =>
      full ? Promise.reject(new Error("disk full")) : store.settleAlerts(ids, at),
    postponeAlerts: (ids, at, recipients) => store.postponeAlerts(ids, at, recipients),
  });
  await bench.report("no price");
  await assert.rejects(alerts.deliver(forever()), { message: "disk full" });
  await assert.rejects(alerts.deliver(forever()), { message: "disk full" });
  full = false;
  await alerts.deliver(forever());
  assert.equal(bench.smtp.mails.length, TEAM.length);
  assert.equal(await bench.owed(), 0);
});

Deno.test("alerts go to nobody who was taken off the list meanwhile", async () => {
  await using bench = await startBenchWithSmtp();
  await bench.report("no price");
  await bench.alerts(smtpTo(closedPort())).deliver(forever());
  bench.clock.ms += 30 * SECOND;
  await bench.alerts(smtpTo(bench.smtp.port, ["bob@example.com"])).deliver(forever());
  assert.deepEqual(bench.came(), [`no price → ${BOB}`]);
  assert.equal(await bench.owed(), 0);
});

Deno.test("alerts that shutdown interrupts go on with the rest after the next start", async () => {
  await using bench = await startBenchWithSmtp({});
  await using postmark = startPostmark({
    answer: ({ body }) => body.To === BOB ? "never" : undefined,
  });
  const mailer = postmarkMailer({
    url: postmark.url,
    token: "token",
    from: "monlight@example.com",
    recipients: TEAM,
  });
  await bench.report("no price", "no stock");
  const abort = new AbortController();
  const delivery = bench.alerts({ mailer }).deliver(abort.signal);
  await postmark.received(2);
  abort.abort();
  await delivery;
  assert.deepEqual(bench.warnings(), []);
  await bench.alerts(smtpTo(bench.smtp.port)).deliver(forever());
  assert.deepEqual(bench.came().sort(), [
    `no price → ${BOB}`,
    `no price → ${CEM}`,
    ...TEAM.map((one) => `no stock → ${one}`),
  ]);
});

Deno.test("alerts that hang do not hold up reports, nor a second pass send twice", async () => {
  await using bench = await startBench();
  await using silent = startSilentListener();
  const alerts = bench.alerts(smtpTo(silent.port));
  await bench.report("one");
  const abort = new AbortController();
  const deliveries = [alerts.deliver(abort.signal), alerts.deliver(abort.signal)];
  await silent.accepted(1);
  await bench.report("two");
  assert.equal(await bench.owed(), 2);
  abort.abort();
  await Promise.all(deliveries);
  assert.equal(silent.connections, 1);
  const [one] = await bench.store.dueAlerts(isoTime(bench.clock.ms), 1);
  assert.deepEqual([one?.group.message, one?.attempts], ["one", 0], "no attempt was used up");
});
