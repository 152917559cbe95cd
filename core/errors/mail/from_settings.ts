import type { errorSettings } from "../settings.ts";
import type { SettingValues } from "../../settings.ts";
import type { Mailer } from "./mailer.ts";
import { postmarkMailer } from "./postmark.ts";
import { smtpMailer } from "./smtp.ts";

export type MailSettings = Pick<
  SettingValues<typeof errorSettings>,
  | "alertEmails"
  | "postmarkApiToken"
  | "postmarkFromEmail"
  | "postmarkUrl"
  | "smtpHost"
  | "smtpPort"
  | "smtpUsername"
  | "smtpPassword"
  | "smtpFrom"
>;

/** The way alerts are sent, or the first setting that is missing before they can be. */
export type MailSetup = { readonly mailer: Mailer } | { readonly missing: string };

/** The way to send mail that the settings give; Postmark where they give both. */
export function mailFromSettings(values: MailSettings): MailSetup {
  if (values.alertEmails.length === 0) return { missing: "ALERT_EMAILS" };
  const postmark = postmarkFrom(values);
  if (typeof postmark === "object") return { mailer: postmark };
  const smtp = smtpFrom(values);
  if (typeof smtp === "object") return { mailer: smtp };
  return { missing: postmark ?? smtp ?? "POSTMARK_API_TOKEN or SMTP_HOST" };
}

/** The mailer, what it lacks, or undefined where none of its settings is there. */
function postmarkFrom(values: MailSettings): Mailer | string | undefined {
  const { alertEmails, postmarkApiToken, postmarkFromEmail, postmarkUrl } = values;
  if (postmarkApiToken === null && postmarkFromEmail === null) return undefined;
  if (postmarkApiToken === null) return "POSTMARK_API_TOKEN";
  if (postmarkFromEmail === null) return "POSTMARK_FROM_EMAIL";
  return postmarkMailer({
    url: postmarkUrl,
    token: postmarkApiToken,
    from: postmarkFromEmail,
    recipients: alertEmails,
  });
}

/** As above. */
function smtpFrom(values: MailSettings): Mailer | string | undefined {
  const { alertEmails, smtpHost, smtpPort, smtpUsername, smtpPassword, smtpFrom } = values;
  if ([smtpHost, smtpUsername, smtpPassword, smtpFrom].every((value) => value === null)) {
    return undefined;
  }
  if (smtpHost === null) return "SMTP_HOST";
  if (smtpFrom === null) return "SMTP_FROM";
  if (smtpUsername === null && smtpPassword !== null) return "SMTP_USERNAME";
  if (smtpPassword === null && smtpUsername !== null) return "SMTP_PASSWORD";
  return smtpMailer({
    host: smtpHost,
    port: smtpPort,
    credentials: smtpUsername === null || smtpPassword === null
      ? null
      : { username: smtpUsername, password: smtpPassword },
    from: smtpFrom,
    recipients: alertEmails,
  });
}
