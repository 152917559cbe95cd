import { describeError } from "../../core/failure.ts";
import { mailFromSettings, type MailSettings } from "../../core/errors/mail/from_settings.ts";
import { MailError } from "../../core/errors/mail/mailer.ts";
import { fail, type Finding, ok, warn } from "../finding.ts";

const CHECK = "errors mail";

/** Whether alerts can be sent, as far as that shows without sending any. */
export async function diagnoseMail(values: MailSettings): Promise<readonly Finding[]> {
  const setup = mailFromSettings(values);
  if ("missing" in setup) return [unconfigured(values, setup.missing)];
  const { by, recipients } = setup.mailer;
  const server = by === "postmark" ? "Postmark" : `${values.smtpHost}:${values.smtpPort}`;
  try {
    await setup.mailer.check();
    return [ok(CHECK, `${server} takes mail from us; alerts go to ${recipients.join(", ")}`)];
  } catch (error) {
    const why = error instanceof MailError ? error.message : describeError(error);
    const advice = by === "postmark"
      ? "Check POSTMARK_API_TOKEN, and that this machine may connect to Postmark"
      : "Check SMTP_HOST, SMTP_PORT and the credentials, and that this machine may connect there";
    return [fail(CHECK, `Alerts cannot be sent: ${why}`, advice)];
  }
}

/** Without any setting alerts are off; with some of them one was forgotten. */
function unconfigured(values: MailSettings, missing: string): Finding {
  const given = [
    ...values.alertEmails,
    values.postmarkApiToken,
    values.postmarkFromEmail,
    values.smtpHost,
    values.smtpUsername,
    values.smtpPassword,
    values.smtpFrom,
  ].some((value) => value !== null);
  return given
    ? warn(CHECK, `Alerts are off: ${missing} is not set`, `Set ${missing}, or none of the others`)
    : ok(CHECK, "Alerts are off: ALERT_EMAILS is not set");
}
