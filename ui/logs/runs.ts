/** Text in pieces that look alike. Pure: the server and the islands share it. */

export interface Run {
  readonly text: string;
  /** Classes, separated by blanks; empty for plain text. */
  readonly style: string;
  /** Whether a search found it. */
  readonly isMatch?: true;
}

/** A text that a search looked for, in small letters, and whether it must begin or end a word. */
export interface Highlight {
  readonly text: string;
  readonly wholeStart: boolean;
  readonly wholeEnd: boolean;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Matches marked in one text; what comes after them is left as it is. */
const MAX_MATCHES = 200;
const WORD = /[a-z0-9]/;

/** Where a search's texts stand in a text, in order and without overlaps. */
export function findMatches(text: string, highlights: readonly Highlight[]): readonly Span[] {
  if (highlights.length === 0 || text === "") return [];
  const lower = lowerCase(text);
  const found: Span[] = [];
  for (const { text: wanted, wholeStart, wholeEnd } of highlights) {
    if (wanted === "") continue;
    for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, at + 1)) {
      const end = at + wanted.length;
      if (wholeStart && WORD.test(lower.charAt(at - 1))) continue;
      if (wholeEnd && WORD.test(lower.charAt(end))) continue;
      found.push({ start: at, end });
      if (found.length >= MAX_MATCHES) break;
    }
  }
  return merged(found.sort((one, other) => one.start - other.start));
}

/** The same runs, cut where a search's matches begin and end. */
export function markMatches(
  runs: readonly Run[],
  highlights: readonly Highlight[],
): readonly Run[] {
  const matches = findMatches(textOf(runs), highlights);
  if (matches.length === 0) return runs;
  const marked: Run[] = [];
  let start = 0;
  let next = 0;
  for (const run of runs) {
    const end = start + run.text.length;
    let at = start;
    while (at < end) {
      while ((matches[next]?.end ?? Infinity) <= at) next++;
      const match = matches[next];
      const isMatch = match !== undefined && match.start <= at;
      const stop = Math.min(end, (isMatch ? match.end : match?.start) ?? end);
      const text = run.text.slice(at - start, stop - start);
      marked.push(isMatch ? { text, style: run.style, isMatch } : { text, style: run.style });
      at = stop;
    }
    start = end;
  }
  return marked;
}

export function textOf(runs: readonly Run[]): string {
  return runs.map(({ text }) => text).join("");
}

/** The first `max` UTF-16 units of some runs, with an ellipsis where more follows. */
export function cutRuns(runs: readonly Run[], max: number): readonly Run[] {
  const kept: Run[] = [];
  let room = max;
  for (const run of runs) {
    if (run.text.length <= room) {
      kept.push(run);
      room -= run.text.length;
      continue;
    }
    // Half a character is none.
    const end = isHighSurrogate(run.text.charCodeAt(room - 1)) ? room - 1 : room;
    kept.push({ ...run, text: `${run.text.slice(0, end)}…` });
    break;
  }
  return kept;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

/** In small letters and as long as before: of some letters the small form is longer. */
function lowerCase(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower;
  return Array.from(text, (one) => {
    const small = one.toLowerCase();
    return small.length === one.length ? small : one;
  }).join("");
}

function merged(spans: readonly Span[]): readonly Span[] {
  const apart: Span[] = [];
  for (const span of spans) {
    const last = apart.at(-1);
    if (last && span.start <= last.end) {
      apart[apart.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    } else {
      apart.push(span);
    }
  }
  return apart;
}
