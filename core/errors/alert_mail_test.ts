import assert from "node:assert/strict";
import { alertMail, digestMail, sampleMail } from "./alert_mail.ts";
import type { ErrorSummary, Occurrence } from "./model.ts";

const BASE = "https://monlight.example.com";

const GROUP: ErrorSummary = {
  id: 12,
  fingerprint: "0123456789abcdef0123456789abcdef",
  fingerprint_version: 1,
  project: "shop",
  environment: "production",
  source: "server",
  exception_type: "ValueError",
  message: "invalid literal for int() with base 10: ''",
  location: "app/checkout.py:88 in parse_price",
  count: 1,
  first_seen: "2026-11-20T17:31:00.123Z",
  last_seen: "2026-11-20T17:31:00.123Z",
  resolved: false,
  resolved_at: null,
  reopened_at: null,
};

const OCCURRENCE: Occurrence = {
  id: 1,
  timestamp: "2026-11-20T17:31:00.123Z",
  environment: "production",
  request_url: "https://shop.example.com/checkout?step=2",
  request_method: "POST",
  request_headers: null,
  user_id: "user-7",
  extra: null,
  traceback: 'Traceback:\n  File "app/checkout.py", line 88, in parse_price\nValueError: invalid',
};

interface Changes {
  readonly kind?: "new" | "reopened";
  readonly group?: Partial<ErrorSummary>;
  readonly occurrence?: Partial<Occurrence>;
}

function mailOf({ kind = "new", group, occurrence }: Changes = {}) {
  return alertMail({
    kind,
    group: { ...GROUP, ...group },
    occurrence: { ...OCCURRENCE, ...occurrence },
  }, BASE);
}

Deno.test("alertMail() names project, type and message in the subject", () => {
  assert.equal(
    mailOf().subject,
    "[shop] ValueError: invalid literal for int() with base 10: ''",
  );
  assert.equal(
    mailOf({ kind: "reopened" }).subject,
    "[shop] Reopened: ValueError: invalid literal for int() with base 10: ''",
  );
});

const long = "x".repeat(49);
const SUBJECTS: readonly [string, string, string][] = [
  ["cuts the message after 50 characters", "0123456789".repeat(6), "0123456789".repeat(5)],
  ["counts an emoji as one character", "🛒".repeat(60), "🛒".repeat(50)],
  ["counts Chinese by character", "错误".repeat(30), "错误".repeat(25)],
  ["does not part a letter and its accent", `${long}e\u0301`, long],
  ["does not break a flag", `${long}🇩🇪`, long],
  ["folds line breaks", "one\ntwo\r\nthree\u2028four", "one two three four"],
  ["folds before it cuts", `one\r\n${long}`, `one ${"x".repeat(46)}`],
  ["leaves room for nothing when there is no message", "", ""],
];

for (const [does, message, shown] of SUBJECTS) {
  Deno.test(`alertMail() ${does} in the subject`, () => {
    assert.equal(mailOf({ group: { message } }).subject, `[shop] ValueError: ${shown}`);
  });
}

Deno.test("alertMail() lets no line break from project or type into the subject", () => {
  const group = { project: "shop\r\nBcc: x@example.com", exception_type: "A\nB", message: "m" };
  assert.equal(mailOf({ group }).subject, "[shop Bcc: x@example.com] A B: m");
});

Deno.test("alertMail() tells everything in text and HTML", () => {
  const mail = mailOf({ group: { count: 3 } });
  for (
    const part of [
      "shop",
      "production",
      "ValueError",
      "POST https://shop.example.com/checkout?step=2",
      "user-7",
      "2026-11-20 17:31:00 UTC",
      "3 times",
      "line 88, in parse_price",
      `${BASE}/errors/12`,
    ]
  ) {
    assert(mail.text.includes(part), `text: ${part}`);
    assert(mail.html.includes(part), `html: ${part}`);
  }
  assert(mail.text.includes(GROUP.message));
  assert(mail.html.includes("with base 10: &#39;&#39;"));
  assert.match(mail.text, /^New error\n/);
  assert.match(mailOf({ kind: "reopened" }).text, /^Reopened error\n/);
});

Deno.test("alertMail() leaves out what is not known", () => {
  const mail = mailOf({
    occurrence: { request_method: null, request_url: null, user_id: null, traceback: "" },
  });
  assert(!/Request|User|null|<pre/.test(mail.text + mail.html));
});

