/** Golden cases of metrics as statements; the language is described in `golden_test.ts`. */
import assert from "node:assert/strict";
import { METRIC_TYPES, type MetricType } from "./model.ts";
import {
  durationOf,
  optionOf,
  type Selector,
  selectorOf,
  unquoted,
  valuesOf,
  wordsOf,
} from "./golden_words_test_support.ts";

const ROLL_UP = /^roll up(?:, cut (?:after (\d+) steps?|(anywhere)))?$/;
const RETAIN = /^retain(?:, cut after (\d+) steps?)?$/;

/** Words that look like `key=value`. */
export type Options = ReadonlyMap<string, string>;

export interface Load {
  /** Moments are read when the clock is known. */
  readonly at: string;
  /** Ms from one value to the next. */
  readonly step: number;
  readonly project: string | null;
  readonly lines: readonly LoadLine[];
}

export interface LoadLine {
  readonly line: number;
  readonly at: string | null;
  readonly type: MetricType;
  readonly selector: Selector;
  readonly values: readonly number[];
}

/** What is asked; its answer is a list of rows. */
export interface Question {
  readonly about: "metric" | "dashboard" | "names";
  readonly at: string;
  readonly selector: Selector | null;
  readonly options: Options;
}

export interface ExpectedRow {
  /** What the row is about, such as a bucket. */
  readonly key: string;
  /** Words as `valueMatches` reads them. */
  readonly fields: Options;
}

/** What a load or a question must have given. */
export type Expectation =
  | { readonly rows: readonly ExpectedRow[]; readonly options: Options }
  | { readonly refused: string };

export type Action =
  | { readonly kind: "clock"; readonly to: string }
  | { readonly kind: "settings"; readonly options: Options }
  | { readonly kind: "load"; readonly load: Load; readonly refused: string | null }
  | { readonly kind: "roll up"; readonly cut: number | "anywhere" | null }
  | { readonly kind: "retain"; readonly cut: number | null }
  | { readonly kind: "restart" }
  | { readonly kind: "ask"; readonly question: Question; readonly expected: Expectation }
  | { readonly kind: "kept"; readonly options: Options };

export type Statement = Action & { readonly line: number };

export interface GoldenCase {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly statements: readonly Statement[];
}

/** A line that begins a statement, with the indented ones below it. */
interface Paragraph {
  readonly line: number;
  readonly head: readonly string[];
  readonly text: string;
  readonly body: readonly { readonly line: number; readonly words: readonly string[] }[];
}

/** The cases of a file. Throws with the file and the line of what it cannot read. */
export function parseGolden(file: string, text: string): readonly GoldenCase[] {
  const cases: { line: number; name: string; paragraphs: Paragraph[] }[] = [];
  for (const paragraph of paragraphsOf(file, text)) {
    const { head, line } = paragraph;
    if (head[0] === "case") {
      cases.push({ line, name: paragraph.text.slice("case ".length), paragraphs: [] });
    } else {
      const last = cases.at(-1) ?? assert.fail(`${file}:${line}: A file begins with a case`);
      last.paragraphs.push(paragraph);
    }
  }
  return cases.map(({ line, name, paragraphs }) => ({
    file,
    line,
    name,
    statements: statementsOf(file, paragraphs),
  }));
}

/** Adds the place in the golden file to what `work` throws. */
export function placed<Result>(file: string, line: number, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw placedError(file, line, error);
  }
}

/** The error with its place in front, the innermost if there are several. */
export function placedError(file: string, line: number, cause: unknown): Error {
  const message = cause instanceof Error ? cause.message : String(cause);
  const isPlaced = message.startsWith(`${file}:`);
  return new Error(isPlaced ? message : `${file}:${line}: ${message}`, { cause });
}

function paragraphsOf(file: string, text: string): readonly Paragraph[] {
  const paragraphs: (Paragraph & { body: Paragraph["body"][number][] })[] = [];
  text.split("\n").forEach((raw, index) => {
    const line = index + 1;
    const trimmed = raw.trim();
    if (trimmed === "" || trimmed.startsWith("#")) return;
    const words = placed(file, line, () => wordsOf(trimmed));
    if (/^\s/.test(raw)) {
      const last = paragraphs.at(-1) ?? assert.fail(`${file}:${line}: Begin with a case`);
      last.body.push({ line, words });
    } else {
      paragraphs.push({ line, head: words, text: trimmed, body: [] });
    }
  });
  return paragraphs;
}

function statementsOf(file: string, paragraphs: readonly Paragraph[]): readonly Statement[] {
  const statements: Statement[] = [];
  for (let index = 0; index < paragraphs.length; index++) {
    const paragraph = paragraphs[index];
    if (!paragraph) continue;
    const next = paragraphs[index + 1];
    const expected = next?.head[0] === "expect"
      ? placed(file, next.line, () => expectationOf(file, next))
      : null;
    const { line } = paragraph;
    statements.push({ line, ...placed(file, line, () => actionOf(file, paragraph, expected)) });
    if (expected) index++;
  }
  return statements;
}

