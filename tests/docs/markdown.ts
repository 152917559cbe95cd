/** As much of Markdown as the tests of the documents need to read. */
import assert from "node:assert/strict";

/**
 * The text under a heading such as `## Limits`, up to the next one of its level or above. Throws when there
 * is no such heading.
 */
export function section(text: string, heading: string): string {
  const lines = text.split("\n");
  const start = lines.indexOf(heading);
  assert.notEqual(start, -1, `No heading ${heading}`);
  const level = heading.indexOf(" ");
  let fenced = false;
  const end = lines.findIndex((line, at) => {
    if (line.startsWith("```")) fenced = !fenced;
    return at > start && !fenced && /^#+ /.test(line) && line.indexOf(" ") <= level;
  });
  return lines.slice(start + 1, end < 0 ? undefined : end).join("\n");
}

/** Rows of the tables in a text, without heads, cell by cell. */
export function tableRows(text: string): string[][] {
  const lines = text.split("\n");
  return lines
    .filter((line, at) => line.startsWith("|") && !isRule(line) && !isRule(lines[at + 1] ?? ""))
    .map((line) => line.slice(1, -1).split(/(?<!\\)\|/).map((cell) => cell.trim()));
}

function isRule(line: string): boolean {
  return /^\|[\s|:-]+\|$/.test(line);
}

/** A text without its fenced blocks. */
export function withoutBlocks(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, "");
}

/** Contents of the `code spans` of a text, fenced blocks left out. */
export function codeSpans(text: string): string[] {
  const prose = withoutBlocks(text);
  return [...prose.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? "");
}

/** Fenced blocks of a language, in order. */
export function blocks(text: string, language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm");
  return [...text.matchAll(fence)].map((match) => match[1] ?? "");
}

/** Where GitHub lets a link lead within a file. */
export function anchors(text: string): Set<string> {
  const prose = withoutBlocks(text);
  return new Set(
    [...prose.matchAll(/^#+ (.*)$/gm)].map((match) =>
      (match[1] ?? "").toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-")
    ),
  );
}
