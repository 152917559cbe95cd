import type { ErrorDetail, Occurrence } from "../../core/errors/model.ts";
import { exactCount, oneLine } from "../format.ts";
import { errorPath } from "../links.ts";
import { releaseOf } from "./occurrence.ts";

/**
 * A group and one of its occurrences for an issue or a chat. Headers stay out: they may hold what does
 * not belong there.
 */
export function errorMarkdown(
  group: ErrorDetail,
  occurrence: Occurrence | undefined,
  origin: string,
): string {
  const heading = group.message === ""
    ? group.exception_type
    : `${group.exception_type}: ${oneLine(group.message, 120)}`;
  const blocks = [
    `## ${escaped(oneLine(heading, 300))}`,
    facts(group, occurrence, origin).map(([name, value]) => `- **${name}:** ${value}`).join("\n"),
  ];
  if (group.message.length > 120 || group.message.includes("\n")) {
    blocks.push(fenced(group.message));
  }
  if (occurrence && occurrence.traceback !== "") blocks.push(fenced(occurrence.traceback));
  if (occurrence?.extra && Object.keys(occurrence.extra).length > 0) {
    blocks.push(`Extra:\n\n${fenced(JSON.stringify(occurrence.extra, null, 2), "json")}`);
  }
  return `${blocks.join("\n\n")}\n`;
}

function facts(
  group: ErrorDetail,
  occurrence: Occurrence | undefined,
  origin: string,
): readonly (readonly [string, string])[] {
  const rows: [string, string | null | undefined][] = [
    ["Project", `${escaped(group.project)} (${escaped(group.environment)})`],
    ["Events", `${exactCount(group.count)}, first ${group.first_seen}, last ${group.last_seen}`],
    ["Location", group.location && code(group.location)],
    ["Release", occurrence && releaseOf(occurrence) && code(releaseOf(occurrence) ?? "")],
    ["Request", occurrence && requestLine(occurrence)],
    ["User", occurrence?.user_id && code(occurrence.user_id)],
    ["Fingerprint", code(group.fingerprint)],
    ["Link", origin + errorPath(group.id)],
  ];
  return rows.flatMap(([name, value]) => value ? [[name, value] as const] : []);
}

function requestLine({ request_method, request_url }: Occurrence): string | null {
  const line = [request_method, request_url].filter((part) => part !== null).join(" ");
  return line === "" ? null : code(line);
}

/** Text between backticks, more of them than the text has in a row. */
function code(text: string): string {
  const line = oneLine(text, 2000);
  const fence = "`".repeat(longestRun(line) + 1);
  return fence.length > 1 ? `${fence} ${line} ${fence}` : `\`${line}\``;
}

function fenced(text: string, language = "text"): string {
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text.replace(/\n+$/, "")}\n${fence}`;
}

function longestRun(text: string): number {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return longest;
}

function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>#|~]/g, "\\$&");
}
