import { DatabaseSync } from "node:sqlite";
import { ChunkReads } from "./chunks_sqlite_store.ts";
import { METRIC_TYPES, type Resolution, type Series } from "./model.ts";
import { RESOLUTION_SECONDS } from "./read_sqlite_store.ts";

/** Rows read at once, so that no transaction stays open while they are written out. */
const PAGE = 1000;

interface Wanted {
  readonly name: string | undefined;
  readonly project: string | undefined;
}

/** A raw sample; its id is that of its chunk and its place there. */
export interface ExportedSample {
  readonly id: string;
  readonly series: Series;
  readonly time: number;
  readonly value: number;
}

/** Reads everything that is kept of some metrics. */
export class ExportReads {
  readonly #database: DatabaseSync;
  readonly #wanted: Wanted;

  constructor(path: string, wanted: Wanted) {
    this.#database = new DatabaseSync(path, { readOnly: true });
    this.#database.exec("PRAGMA busy_timeout = 5000");
    this.#wanted = wanted;
  }

  /** Buckets as `metrics_aggregated` has them, oldest first. */
  *buckets(resolution: Resolution): Generator<Readonly<Record<string, unknown>>> {
    const series = this.#series();
    const statement = this.#database.prepare(
      `SELECT bucket, series, count, sum, min, max, p50, p95, p99 FROM metrics_buckets
       WHERE resolution = ? AND (bucket, series) > (?, ?) ORDER BY bucket, series LIMIT ?`,
    );
    let [bucket, last] = [-1, 0];
    while (true) {
      const rows = statement.all(RESOLUTION_SECONDS[resolution], bucket, last, PAGE);
      for (const row of rows) {
        [bucket, last] = [Number(row.bucket), Number(row.series)];
        const one = series.get(last);
        if (!one) continue;
        const { count, sum, min, max, p50, p95, p99 } = row;
        yield {
          bucket: new Date(bucket * 1000).toISOString(),
          resolution,
          project: one.project,
          name: one.name,
          type: one.type,
          labels: one.labels,
          count,
          sum,
          min,
          max,
          avg: Number(sum) / Number(count),
          p50,
          p95,
          p99,
        };
      }
      if (rows.length < PAGE) return;
    }
  }

  *samples(): Generator<ExportedSample> {
    const series = this.#series();
    const chunks = new ChunkReads((sql) => this.#database.prepare(sql));
    for (const place of chunks.chunksAfter(0)) {
      const samples = chunks.samples(place);
      if (!samples) continue;
      for (let at = 0; at < samples.series.length; at++) {
        const one = series.get(samples.series[at] ?? 0);
        if (!one) continue;
        yield {
          id: `${place.id}-${at}`,
          series: one,
          time: samples.times[at] ?? 0,
          value: samples.values[at] ?? 0,
        };
      }
    }
  }

  close(): void {
    this.#database.close();
  }

  #series(): ReadonlyMap<number, Series> {
    const rows = this.#database.prepare(
      `SELECT s.id, n.project, n.name, n.type, s.labels FROM metrics_series s
       JOIN metrics_names n ON n.id = s.metric
       WHERE (?1 IS NULL OR n.name = ?1) AND (?2 IS NULL OR n.project = ?2)`,
    ).all(this.#wanted.name ?? null, this.#wanted.project ?? null);
    return new Map(rows.map((row) => [Number(row.id), {
      id: Number(row.id),
      project: String(row.project),
      name: String(row.name),
      type: METRIC_TYPES.find((type) => type === row.type) ?? "gauge",
      labels: JSON.parse(String(row.labels)),
    }]));
  }
}
