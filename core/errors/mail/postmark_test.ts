import assert from "node:assert/strict";
import { closedPort } from "../../../tests/support/smtp_listener.ts";
import {
  postmarkError,
  type PostmarkOptions,
  startPostmark,
} from "../../../tests/support/postmark_stand_in.ts";
import { MailError } from "./mailer.ts";
import { postmarkMailer } from "./postmark.ts";

const MAIL = { subject: "[shop] KeyError: 'sku'", text: "It failed.", html: "<p>It failed.</p>" };
const TOKEN = "a-server-token";

function mailerAt(url: string, timeoutMs = 5000) {
  return postmarkMailer({
    url,
    token: TOKEN,
    from: "Monlight <alerts@example.com>",
    recipients: ["ops@example.com"],
    timeoutMs,
  });
}

/** What sending fails with, or null. */
async function failureAt(url: string, timeoutMs?: number): Promise<MailError | null> {
  const signal = new AbortController().signal;
  try {
    await mailerAt(url, timeoutMs).send(MAIL, "ops@example.com", signal);
    return null;
  } catch (error) {
    assert(error instanceof MailError, String(error));
    assert(!error.message.includes(TOKEN), error.message);
    return error;
  }
}

Deno.test("postmarkMailer() posts the mail as Postmark wants it", async () => {
  await using postmark = startPostmark({ token: TOKEN });
  assert.equal(await failureAt(postmark.url), null);
  const [request] = postmark.requests;
  assert.equal(request?.method, "POST");
  assert.equal(request.path, "/email");
  assert.equal(request.headers.get("Content-Type"), "application/json");
  assert.equal(request.headers.get("X-Postmark-Server-Token"), TOKEN);
  assert.deepEqual(request.body, {
    From: "Monlight <alerts@example.com>",
    To: "ops@example.com",
    Subject: "[shop] KeyError: 'sku'",
    TextBody: "It failed.",
    HtmlBody: "<p>It failed.</p>",
    MessageStream: "outbound",
  });
});

Deno.test("postmarkMailer() keeps line breaks out of the subject", async () => {
  await using postmark = startPostmark();
  const mail = { ...MAIL, subject: "one\r\nBcc: all@example.com" };
  await mailerAt(postmark.url).send(mail, "ops@example.com", new AbortController().signal);
  assert.equal(postmark.requests[0]?.body.Subject, "one Bcc: all@example.com");
});

Deno.test("postmarkMailer() tells a bad token, without showing it", async () => {
  await using postmark = startPostmark({ token: "another" });
  const failure = await failureAt(postmark.url);
  assert.equal(
    failure?.message,
    "Postmark answered 401: The Server Token [secret] is invalid",
  );
  assert.deepEqual([failure.permanent, failure.everyMail], [true, true]);
});

const inactive = "You tried to send to a recipient that has been marked as inactive";
const ANSWERS: readonly [string, () => Response, { permanent: boolean; everyMail: boolean }][] = [
  ["422, the recipient", () => postmarkError(422, 406, inactive), {
    permanent: true,
    everyMail: false,
  }],
  ["408", () => new Response("", { status: 408 }), { permanent: false, everyMail: true }],
  ["429", () => postmarkError(429, 429, "Too many"), { permanent: false, everyMail: true }],
  ["500", () => new Response("<h1>Oops</h1>", { status: 500 }), {
    permanent: false,
    everyMail: true,
  }],
  ["503", () => postmarkError(503, 100, "Maintenance"), { permanent: false, everyMail: true }],
  ["a redirect", () => new Response(null, { status: 307, headers: { Location: "/elsewhere" } }), {
    permanent: true,
    everyMail: true,
  }],
];

for (const [name, answer, kind] of ANSWERS) {
  Deno.test(`postmarkMailer() classifies ${name}`, async () => {
    const options: PostmarkOptions = { answer };
    await using postmark = startPostmark(options);
    const failure = await failureAt(postmark.url);
    assert.deepEqual({ permanent: failure?.permanent, everyMail: failure?.everyMail }, kind);
    assert.match(String(failure?.message), /^Postmark answered \d{3}/);
    assert.equal(postmark.requests.length, 1, "nothing is followed or repeated");
  });
}

Deno.test("postmarkMailer() quotes at most a line of a long answer", async () => {
  const page = `<h1>\n${"x".repeat(5000)}</h1>`;
  await using postmark = startPostmark({ answer: () => new Response(page, { status: 502 }) });
  const failure = await failureAt(postmark.url);
  assert.match(String(failure?.message), /^Postmark answered 502: <h1> x{295}…$/);
});

Deno.test("postmarkMailer() fails passingly when nobody listens", async () => {
  const failure = await failureAt(`http://127.0.0.1:${closedPort()}`);
  assert.match(String(failure?.message), /^Postmark could not be reached: /);
  assert.deepEqual([failure?.permanent, failure?.everyMail], [false, true]);
});

Deno.test("postmarkMailer() gives up waiting after its timeout", async () => {
  await using postmark = startPostmark({ answer: () => "never" });
  const failure = await failureAt(postmark.url, 50);
  assert.equal(failure?.message, "Postmark did not answer within 0.05 s");
  assert.deepEqual([failure.permanent, failure.everyMail], [false, true]);
});

Deno.test("postmarkMailer() stops at once when aborted", async () => {
  await using postmark = startPostmark({ answer: () => "never" });
  const abort = new AbortController();
  const sending = mailerAt(postmark.url).send(MAIL, "ops@example.com", abort.signal);
  await postmark.received(1);
  abort.abort(new Error("shutting down"));
  await assert.rejects(sending, { message: "shutting down" });
});