Deno.test("alertMail() names the page where a browser failed", () => {
  const mail = mailOf({ occurrence: { request_method: "BROWSER" } });
  assert.match(mail.text, /^Page: +https:\/\/shop\.example\.com\/checkout\?step=2$/m);
});

Deno.test("alertMail() escapes all that was reported", () => {
  const evil = `</pre><script>alert("1")</script><img src=x onerror='alert(1)'>&amp;`;
  const mail = mailOf({
    group: { project: evil, exception_type: evil, message: evil },
    occurrence: {
      environment: evil,
      request_url: evil,
      request_method: evil,
      user_id: evil,
      traceback: evil,
    },
  });
  assert(!/<(script|img)/i.test(mail.html));
  assert.equal(mail.html.match(/<\/pre>/g)?.length, 1);
  // Title, type, message, project, environment, method and URL, user, traceback.
  const escaped = "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;";
  assert(mail.html.split(escaped).length - 1 >= 8);
  assert(mail.html.includes("onerror=&#39;alert(1)&#39;&gt;&amp;amp;"));
  assert(mail.text.includes(evil), "the text stays as it is");
});

Deno.test("alertMail() makes no link of a reported URL", () => {
  const mail = mailOf({ occurrence: { request_url: "javascript:alert(1)" } });
  assert.deepEqual([...mail.html.matchAll(/href="([^"]*)"/g)].map((one) => one[1]), [
    `${BASE}/errors/12`,
  ]);
});

Deno.test("alertMail() cuts a huge message and a huge traceback", () => {
  const traceback = `${"  at f (app.js:1:1)\n".repeat(50_000)}the end`;
  const mail = mailOf({ group: { message: "y".repeat(200_000) }, occurrence: { traceback } });
  assert(mail.text.length < 25_000 && mail.html.length < 30_000);
  assert.match(mail.text, /\[… \d+ characters left out; the page of the error has all of it …\]/);
  assert.match(mail.text, /the end\n$/);
});

Deno.test("digestMail() lists the groups and says how many more there are", () => {
  const groups = Array.from({ length: 50 }, (_, at) => ({
    ...GROUP,
    kind: "new" as const,
    id: at + 1,
    count: at + 1,
    exception_type: `Error${at + 1}`,
    message: `<b>${at + 1}</b>\nfailed`,
  }));
  const mail = digestMail({ groups, total: 75 }, BASE);
  assert.equal(mail.subject, "[Monlight] 75 more new errors");
  for (const at of [1, 50]) {
    assert(
      mail.text.includes(
        `Error${at}: <b>${at}</b> failed\nshop, ${at === 1 ? "once" : "50 times"}\n`,
      ),
    );
    assert(mail.text.includes(`${BASE}/errors/${at}\n`));
    assert(mail.html.includes(`href="${BASE}/errors/${at}"`));
    assert(mail.html.includes(`&lt;b&gt;${at}&lt;/b&gt; failed`));
  }
  assert(mail.text.includes("And 25 more."));
  assert(mail.html.includes("And 25 more."));
  assert(!mail.html.includes("<b>"));
});

Deno.test("digestMail() counts and names what it holds", () => {
  const fresh = { ...GROUP, kind: "new" as const };
  const back = { ...GROUP, kind: "reopened" as const };
  assert.equal(
    digestMail({ groups: [fresh], total: 1 }, BASE).subject,
    "[Monlight] 1 more new error",
  );
  assert.equal(
    digestMail({ groups: [back, back], total: 2 }, BASE).subject,
    "[Monlight] 2 more reopened errors",
  );
  const both = digestMail({ groups: [fresh, back], total: 2 }, BASE);
  assert.equal(both.subject, "[Monlight] 2 more new and reopened errors");
  assert(both.text.includes("Reopened: ValueError: "));
  assert(!both.text.includes("more."), "nothing is left out");
});

Deno.test("sampleMail() looks like an alert and says that it is a test", () => {
  const mail = sampleMail(BASE);
  assert.match(mail.subject, /^\[Monlight\] TestAlert: /);
  assert.match(mail.text, /Nothing has failed/);
  assert(mail.html.includes(`href="${BASE}/errors"`));
});
