/** What a row of the list shows of a line. Pure: the server and the islands share it. */
import { ansiRuns } from "./ansi.ts";
import { KEPT_CHARACTERS, type Line } from "./line.ts";
import { cutRuns, findMatches, type Highlight, markMatches, type Run, textOf } from "./runs.ts";

/** Characters of a row of one line; more than fits 1,600 px. */
const ROW_CHARACTERS = 180;
/** Characters of a wrapped row, and lines; the rest is a click away. */
export const WRAPPED_CHARACTERS = 1500;
export const WRAPPED_LINES = 30;
/** Characters of a row that are in view on most screens, where it is not known how many are. */
export const USUAL_COLUMNS = 90;
/** How much of them the beginning takes where a search found something further on, and what is before that. */
const HEAD_SHARE = 0.4;
const LEAD_SHARE = 0.2;
/** Characters between them, and behind what was found. */
const MARGIN = 12;
/** Pieces of one row that may look different; what follows is plain. */
const MAX_RUNS = 60;

const MUTED = "muted";

export interface Preview {
  readonly runs: readonly Run[];
  /** Lines of the message that are not shown. */
  readonly hiddenLines: number;
  /** Whether anything of the message is not shown. */
  readonly isCut: boolean;
}

/**
 * A row of one line: the first line of a message in its colours, of a JSON message what it says and then
 * its fields. Where a search found only something that is not within the `columns` characters in view, that
 * is shown behind the beginning.
 */
export function rowPreview(
  line: Line,
  highlights: readonly Highlight[],
  columns: number = USUAL_COLUMNS,
): Preview {
  const json = jsonRuns(line);
  const runs = json !== null && !missesMatch(json, line, highlights) ? json : firstLineRuns(line);
  const text = textOf(runs);
  const isFound = findMatches(text.slice(0, columns), highlights).length > 0;
  const found = isFound ? runs : furtherOn(line, runs, highlights, columns);
  return {
    runs: markMatches(bounded(cutRuns(found, ROW_CHARACTERS)), highlights),
    hiddenLines: line.lineCount - 1,
    isCut: line.lineCount > 1 || line.isCut || text.length > ROW_CHARACTERS,
  };
}

/** A wrapped row: the message with its line breaks, to a measure. */
export function wrappedPreview(line: Line, highlights: readonly Highlight[]): Preview {
  const json = jsonRuns(line);
  const whole = json !== null && !missesMatch(json, line, highlights) ? json : allRuns(line);
  const { runs, lines } = firstLines(whole, WRAPPED_LINES);
  const length = textOf(runs).length;
  const hiddenLines = json === null ? Math.max(0, line.lineCount - lines) : 0;
  return {
    runs: markMatches(bounded(cutRuns(runs, WRAPPED_CHARACTERS)), highlights),
    hiddenLines,
    isCut: hiddenLines > 0 || line.isCut || length > WRAPPED_CHARACTERS,
  };
}

function firstLineRuns(line: Line): readonly Run[] {
  const end = (text: string) => {
    const at = text.indexOf("\n");
    return at < 0 ? text.length : at;
  };
  return line.raw === ""
    ? plain(line.text.slice(0, end(line.text)))
    : ansiRuns(line.raw.slice(0, end(line.raw)));
}

function allRuns(line: Line): readonly Run[] {
  return line.raw === "" ? plain(line.text.trimEnd()) : ansiRuns(line.raw.trimEnd());
}

function plain(text: string): readonly Run[] {
  return [{ text: text.replace(/\r$/, ""), style: "" }];
}

/** Whether a search found something in the message that is not in these runs. */
function missesMatch(
  runs: readonly Run[],
  line: Line,
  highlights: readonly Highlight[],
): boolean {
  return findMatches(textOf(runs), highlights).length === 0 &&
    findMatches(line.text, highlights).length > 0;
}

