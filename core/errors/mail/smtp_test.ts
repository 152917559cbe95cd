import assert from "node:assert/strict";
import {
  closedPort,
  type SmtpListenerOptions,
  startSilentListener,
  startSmtpListener,
  TEST_CERTIFICATE,
} from "../../../tests/support/smtp_listener.ts";
import { MailError } from "./mailer.ts";
import { isLoopback, smtpMailer, type SmtpOptions } from "./smtp.ts";

const MAIL = {
  subject: "[shop] KeyError: „größe“ 🛒",
  text: "It failed: „größe“.\n",
  html: "<p>It failed: „größe“.</p>\n",
};
const LOGIN = { username: "monlight", password: "s3cret pass" };

function mailerAt(port: number, options: Partial<SmtpOptions> = {}) {
  return smtpMailer({
    host: "localhost",
    port,
    credentials: null,
    from: "Monlight <alerts@example.com>",
    recipients: ["ops@example.com"],
    timeoutMs: 5000,
    ...options,
  });
}

/** What sending fails with, or null. */
async function failureAt(
  port: number,
  options?: Partial<SmtpOptions>,
  mail = MAIL,
): Promise<MailError | null> {
  try {
    await mailerAt(port, options).send(mail, "ops@example.com", new AbortController().signal);
    return null;
  } catch (error) {
    assert(error instanceof MailError, String(error));
    assert(!error.message.includes(LOGIN.password), error.message);
    return error;
  }
}

function kindOf(failure: MailError | null) {
  return { permanent: failure?.permanent, everyMail: failure?.everyMail };
}

const PASSING = { permanent: false, everyMail: true };
const REFUSED = { permanent: true, everyMail: true };

Deno.test("smtpMailer() sends text and HTML in plain text to a relay without TLS", async () => {
  await using smtp = await startSmtpListener();
  assert.equal(await failureAt(smtp.port), null);
  const [mail] = await smtp.received(1);
  assert.equal(mail?.subject, MAIL.subject);
  assert.equal(mail.text?.trim(), MAIL.text.trim());
  assert.equal(mail.html?.trim(), MAIL.html.trim());
  assert.equal(mail.sender, "alerts@example.com");
  assert.deepEqual(mail.recipients, ["ops@example.com"]);
  assert.equal(mail.secure, false);
  assert.equal(mail.headers.find(({ key }) => key === "auto-submitted")?.value, "auto-generated");
});

Deno.test("smtpMailer() keeps line breaks in a subject from becoming headers", async () => {
  await using smtp = await startSmtpListener();
  const subject = "one\r\nBcc: all@example.com\r\n\r\nbody\u2028\u0085end";
  assert.equal(await failureAt(smtp.port, {}, { ...MAIL, subject }), null);
  const [mail] = await smtp.received(1);
  assert.equal(mail?.subject, "one Bcc: all@example.com body end");
  assert.equal(mail.headers.some(({ key }) => key === "bcc"), false);
  assert.deepEqual(mail.recipients, ["ops@example.com"]);
});

Deno.test("smtpMailer() logs in over TLS", async (t) => {
  for (const tls of ["starttls", "implicit"] as const) {
    await t.step(tls, async () => {
      await using smtp = await startSmtpListener({ tls, login: LOGIN });
      const options = { credentials: LOGIN, trustedCertificates: [TEST_CERTIFICATE] };
      const failure = tls === "starttls"
        ? await failureAt(smtp.port, options)
        : await failureAt(smtp.port, { ...options, implicitTls: true });
      assert.equal(failure, null);
      const [mail] = await smtp.received(1);
      assert.deepEqual([mail?.secure, mail?.user], [true, LOGIN.username]);
    });
  }
});

Deno.test("smtpMailer() upgrades by STARTTLS where it is offered, without a login too", async () => {
  await using smtp = await startSmtpListener({ tls: "starttls" });
  assert.equal(await failureAt(smtp.port, { trustedCertificates: [TEST_CERTIFICATE] }), null);
  assert.equal((await smtp.received(1))[0]?.secure, true);
});

