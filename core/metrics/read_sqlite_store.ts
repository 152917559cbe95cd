import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { SECOND } from "../clock.ts";
import type { Stepwise } from "../stepwise.ts";
import { ChunkReads } from "./chunks_sqlite_store.ts";
import {
  type Labels,
  LIMITS,
  METRIC_TYPES,
  type MetricType,
  type Resolution,
  type TimeRange,
} from "./model.ts";
import type { EncodedPack } from "./pack.ts";
import type { MetricIdentity } from "./series_registry.ts";

/** Of resolutions, in seconds, as they are stored. */
export const RESOLUTION_SECONDS: Readonly<Record<Resolution, number>> = { minute: 60, hour: 3600 };

/** Where a pack is. */
export interface PackPlace {
  readonly id: number;
  readonly samples: number;
  /** Ms since the epoch. */
  readonly bucket: number;
}

/** Reads the database of metrics on a connection of its own, which never writes. */
export class MetricReadStore {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly chunks: ChunkReads;

  constructor(path: string) {
    this.#database = new DatabaseSync(path, { readOnly: true });
    this.#database.exec("PRAGMA busy_timeout = 5000");
    this.#database.exec("PRAGMA temp_store = MEMORY");
    this.chunks = new ChunkReads((sql) => this.#prepare(sql));
  }

  /** Metrics of a name, in one project or all. */
  metrics(filter: { readonly name: string; readonly project?: string | undefined }) {
    return this.#all(
      `SELECT id, name, project, type FROM metrics_names
       WHERE name = ?1 AND (?2 IS NULL OR project = ?2) ORDER BY type, project`,
      filter.name,
      filter.project ?? null,
    ).map((row): MetricIdentity => ({
      id: Number(row.id),
      name: String(row.name),
      project: String(row.project),
      type: typeOf(row.type),
    }));
  }

  /** Names with their types, each once. */
  names(project: string | undefined) {
    return this.#all(
      `SELECT DISTINCT name, type FROM metrics_names WHERE ?1 IS NULL OR project = ?1
       ORDER BY name, type`,
      project ?? null,
    ).map(({ name, type }) => ({ name: String(name), type: typeOf(type) }));
  }

  projects(): readonly string[] {
    return this.#all("SELECT DISTINCT project FROM metrics_names ORDER BY project")
      .map(({ project }) => String(project));
  }

  /** The labels of metrics, each with its first values and how many it has. */
  labels(metrics: readonly number[]) {
    const ids = JSON.stringify(metrics);
    const values = `SELECT DISTINCT label, value FROM metrics_labels
      WHERE metric IN (SELECT value FROM json_each(?1))`;
    return this.#all(
      `SELECT label, count(*) AS count FROM (${values}) GROUP BY label ORDER BY label`,
      ids,
    ).map(({ label, count }) => ({
      name: String(label),
      values: this.#all(
        `SELECT value FROM (${values} AND label = ?2) ORDER BY value LIMIT ?3`,
        ids,
        String(label),
        LIMITS.values,
      ).map(({ value }) => String(value)),
      value_count: Number(count),
    }));
  }

  /** Ids of a metric's series that have all of these labels. */
  seriesWith(metric: number, labels: Labels): readonly number[] {
    const [first, ...others] = Object.entries(labels).map(([label, value]) =>
      this.#all(
        "SELECT series FROM metrics_labels WHERE metric = ? AND label = ? AND value = ?",
        metric,
        label,
        value,
      ).map(({ series }) => Number(series))
    );
    if (first === undefined) {
      return this.#all("SELECT id FROM metrics_series WHERE metric = ?", metric)
        .map(({ id }) => Number(id));
    }
    const sets = others.map((ids) => new Set(ids));
    return first.filter((id) => sets.every((ids) => ids.has(id)));
  }

  /** The values that a label has in a metric's series, by id. */
  labelValues(metric: number, label: string): ReadonlyMap<number, string> {
    const rows = this.#all(
      "SELECT series, value FROM metrics_labels WHERE metric = ? AND label = ?",
      metric,
      label,
    );
    return new Map(rows.map(({ series, value }) => [Number(series), String(value)]));
  }

  /** Packs of a metric whose buckets begin in a range, in their order. */
  packs(metric: number, resolution: Resolution, { from, to }: TimeRange): readonly PackPlace[] {
    return this.#all(
      `SELECT id, bucket, samples FROM metrics_packs
       WHERE metric = ? AND resolution = ? AND bucket >= ? AND bucket < ? ORDER BY bucket`,
      metric,
      RESOLUTION_SECONDS[resolution],
      from / SECOND,
      to / SECOND,
    ).map(({ id, bucket, samples }) => ({
      id: Number(id),
      bucket: Number(bucket) * SECOND,
      samples: Number(samples),
    }));
  }

  /** The first part of a pack: all its series together. */
  total(id: number): Uint8Array {
    return bytes(this.#one("SELECT total FROM metrics_packs WHERE id = ?", id)?.total);
  }

  pack(id: number): Pick<EncodedPack, "series" | "sketches"> {
    const row = this.#one("SELECT series, sketches FROM metrics_packs WHERE id = ?", id);
    return { series: bytes(row?.series), sketches: bytes(row?.sketches) };
  }

  /** Hours of a metric that are not rolled up since they got samples, in ms. */
  openHours(metric: number): readonly number[] {
    return this.#all("SELECT hour FROM metrics_open_hours WHERE metric = ?", metric)
      .map(({ hour }) => Number(hour) * SECOND);
  }

  /** Runs work that sees the database as it is at one moment. */
  atOneMoment<Result>(work: () => Result): Result {
    this.#database.exec("BEGIN");
    try {
      return work();
    } finally {
      this.#database.exec("COMMIT");
    }
  }

  /** The same for work that goes on in steps; one at a time. */
  *atOneMomentInSteps<Result>(work: Stepwise<Result>): Stepwise<Result> {
    this.#database.exec("BEGIN");
    try {
      return yield* work;
    } finally {
      this.#database.exec("COMMIT");
    }
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #all(sql: string, ...params: readonly SQLInputValue[]) {
    return this.#prepare(sql).all(...params);
  }

  #one(sql: string, ...params: readonly SQLInputValue[]) {
    return this.#prepare(sql).get(...params);
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

function typeOf(value: unknown): MetricType {
  return METRIC_TYPES.find((type) => type === value) ?? "gauge";
}

function bytes(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array();
}
