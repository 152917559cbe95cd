import { boolean, integer, list, secret, text, url } from "../setting_kinds.ts";
import { settings } from "../settings.ts";

/** The variables of the Error Tracker itself; those every service has are in `core/settings.ts`. */
export const errorSettings = settings({
  retentionDays: integer("RETENTION_DAYS", {
    help: "days a resolved group is kept; unresolved ones stay",
    fallback: 90,
    min: 1,
    max: 36500,
    shared: true,
  }),
  baseUrl: url("BASE_URL", {
    help: "address of this web interface, for links in mails",
    fallback: "http://localhost:5010",
  }),
  alertEmails: list("ALERT_EMAILS", {
    help: "who gets alerts: mail addresses, comma-separated",
    wants: "mail addresses separated by commas",
    check: (address) => /^[^\s@,<>]+@[^\s@,<>]+$/.test(address),
  }),
  alertOnReopen: boolean("ALERT_ON_REOPEN", {
    help: "alert too when a resolved group comes back",
    fallback: true,
  }),
  postmarkApiToken: secret("POSTMARK_API_TOKEN", {
    help: "server token of Postmark, to send alerts by its API",
  }),
  postmarkFromEmail: text("POSTMARK_FROM_EMAIL", { help: "sender of mails sent by Postmark" }),
  postmarkUrl: url("POSTMARK_URL", {
    help: "address of Postmark's API",
    fallback: "https://api.postmarkapp.com",
  }),
  smtpHost: text("SMTP_HOST", { help: "mail server, the other way to send alerts" }),
  smtpPort: integer("SMTP_PORT", {
    help: "its port; 465 speaks TLS at once, others by STARTTLS",
    fallback: 587,
    min: 1,
    max: 65535,
  }),
  smtpUsername: text("SMTP_USERNAME", { help: "user at the mail server, if it wants one" }),
  smtpPassword: secret("SMTP_PASSWORD", { help: "password of that user" }),
  smtpFrom: text("SMTP_FROM", { help: "sender of mails sent by SMTP" }),
});