function actionOf(file: string, paragraph: Paragraph, expected: Expectation | null): Action {
  const { head, body } = paragraph;
  const [verb = "", ...words] = head;
  const isRefused = expected !== null && "refused" in expected;
  if (verb === "load") {
    assert.ok(expected === null || isRefused, "A load is accepted, or `expect refused …`");
    return { kind: "load", load: loadOf(file, words, body), refused: expected?.refused ?? null };
  }
  assert.ok(body.length === 0, `'${verb}' has no indented lines below it`);
  if (["eval", "dashboard", "names"].includes(verb)) {
    assert.ok(expected !== null, `After '${verb}' comes 'expect'`);
    return { kind: "ask", question: questionOf(verb, words), expected };
  }
  assert.ok(expected === null, `'${paragraph.text}' gives nothing to expect`);
  const text = head.join(" ");
  const [rolled, rolledFor, anywhere] = ROLL_UP.exec(text) ?? [];
  if (rolled !== undefined) {
    return { kind: "roll up", cut: anywhere === undefined ? cutOf(rolledFor) : "anywhere" };
  }
  const [retained, retainedFor] = RETAIN.exec(text) ?? [];
  if (retained !== undefined) return { kind: "retain", cut: cutOf(retainedFor) };
  const [first = "", ...others] = words;
  if (verb === "clock" && others.length === 0) return { kind: "clock", to: first };
  if (verb === "settings") return { kind: "settings", options: optionsOf(words) };
  if (verb === "kept") return { kind: "kept", options: optionsOf(words) };
  if (text === "restart") return { kind: "restart" };
  return assert.fail(`'${text}' is no statement`);
}

function cutOf(steps: string | undefined): number | null {
  return steps === undefined ? null : Number(steps);
}

/** `load [at <moment>] [every <duration>] [in <project>]` */
function loadOf(file: string, head: readonly string[], body: Paragraph["body"]): Load {
  const settings = new Map<string, string>();
  for (let index = 0; index < head.length; index += 2) {
    const [key = "", value] = head.slice(index, index + 2);
    assert.ok(["at", "every", "in"].includes(key) && value, `'${key}' must be at, every or in`);
    settings.set(key, unquoted(value));
  }
  const every = settings.get("every");
  assert.ok(body.length > 0, "Below 'load' come indented lines of samples");
  return {
    at: settings.get("at") ?? "now",
    step: every === undefined ? 0 : durationOf(every),
    project: settings.get("in") ?? null,
    lines: body.map(({ line, words }) =>
      placed(file, line, () => ({ line, ...loadLineOf(words) }))
    ),
  };
}

/** `[<moment>] <type> <name>{<labels>} <values>` */
function loadLineOf(words: readonly string[]): Omit<LoadLine, "line"> {
  const place = words.slice(0, 2).findIndex((word) => typeOf(word) !== undefined);
  const type = typeOf(words[place] ?? "");
  const [selector, ...values] = words.slice(place + 1);
  assert.ok(type && selector && values.length > 0, "Write [moment] type name{labels} values");
  return {
    at: place === 1 ? words[0] ?? null : null,
    type,
    selector: selectorOf(selector),
    values: valuesOf(values),
  };
}

function typeOf(word: string): MetricType | undefined {
  return METRIC_TYPES.find((type) => type === word);
}

/** `eval [at <moment>] <name>{<labels>} <options>`; the others without a name. */
function questionOf(verb: string, words: readonly string[]): Question {
  const [when, rest] = words[0] === "at" ? [words[1] ?? "", words.slice(2)] : ["now", words];
  if (verb !== "eval") {
    const about = verb === "names" ? "names" : "dashboard";
    return { about, at: when, selector: null, options: optionsOf(rest) };
  }
  const [selector = assert.fail("Name the metric"), ...options] = rest;
  return {
    about: "metric",
    at: when,
    selector: selectorOf(selector),
    options: optionsOf(options),
  };
}

/** `expect refused <part>`, `expect nothing`, or `expect [options]` with a row on each line below. */
function expectationOf(file: string, { head, text, body }: Paragraph): Expectation {
  const [, kind] = head;
  if (kind === "refused") {
    assert.ok(body.length === 0 && head.length > 2, "Write `expect refused <part of the message>`");
    return { refused: text.slice("expect refused ".length) };
  }
  const isNothing = kind === "nothing";
  assert.equal(isNothing, body.length === 0, "Below 'expect' come rows, or it is 'expect nothing'");
  return {
    rows: body.map(({ line, words }) => placed(file, line, () => rowOf(words))),
    options: optionsOf(head.slice(isNothing ? 2 : 1)),
  };
}

/** A key of some words, then fields. */
function rowOf(words: readonly string[]): ExpectedRow {
  const firstField = words.findIndex((word) => optionOf(word) !== null);
  const end = firstField < 0 ? words.length : firstField;
  return { key: words.slice(0, end).join(" "), fields: optionsOf(words.slice(end)) };
}

function optionsOf(words: readonly string[]): Options {
  return new Map(words.map((word) => {
    const { key, value } = optionOf(word) ?? assert.fail(`'${word}' must be key=value`);
    return [key, value];
  }));
}