/** The beginning of a message, and where the search found something in it. */
function furtherOn(
  line: Line,
  runs: readonly Run[],
  highlights: readonly Highlight[],
  columns: number,
): readonly Run[] {
  const [match] = findMatches(line.text, highlights);
  if (!match) return runs;
  const head = cutRuns(runs, Math.floor(columns * HEAD_SHARE));
  const lineStart = line.text.lastIndexOf("\n", match.start) + 1;
  const room = columns - textOf(head).length - (match.end - match.start) - MARGIN;
  const lead = Math.max(room, Math.floor(columns * LEAD_SHARE));
  const start = match.start - lead;
  // The beginning of its own line is worth a few characters more.
  const word = start - lineStart < MARGIN ? lineStart : wordStart(line.text, start, match.start);
  const end = line.text.indexOf("\n", match.end);
  const found = line.text.slice(word, end < 0 ? undefined : end).trimStart();
  const gap = textOf(head).endsWith("…") ? " " : " … ";
  return [...head, { text: gap, style: MUTED }, ...plain(found)];
}

/** Where the next word begins, if that is before `end`. */
function wordStart(text: string, start: number, end: number): number {
  const blank = text.slice(start, end).search(/\s\S/);
  return blank < 0 ? start : start + blank + 1;
}

/** Names under which loggers write what they have to say; these and the others are in lower case. */
const MESSAGE_NAMES: ReadonlySet<string> = new Set([
  "msg",
  "message",
  "event",
  "log",
  "text",
  "@m",
]);
/** Names of what stands in the columns beside it already. */
const COLUMN_NAMES: ReadonlySet<string> = new Set([
  ...["level", "severity", "lvl", "levelname", "log.level", "loglevel", "log_level", "@level"],
  ...["@l", "time", "ts", "timestamp", "@timestamp", "@t", "datetime", "date", "v"],
]);

/** A JSON message as what it says and its fields; null when it is none, or says nothing. */
function jsonRuns(line: Line): readonly Run[] | null {
  const { text } = line;
  if (!text.startsWith("{") || text.length >= KEPT_CHARACTERS || line.raw !== "") return null;
  const object = parseObject(text);
  if (object === null) return null;
  const entries: [string, unknown][] = Object.entries(object);
  const said = entries.find(([name, value]) =>
    MESSAGE_NAMES.has(name.toLowerCase()) && typeof value === "string" && value !== ""
  );
  if (!said) return null;
  const fields = entries
    .filter((entry) => entry !== said && !COLUMN_NAMES.has(entry[0].toLowerCase()))
    .map(([name, value]) => ` ${name}=${valueText(value)}`).join("");
  const says = { text: String(said[1]).replaceAll(/\s*\n\s*/g, " ↵ "), style: "" };
  return fields === "" ? [says] : [says, { text: ` ${fields}`, style: MUTED }];
}

function parseObject(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : null;
  } catch {
    return null;
  }
}

function valueText(value: unknown): string {
  if (typeof value === "string") return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
  return JSON.stringify(value);
}

function firstLines(
  runs: readonly Run[],
  max: number,
): { readonly runs: readonly Run[]; readonly lines: number } {
  const kept: Run[] = [];
  let lines = 1;
  for (const run of runs) {
    let end = -1;
    while (lines <= max && (end = run.text.indexOf("\n", end + 1)) >= 0) lines++;
    if (lines > max) {
      kept.push({ ...run, text: run.text.slice(0, end < 0 ? 0 : end) });
      return { runs: kept, lines: max };
    }
    kept.push(run);
  }
  return { runs: kept, lines };
}

/** At most so many runs that look different: a row of a thousand colours would be slow to draw. */
function bounded(runs: readonly Run[]): readonly Run[] {
  if (runs.length <= MAX_RUNS) return runs;
  const rest = runs.slice(MAX_RUNS).map(({ text }) => text).join("");
  return [...runs.slice(0, MAX_RUNS), { text: rest, style: "" }];
}
