import { describeError } from "../../failure.ts";
import {
  ANSWER_TIMEOUT_MS,
  DeadlinePassed,
  headerText,
  type Mailer,
  MailError,
  quoteReply,
  withDeadline,
} from "./mailer.ts";

export interface PostmarkOptions {
  /** Address of the API, without a slash at its end. */
  readonly url: string;
  readonly token: string;
  /** The sender: an address, or `Name <address>`. */
  readonly from: string;
  readonly recipients: readonly string[];
  /** Milliseconds for one request. */
  readonly timeoutMs?: number;
}

/** Sends by Postmark's API: https://postmarkapp.com/developer/api/email-api */
export function postmarkMailer(options: PostmarkOptions): Mailer {
  const { url, token, from, recipients, timeoutMs = ANSWER_TIMEOUT_MS } = options;

  const ask = async (path: string, init: RequestInit) => {
    const response = await fetch(url + path, {
      ...init,
      headers: {
        ...init.headers,
        "Accept": "application/json",
        "X-Postmark-Server-Token": token,
      },
      // A redirect would carry the token to another address.
      redirect: "manual",
    });
    if (response.ok) return await response.body?.cancel();
    const reply = quoteReply(sentenceOf(await response.text()), [token]);
    throw new MailError(
      `Postmark answered ${response.status}${reply === "" ? "" : `: ${reply}`}`,
      kindOf(response.status),
    );
  };

  const inTime = async (signal: AbortSignal, work: (both: AbortSignal) => Promise<void>) => {
    try {
      await withDeadline(timeoutMs, signal, work);
    } catch (error) {
      if (signal.aborted || error instanceof MailError) throw error;
      const why = error instanceof DeadlinePassed
        ? `Postmark did not answer within ${timeoutMs / 1000} s`
        : `Postmark could not be reached: ${quoteReply(describeError(error), [token])}`;
      throw new MailError(why, { permanent: false, everyMail: true });
    }
  };

  return {
    by: "postmark",
    recipients,
    send: (mail, recipient, signal) =>
      inTime(signal, (both) =>
        ask("/email", {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({
            From: from,
            To: recipient,
            Subject: headerText(mail.subject),
            TextBody: mail.text,
            HtmlBody: mail.html,
            MessageStream: "outbound",
          }),
          signal: both,
        })),
    // Which server a token belongs to: https://postmarkapp.com/developer/api/server-api
    check: () => inTime(new AbortController().signal, (both) => ask("/server", { signal: both })),
  };
}

/** What a status says of further attempts: a refusal stands, overload and breakdown pass. */
function kindOf(status: number) {
  const passing = status === 408 || status === 429 || status >= 500;
  // 400, 413 and 422 are about this mail; the others about the token, the address or the service.
  return { permanent: !passing, everyMail: ![400, 413, 422].includes(status) };
}

/** Postmark's own sentence from `{"ErrorCode":10,"Message":"…"}`, or the body as it came. */
function sentenceOf(body: string): string {
  try {
    const answer: unknown = JSON.parse(body);
    if (typeof answer === "object" && answer !== null && "Message" in answer) {
      return String(answer.Message);
    }
  } catch {
    // Not Postmark that answered; its words still help whoever reads the log.
  }
  return body;
}
