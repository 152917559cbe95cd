/** The words of golden cases: what stands between the blanks of a line. */
import assert from "node:assert/strict";
import { DAY, HOUR, isoTime, MINUTE, SECOND } from "../clock.ts";
import { readIsoTime } from "../iso_time.ts";
import type { Labels } from "./model.ts";

/** Blanks within quotes and braces are part of a word. */
const WORD = /(?:"(?:[^"\\]|\\.)*"|\{(?:"(?:[^"\\]|\\.)*"|[^"{}])*\}|[^\s"{}])+|(?<rest>\S.*)/g;
const LABEL = /\s*(?:"((?:[^"\\]|\\.)*)"|([^\s"=,{}]+))="((?:[^"\\]|\\.)*)"\s*(,|$)/y;
const NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/;
const DURATION = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const DURATION_UNITS = [DAY, HOUR, MINUTE, SECOND, 1];
const DAY_LENGTH = "2026-11-20".length;

/** A name of a metric, with labels. */
export interface Selector {
  readonly name: string;
  readonly labels: Labels;
}

export function wordsOf(line: string): readonly string[] {
  return line.matchAll(WORD).map(({ 0: word, groups }) => {
    assert.ok(groups?.rest === undefined, `A quote or a brace is not closed: ${word}`);
    return word;
  }).toArray();
}

/** `key=value`, its value without quotes; null for another word. */
export function optionOf(word: string): { readonly key: string; readonly value: string } | null {
  const [, key, value] = /^([a-z0-9_]+)=(.+)$/s.exec(word) ?? [];
  return key === undefined || value === undefined ? null : { key, value: unquoted(value) };
}

/** `name{label="value", "another label"="value"}`; the name may stand in quotes. */
export function selectorOf(word: string): Selector {
  const start = /^"(?:[^"\\]|\\.)*"|^[^{]*/.exec(word)?.[0] ?? "";
  const braces = word.slice(start.length);
  assert.match(braces, /^(\{.*\})?$/s, `'${word}' must be a name{label="value"}`);
  return { name: unquoted(start), labels: labelsOf(braces.slice(1, -1)) };
}

function labelsOf(text: string): Labels {
  const labels: [string, string][] = [];
  for (let at = 0; text.slice(at).trim() !== "";) {
    LABEL.lastIndex = at;
    const [part = "", quoted, plain, value] = LABEL.exec(text) ?? [];
    assert.notEqual(part, "", `'${text.slice(at)}' must be labels such as path="/a", method="GET"`);
    labels.push([
      quoted === undefined ? plain ?? "" : unquoted(`"${quoted}"`),
      unquoted(`"${value}"`),
    ]);
    at += part.length;
  }
  return Object.fromEntries(labels);
}

/** As `selectorOf` reads it: `{path="/a", method="GET"}`. */
export function showLabels(labels: Labels): string {
  const parts = Object.entries(labels).map(([name, value]) =>
    `${/^[^\s"=,{}]+$/.test(name) ? name : JSON.stringify(name)}=${JSON.stringify(value)}`
  );
  return `{${parts.join(", ")}}`;
}

/** Without its quotes, if it has some. */
export function unquoted(text: string): string {
  return text.startsWith('"') ? String(JSON.parse(text)) : text;
}

/** Numbers, `1..100` for all whole ones between (downwards too), `0.5x20` for twenty. */
export function valuesOf(words: readonly string[]): readonly number[] {
  return words.flatMap((word) => {
    const [, first, last] = /^(-?\d+)\.\.(-?\d+)$/.exec(word) ?? [];
    if (first !== undefined && last !== undefined) return range(Number(first), Number(last));
    const [, value = word, times = "1"] = /^([^x]+)x(\d+)$/.exec(word) ?? [];
    return Array.from({ length: Number(times) }, () => numberOf(value));
  });
}

function range(first: number, last: number): readonly number[] {
  const step = first <= last ? 1 : -1;
  return Array.from({ length: Math.abs(last - first) + 1 }, (_, at) => first + at * step);
}

export function numberOf(word: string): number {
  assert.match(word, NUMBER, `'${word}' must be a number`);
  return Number(word);
}

/** `1d2h3m4s5ms`, or a part of it, in ms. */
export function durationOf(word: string): number {
  const [whole = "", ...parts] = DURATION.exec(word) ?? [];
  assert.notEqual(whole, "", `'${word}' must be a duration such as 90s, 5m or 1d12h`);
  return parts.reduce((sum, part, at) => sum + Number(part ?? 0) * (DURATION_UNITS[at] ?? 0), 0);
}

/** `now`, `+5m`, `-1h30m`, `10:05:30.250` on the clock's day, or a date and time; in ms. */
export function momentOf(word: string, now: number): number {
  if (word === "now") return now;
  if (word.startsWith("+")) return now + durationOf(word.slice(1));
  if (word.startsWith("-")) return now - durationOf(word.slice(1));
  const day = isoTime(now).slice(0, DAY_LENGTH);
  const read = readIsoTime(/^\d\d:/.test(word) ? `${day}T${word}Z` : word);
  assert.ok(
    "ms" in read,
    `'${word}' must be a moment such as now, +5m, 10:05:30 or a date and time`,
  );
  return read.ms;
}

/** A bucket's start as cases write it: without the day, when that is the clock's. */
export function showMoment(time: string, now: number): string {
  const short = time.replace(/:00(?:\.000)?Z$/, "");
  const today = isoTime(now).slice(0, DAY_LENGTH);
  return short.startsWith(`${today}T`) ? short.slice(DAY_LENGTH + 1) : short;
}