Deno.test("smtpMailer() refuses a certificate that nobody vouches for", async () => {
  await using smtp = await startSmtpListener({ tls: "starttls" });
  const failure = await failureAt(smtp.port);
  assert.match(String(failure?.message), /certificate/i);
  assert.deepEqual(kindOf(failure), PASSING);
  assert.equal(smtp.mails.length, 0);
});

Deno.test("smtpMailer() logs in in plain text on this machine only", async () => {
  await using smtp = await startSmtpListener({ login: LOGIN });
  assert.equal(await failureAt(smtp.port, { credentials: LOGIN }), null);
  // Another name of this machine that does not look like one.
  const failure = await failureAt(smtp.port, { credentials: LOGIN, host: "0.0.0.0" });
  assert.equal(
    failure?.message,
    `the mail server 0.0.0.0:${smtp.port} offers no TLS, and a password is not sent there in ` +
      "plain text",
  );
  assert.deepEqual(kindOf(failure), REFUSED);
  assert.equal(smtp.mails.length, 1);
});

Deno.test("smtpMailer() tells a wrong login, without the password", async () => {
  // The listener repeats the password in its answer, as careless servers do.
  await using smtp = await startSmtpListener({ login: { ...LOGIN, password: "another" } });
  const failure = await failureAt(smtp.port, { credentials: LOGIN });
  assert.match(
    String(failure?.message),
    /Invalid login: 535 no entry for monlight with \[secret\]/,
  );
  assert.deepEqual(kindOf(failure), REFUSED);
});

Deno.test("smtpMailer() tells that a server wants no login", async () => {
  await using smtp = await startSmtpListener();
  const failure = await failureAt(smtp.port, { credentials: LOGIN });
  assert.match(String(failure?.message), /^the mail server localhost:\d+: Invalid login: 5\d\d/);
  assert.deepEqual(kindOf(failure), REFUSED);
});

const REFUSALS: readonly [string, SmtpListenerOptions, ReturnType<typeof kindOf>][] = [
  ["550 to the recipient", { refuseRecipient: () => 550 }, { permanent: true, everyMail: false }],
  ["450 to the recipient", { refuseRecipient: () => 450 }, { permanent: false, everyMail: false }],
  ["554 to the mail", { refuseData: () => 554 }, { permanent: true, everyMail: false }],
  ["451 to the mail", { refuseData: () => 451 }, { permanent: false, everyMail: false }],
  ["421 to the mail", { refuseData: () => 421 }, PASSING],
  ["530, a login is wanted", { login: LOGIN }, { permanent: true, everyMail: false }],
];

for (const [name, options, kind] of REFUSALS) {
  Deno.test(`smtpMailer() classifies ${name}`, async () => {
    await using smtp = await startSmtpListener(options);
    const failure = await failureAt(smtp.port);
    assert.deepEqual(kindOf(failure), kind, failure?.message);
    assert.match(String(failure?.message), new RegExp(`: ${name.slice(0, 3)} `));
  });
}

Deno.test("smtpMailer() fails passingly when nobody listens", async () => {
  const port = closedPort();
  const failure = await failureAt(port);
  assert.match(String(failure?.message), new RegExp(`localhost:${port}: .*refused`, "i"));
  assert.deepEqual(kindOf(failure), PASSING);
});

Deno.test("smtpMailer() gives up waiting for a silent server", async () => {
  await using silent = startSilentListener();
  const failure = await failureAt(silent.port, { timeoutMs: 50 });
  assert.equal(
    failure?.message,
    `the mail server localhost:${silent.port} did not answer within 0.05 s`,
  );
  assert.deepEqual(kindOf(failure), PASSING);
});

Deno.test("smtpMailer() stops at once when aborted", async () => {
  await using silent = startSilentListener();
  const abort = new AbortController();
  const sending = mailerAt(silent.port).send(MAIL, "ops@example.com", abort.signal);
  await silent.accepted(1);
  abort.abort(new Error("shutting down"));
  await assert.rejects(sending, { message: "shutting down" });
});

Deno.test("isLoopback() knows this machine by its names and numbers alone", () => {
  for (const host of ["localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "::1", "[::1]"]) {
    assert.equal(isLoopback(host), true, host);
  }
  for (const host of ["localhost.example.com", "mail", "127.0.0.1.example.com", "10.0.0.1", ""]) {
    assert.equal(isLoopback(host), false, host);
  }
});
