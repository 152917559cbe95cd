/** How alerts read. Pure: what goes in is what the store knows, what comes out is a mail. */
import {
  type AlertKind,
  BROWSER_METHOD,
  type ErrorSummary,
  LIMITS,
  type Occurrence,
} from "./model.ts";
import type { AlertDigest, DueAlert } from "./store.ts";
import { firstCharacters } from "../text.ts";
import { cutTraceback, readable, shorten } from "./mail/excerpt.ts";
import { Html, html } from "./mail/html.ts";
import { headerText, type Mail } from "./mail/mailer.ts";

const SUBJECT_CHARACTERS = 50;
/** One less than the queue gives of a message, so that a longer one ends in an ellipsis. */
const MESSAGE_CHARACTERS = LIMITS.listedMessage - 1;
const DETAIL_CHARACTERS = 1000;
const DIGEST_CHARACTERS = 200;
const TRACEBACK_LENGTH = 20_000;

/** The mail about one new or reopened group; `baseUrl` is without a slash at its end. */
export function alertMail(
  alert: Pick<DueAlert, "kind" | "group" | "occurrence">,
  baseUrl: string,
): Mail {
  const { kind, group, occurrence } = alert;
  return pageOf({
    subject: subjectOf(kind, group),
    kind,
    lead: kind === "new" ? "New error" : "Reopened error",
    type: headerText(group.exception_type),
    message: shorten(readable(group.message), MESSAGE_CHARACTERS),
    details: detailsOf(group, occurrence),
    link: errorUrl(group, baseUrl),
    traceback: cutTraceback(readable(occurrence.traceback), TRACEBACK_LENGTH),
    note: "",
  });
}

/** The mail for what a storm held back. */
export function digestMail(
  digest: Pick<AlertDigest, "groups" | "total">,
  baseUrl: string,
): Mail {
  const { groups, total } = digest;
  const subject = `[Monlight] ${total} more ${kindsOf(groups)} error${total === 1 ? "" : "s"}`;
  const more = total - groups.length;
  const lines = groups.map((group) => ({
    reopened: group.kind === "reopened",
    type: headerText(group.exception_type),
    message: shorten(headerText(group.message), DIGEST_CHARACTERS),
    project: headerText(group.project),
    times: times(group.count),
    link: errorUrl(group, baseUrl),
  }));
  const lead = "Many errors came within a few minutes. These were gathered into one mail:";
  const rest = more > 0 ? `And ${more} more.` : "";
  return {
    subject,
    text: paragraphs([
      lead,
      ...lines.map((one) =>
        `${one.reopened ? "Reopened: " : ""}${one.type}: ${one.message}\n` +
        `${one.project}, ${one.times}\n${one.link}`
      ),
      rest,
      `All of them: ${baseUrl}/errors`,
    ]),
    html: documentOf(
      subject,
      html`
        <p style="margin:0 0 16px">${lead}</p>
        ${lines.map(digestLine)}
        <p style="margin:16px 0">${rest}</p>
        ${button(`${baseUrl}/errors`, "Open all in Monlight")}
      `,
    ),
  };
}

/** A sample alert, to see that alerts arrive. */
export function sampleMail(baseUrl: string): Mail {
  return pageOf({
    subject: "[Monlight] TestAlert: This is how an alert of Monlight looks",
    kind: "new",
    lead: "Test alert",
    type: "TestAlert",
    message: "This is how an alert of Monlight looks",
    details: [["Project", "sample"], ["Environment", "production"]],
    link: `${baseUrl}/errors`,
    traceback: 'File "app/sample.py", line 1, in sample\nTestAlert: This is how an alert looks',
    note: "Someone asked for this test. Nothing has failed, and alerts arrive here.",
  });
}

function subjectOf(kind: AlertKind, group: ErrorSummary): string {
  const reopened = kind === "reopened" ? "Reopened: " : "";
  const message = firstCharacters(headerText(group.message), SUBJECT_CHARACTERS);
  return `[${headerText(group.project)}] ${reopened}${
    headerText(group.exception_type)
  }: ${message}`;
}

type Details = readonly (readonly [name: string, value: string])[];

function detailsOf(group: ErrorSummary, occurrence: Occurrence): Details {
  const { request_method: method, request_url: url, user_id: user } = occurrence;
  const browser = method === BROWSER_METHOD;
  const request = [browser ? null : method, url].filter((part) => part !== null).join(" ");
  const details: Details = [
    ["Project", group.project],
    ["Environment", occurrence.environment],
    [browser ? "Page" : "Request", request],
    ["User", user ?? ""],
    ["First seen", dateTime(group.first_seen)],
    ["Seen", times(group.count)],
  ];
  return details.filter(([, value]) => value !== "")
    .map(([name, value]) => [name, shorten(headerText(value), DETAIL_CHARACTERS)]);
}

