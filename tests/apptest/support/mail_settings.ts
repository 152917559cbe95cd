/** Variables that make the Error Tracker send its alerts to a stand-in. */

export const TEAM = ["ann@example.com", "bob@example.com"] as const;

export function postmarkMail(url: string, token = "token-1"): Record<string, string> {
  return {
    ALERT_EMAILS: TEAM.join(", "),
    POSTMARK_API_TOKEN: token,
    POSTMARK_FROM_EMAIL: "monlight@example.com",
    POSTMARK_URL: url,
  };
}

export function smtpMail(port: number): Record<string, string> {
  return {
    ALERT_EMAILS: TEAM.join(", "),
    SMTP_HOST: "127.0.0.1",
    SMTP_PORT: String(port),
    SMTP_FROM: "monlight@example.com",
  };
}
