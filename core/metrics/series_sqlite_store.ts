import { HOUR, SECOND } from "../clock.ts";
import type { Database } from "../sqlite/database.ts";
import { METRIC_TYPES } from "./model.ts";
import type { MetricIdentity, NewSeries, StoredSeries } from "./series_registry.ts";

/** Metrics and their series, as they are loaded at the start and added to. */
export class SeriesRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  metrics(): readonly MetricIdentity[] {
    const statement = this.#database.prepare("SELECT id, name, project, type FROM metrics_names");
    return statement.all().map((row) => ({
      id: Number(row.id),
      name: String(row.name),
      project: String(row.project),
      type: METRIC_TYPES.find((type) => type === row.type) ?? "gauge",
    }));
  }

  *series(): Iterable<StoredSeries> {
    const statement = this.#database.prepare("SELECT id, metric, labels FROM metrics_series");
    for (const row of statement.iterate()) {
      yield {
        id: Number(row.id),
        metric: Number(row.metric),
        labels: JSON.parse(String(row.labels)),
      };
    }
  }

  /** Within the caller's transaction; `now` (ms) is when they came. */
  add({ metrics, series }: NewSeries, now: number): void {
    const addName = this.#database.prepare(
      "INSERT INTO metrics_names (id, name, project, type) VALUES (?, ?, ?, ?)",
    );
    for (const { id, name, project, type } of metrics) addName.run(id, name, project, type);
    const addSeries = this.#database.prepare(
      "INSERT INTO metrics_series (id, metric, labels, last_hour) VALUES (?, ?, ?, ?)",
    );
    const addLabel = this.#database.prepare(
      "INSERT INTO metrics_labels (metric, label, value, series) VALUES (?, ?, ?, ?)",
    );
    const hour = Math.floor(now / HOUR) * HOUR / SECOND;
    for (const { id, metric, labels } of series) {
      addSeries.run(id, metric, JSON.stringify(labels), hour);
      for (const [label, value] of Object.entries(labels)) addLabel.run(metric, label, value, id);
    }
  }
}