function errorUrl(group: ErrorSummary, baseUrl: string): string {
  return `${baseUrl}/errors/${group.id}`;
}

/** `2026-11-20T17:31:00.123Z` as people read it: `2026-11-20 17:31:00 UTC`. */
function dateTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}

function kindsOf(groups: AlertDigest["groups"]): string {
  const kinds = new Set(groups.map((group) => group.kind));
  if (kinds.size > 1) return "new and reopened";
  return kinds.has("reopened") ? "reopened" : "new";
}

interface Page {
  readonly subject: string;
  readonly kind: AlertKind;
  readonly lead: string;
  readonly type: string;
  readonly message: string;
  readonly details: Details;
  readonly link: string;
  readonly traceback: string;
  /** Said before all else; empty when there is nothing to say. */
  readonly note: string;
}

function pageOf(page: Page): Mail {
  return {
    subject: page.subject,
    text: textOf(page),
    html: documentOf(page.subject, bodyOf(page)),
  };
}

function textOf(page: Page): string {
  const { lead, type, message, details, link, traceback, note } = page;
  return paragraphs([
    note,
    `${lead}\n${type}: ${message}`,
    details.map(([name, value]) => `${`${name}:`.padEnd(13)}${value}`).join("\n"),
    link,
    traceback,
  ]);
}

function paragraphs(texts: readonly string[]): string {
  return texts.filter((text) => text !== "").join("\n\n") + "\n";
}

// Mail clients that turn mails dark invert plain text colours well and fixed ones badly. So nothing
// sets the colour of text or ground, except both together.
const MONOSPACE = "font:12.5px/20px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace";
const BROKEN_ANYWHERE = "white-space:pre-wrap;overflow-wrap:anywhere;word-break:break-word";

function bodyOf(page: Page): Html {
  const { kind, lead, type, message, details, link, traceback, note } = page;
  return html`
    ${note === "" ? [] : html`<p style="margin:0 0 16px">${note}</p>`}
    <p style="margin:0 0 12px">${badge(kind, lead)}</p>
    <h1 style="margin:0 0 4px;font-size:20px;line-height:28px;overflow-wrap:anywhere">${type}</h1>
    <p style="margin:0 0 16px;${BROKEN_ANYWHERE}">${message}</p>
    <table role="presentation" cellpadding="0" cellspacing="0" style="margin:0 0 20px;font-size:14px">
    ${details.map(detailRow)}
    </table>
    ${button(link, "Open in Monlight")}
    ${traceback === "" ? [] : tracebackBlock(traceback)}
  `;
}

function detailRow([name, value]: Details[number]): Html {
  return html`
    <tr>
      <td
        style="padding:2px 16px 2px 0;vertical-align:top;white-space:nowrap;opacity:.7">${name}</td>
      <td style="padding:2px 0;overflow-wrap:anywhere;word-break:break-word">${value}</td>
    </tr>
  `;
}

function tracebackBlock(traceback: string): Html {
  return html`
    <pre
      style="margin:20px 0 0;padding:12px;border:1px solid #888888;border-radius:6px;${MONOSPACE};${BROKEN_ANYWHERE}">${traceback}</pre>
  `;
}

function badge(kind: AlertKind, words: string): Html {
  const ground = kind === "new" ? "#b42318" : "#93470d";
  return html`
    <span
      style="display:inline-block;padding:1px 8px;border-radius:6px;background:${ground};color:#ffffff;font-size:12px;line-height:18px;font-weight:600">${words}</span>
  `;
}

function button(link: string, words: string): Html {
  return html`
    <p
      style="margin:0"><a href="${link}" style="display:inline-block;padding:8px 16px;border-radius:6px;background:#4b45c6;color:#ffffff;font-weight:600;text-decoration:none">${words}</a></p>
  `;
}

interface DigestLine {
  readonly reopened: boolean;
  readonly type: string;
  readonly message: string;
  readonly project: string;
  readonly times: string;
  readonly link: string;
}

function digestLine(line: DigestLine): Html {
  return html`
    <div
      style="padding:10px 0;border-top:1px solid #888888;overflow-wrap:anywhere;word-break:break-word">
    ${line.reopened ? badge("reopened", "Reopened") : []}
    <a href="${line.link}" style="font-weight:600;color:inherit">${line.type}</a>
    <div>${line.message}</div>
    <div style="opacity:.7">${line.project}, ${line.times}</div>
    </div>
  `;
}

function documentOf(title: string, body: Html): string {
  return html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <meta name="color-scheme" content="light dark">
        <meta name="supported-color-schemes" content="light dark">
        <title>${title}</title>
      </head>
      <body
        style="margin:0;padding:24px 16px;font:14px/20px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif">
        <div style="max-width:680px;margin:0 auto">${body}</div>
      </body>
    </html>
  `.markup;
}
