/** Runs golden cases of metrics against the real classes on a real file. */
import assert from "node:assert/strict";
import { isoTime } from "../clock.ts";
import { Failure } from "../failure.ts";
import {
  type CollectorSettings,
  type TestCollector,
  withCollector,
} from "./collector_test_support.ts";
import {
  type Answer,
  assertFields,
  assertRows,
  dashboardRows,
  metricRows,
  nameRows,
} from "./golden_rows_test_support.ts";
import {
  type Expectation,
  type GoldenCase,
  type Load,
  type Options,
  placed,
  placedError,
  type Question,
  type Statement,
} from "./golden_script_test_support.ts";
import { durationOf, momentOf, numberOf } from "./golden_words_test_support.ts";
import { escapeLabel, readDashboardQuery, readMetricQuery } from "./query.ts";
import { LIMITS } from "./model.ts";

/** A rollup of a golden case has fewer steps. */
const MOST_STEPS = 500;

/** Runs a case; one with `cut anywhere` again for each number of steps after which it can be cut. */
export async function runGoldenCase(golden: GoldenCase): Promise<void> {
  const isCut = golden.statements.some((one) => one.kind === "roll up" && one.cut === "anywhere");
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const isComplete = await withGoldenRun(golden, steps);
    if (!isCut || isComplete) return;
  }
  assert.fail(`${golden.file}:${golden.line}: Rolling up did not end in ${MOST_STEPS} steps`);
}

/** Whether every rollup came to its end within `steps`. */
async function withGoldenRun(golden: GoldenCase, steps: number): Promise<boolean> {
  let isComplete = false;
  await withCollector(async (collector) => {
    const run = new GoldenRun(collector, golden.file, steps);
    for (const statement of golden.statements) {
      try {
        await run.do(statement);
      } catch (error) {
        const placed = placedError(golden.file, statement.line, error);
        if (run.isCut) placed.message += `\n  where rolling up was cut after ${steps} steps`;
        throw placed;
      }
    }
    isComplete = !run.isCut;
  });
  return isComplete;
}

class GoldenRun {
  /** Whether a rollup was cut off that may be cut anywhere. */
  isCut = false;
  readonly #collector: TestCollector;
  readonly #file: string;
  readonly #steps: number;

  constructor(collector: TestCollector, file: string, steps: number) {
    this.#collector = collector;
    this.#file = file;
    this.#steps = steps;
  }

  async do(statement: Statement): Promise<void> {
    const collector = this.#collector;
    switch (statement.kind) {
      case "clock":
        collector.now = momentOf(statement.to, collector.now);
        return;
      case "settings":
        collector.settings = changed(collector.settings, statement.options);
        return collector.close();
      case "load":
        return await this.#load(statement.load, statement.refused);
      case "roll up":
        return this.#rollUp(statement.cut);
      case "retain":
        collector.retain(statement.cut ?? Infinity);
        if (statement.cut !== null) collector.close();
        return;
      case "restart":
        return collector.close();
      case "ask":
        return this.#ask(statement.question, statement.expected);
      case "kept":
        return assertFields({ ...collector.kept }, statement.options, "The store");
    }
  }

  #rollUp(cut: number | "anywhere" | null): void {
    const collector = this.#collector;
    const isDone = collector.rollUp(cut === "anywhere" ? this.#steps : cut ?? Infinity);
    if (cut === "anywhere" && !isDone) this.isCut = true;
    if (cut !== null) collector.close();
  }

  async #load(load: Load, refused: string | null): Promise<void> {
    const samples = load.lines.flatMap((line) => {
      const when = line.at ?? load.at;
      const start = placed(this.#file, line.line, () => momentOf(when, this.#collector.now));
      return line.values.map((value, index) => ({
        name: line.selector.name,
        type: line.type,
        value,
        labels: line.selector.labels,
        ...(load.project === null ? {} : { project: load.project }),
        // What says nothing of its time is of when it comes in.
        ...(when === "now" && load.step === 0
          ? {}
          : { timestamp: isoTime(start + index * load.step) }),
      }));
    });
    await expectRefusal(refused, async () => {
      for (let from = 0; from < samples.length; from += LIMITS.samples) {
        await this.#collector.record(samples.slice(from, from + LIMITS.samples));
      }
    });
  }

  async #ask(question: Question, expected: Expectation): Promise<void> {
    const refused = "refused" in expected ? expected.refused : null;
    await expectRefusal(refused, () => {
      const answer = this.#answer(question);
      if ("rows" in expected) assertRows(answer, expected);
    });
  }

  #answer({ about, at, selector, options }: Question): Answer {
    const collector = this.#collector;
    const now = momentOf(at, collector.now);
    const params = new URLSearchParams();
    if (selector) params.set("name", selector.name);
    const labels = Object.entries(selector?.labels ?? {}).map((label) =>
      label.map(escapeLabel).join(":")
    );
    if (labels.length > 0) params.set("labels", labels.join(","));
    for (const [name, value] of options) {
      const isMoment = name === "since" || name === "until";
      params.set(
        name === "by" ? "group_by" : name,
        isMoment ? isoTime(momentOf(value, now)) : value,
      );
    }
    const url = `/?${params}`;
    if (about === "names") return nameRows(collector.read.names(options.get("project")));
    return about === "metric"
      ? metricRows(collector.query(readMetricQuery(url), now), collector.now)
      : dashboardRows(collector.dashboard(readDashboardQuery(url), now), collector.now);
  }
}

/** Fails unless `work` throws a Failure with a message that has a part, or, without one, does not. */
async function expectRefusal(part: string | null, work: () => Promise<void> | void): Promise<void> {
  let detail: string | null = null;
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Failure && part !== null)) throw error;
    detail = error.detail;
  }
  if (part === null) return;
  assert.ok(detail !== null, `This should be refused, with '${part}'`);
  assert.ok(detail.includes(part), `This should be refused with '${part}', not '${detail}'`);
}

function changed(settings: CollectorSettings, options: Options): CollectorSettings {
  const { retention, limits } = settings;
  const changes = new Map(options);
  const take = <Value>(name: string, read: (text: string) => Value, fallback: Value): Value => {
    const text = changes.get(name);
    changes.delete(name);
    return text === undefined ? fallback : read(text);
  };
  const seconds = (text: string) => durationOf(text) / 1000;
  const result = {
    retention: {
      raw: take("retention_raw", seconds, retention.raw),
      minute: take("retention_minute", seconds, retention.minute),
      hour: take("retention_hourly", seconds, retention.hour),
    },
    limits: {
      ofMetric: take("max_series_per_metric", numberOf, limits.ofMetric),
      inAll: take("max_series", numberOf, limits.inAll),
    },
  };
  const [unknown] = changes.keys();
  assert.equal(unknown, undefined, `There is no setting '${unknown}'`);
  return result;
}
