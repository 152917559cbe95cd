import assert from "node:assert/strict";
import { SettingsReader } from "../../settings.ts";
import { errorSettings } from "../settings.ts";
import { mailFromSettings } from "./from_settings.ts";

function setupOf(env: Record<string, string>) {
  const reader = new SettingsReader({ flags: {}, env, readFile: () => "" });
  const setup = mailFromSettings(reader.read(errorSettings));
  reader.finish();
  return "mailer" in setup
    ? { by: setup.mailer.by, recipients: setup.mailer.recipients }
    : setup.missing;
}

const TO = { ALERT_EMAILS: "a@example.com, b@example.com" };
const POSTMARK = { POSTMARK_API_TOKEN: "token", POSTMARK_FROM_EMAIL: "m@example.com" };
const SMTP = { SMTP_HOST: "mail", SMTP_FROM: "m@example.com" };

Deno.test("mailFromSettings() takes the way that is complete, Postmark first", () => {
  const recipients = ["a@example.com", "b@example.com"];
  assert.deepEqual(setupOf({ ...TO, ...POSTMARK }), { by: "postmark", recipients });
  assert.deepEqual(setupOf({ ...TO, ...SMTP }), { by: "smtp", recipients });
  assert.deepEqual(setupOf({ ...TO, ...SMTP, ...POSTMARK }), { by: "postmark", recipients });
  assert.deepEqual(setupOf({ ...TO, ...SMTP, POSTMARK_API_TOKEN: "t" }), {
    by: "smtp",
    recipients,
  });
});

const MISSING: readonly [string, Record<string, string>][] = [
  ["ALERT_EMAILS", {}],
  ["ALERT_EMAILS", { ...POSTMARK, ...SMTP }],
  ["POSTMARK_API_TOKEN or SMTP_HOST", TO],
  ["POSTMARK_API_TOKEN", { ...TO, POSTMARK_FROM_EMAIL: "m@example.com" }],
  ["POSTMARK_FROM_EMAIL", { ...TO, POSTMARK_API_TOKEN: "token" }],
  ["SMTP_HOST", { ...TO, SMTP_FROM: "m@example.com" }],
  ["SMTP_FROM", { ...TO, SMTP_HOST: "mail" }],
  ["SMTP_PASSWORD", { ...TO, ...SMTP, SMTP_USERNAME: "u" }],
  ["SMTP_USERNAME", { ...TO, ...SMTP, SMTP_PASSWORD: "p" }],
];

for (const [missing, env] of MISSING) {
  Deno.test(`mailFromSettings() misses ${missing} of ${Object.keys(env).join(", ") || "all"}`, () => {
    assert.equal(setupOf(env), missing);
  });
}
