import {
  DEFAULT_PROJECT,
  type Labels,
  LIMITS,
  type MetricType,
  OVERFLOW_LABEL,
  OVERFLOW_NAME,
  type SeriesIdentity,
} from "./model.ts";

/** A metric of one project and type: what its series have in common. */
export interface MetricIdentity {
  readonly id: number;
  readonly project: string;
  readonly name: string;
  readonly type: MetricType;
}

export interface StoredSeries {
  readonly id: number;
  readonly metric: number;
  readonly labels: Labels;
}

export interface CardinalityLimits {
  /** Label sets of one metric. */
  readonly ofMetric: number;
  /** Label sets in all. */
  readonly inAll: number;
}

/** What came into the registry and is not stored yet. */
export interface NewSeries {
  readonly metrics: readonly MetricIdentity[];
  readonly series: readonly StoredSeries[];
}

/** Ways of writing series that are remembered: of so many characters, about as many bytes. */
const REMEMBERED = 16 * 2 ** 20;
/** Characters of all label sets together: what each may have alone would be gigabytes of all. */
const LABEL_CHARACTERS = 16 * 2 ** 20;

interface Metric extends MetricIdentity {
  /** Ids by labels as JSON. */
  readonly series: Map<string, number>;
}

/**
 * All series, and which sample belongs to which. Beyond the limits samples go to one series of their metric,
 * or, once there is room for no other metric, to one metric for all of their project and type.
 */
export class SeriesRegistry {
  readonly #limits: CardinalityLimits;
  readonly #metrics = new Map<string, Metric>();
  readonly #metricIds = new Map<number, Metric>();
  readonly #metricOfSeries = new Map<number, Metric>();
  readonly #overflow = new Set<number>();
  #overflowMetrics = 0;
  /** By the keys of clients. */
  readonly #byKey = new Map<string, number>();
  #remembered = 0;
  #labelCharacters = 0;
  #new: { metrics: MetricIdentity[]; series: StoredSeries[] } = { metrics: [], series: [] };
  #nextMetric = 1;
  #nextSeries = 1;

  constructor(limits: CardinalityLimits) {
    this.#limits = limits;
  }

  /** Series that take what is beyond the limits. */
  get overflow(): ReadonlySet<number> {
    return this.#overflow;
  }

  get size(): number {
    return this.#metricOfSeries.size;
  }

  /** Takes in what is stored. */
  load(metrics: Iterable<MetricIdentity>, series: Iterable<StoredSeries>): void {
    for (const metric of metrics) this.#addMetric(metric);
    for (const one of series) {
      const metric = this.#metricIds.get(one.metric);
      if (metric) this.#addSeries(metric, one);
    }
  }

  byKey(key: string): number | undefined {
    return this.#byKey.get(key);
  }

  /** The series of samples whose key is not known. */
  resolve(key: string, identity: SeriesIdentity): number {
    const id = this.#find(identity);
    // What is beyond the limits may be written in any number of ways.
    if (this.#overflow.has(id)) return id;
    if (this.#remembered + key.length > REMEMBERED) this.#forgetKeys();
    this.#byKey.set(key, id);
    this.#remembered += key.length;
    return id;
  }

  metricOf(series: number): MetricIdentity | undefined {
    return this.#metricOfSeries.get(series);
  }

  /** What is not stored yet. It stays so until `stored()` is told. */
  get unstored(): NewSeries {
    return this.#new;
  }

  /** What of it has to be stored before samples of some series are. */
  unstoredOf(used: Iterable<readonly number[]>): NewSeries {
    if (this.#new.series.length === 0) return this.#new;
    const ids = new Set<number>();
    for (const batch of used) for (const id of batch) ids.add(id);
    const series = this.#new.series.filter(({ id }) => ids.has(id));
    const owners = new Set(series.map(({ metric }) => metric));
    return { series, metrics: this.#new.metrics.filter(({ id }) => owners.has(id)) };
  }

  stored({ metrics, series }: NewSeries = this.#new): void {
    if (series.length === 0) return;
    const [knownMetrics, knownSeries] = [new Set(metrics), new Set(series)];
    this.#new = {
      metrics: this.#new.metrics.filter((one) => !knownMetrics.has(one)),
      series: this.#new.series.filter((one) => !knownSeries.has(one)),
    };
  }

  /** Forgets series that are no longer stored, and metrics that have none any more. */
  forget(ids: readonly number[]): void {
    const gone = new Set(ids);
    const metrics = new Set(ids.map((id) => this.#metricOfSeries.get(id)));
    for (const metric of metrics) {
      for (const [labels, id] of metric?.series ?? []) {
        if (!metric || !gone.has(id)) continue;
        metric.series.delete(labels);
        this.#labelCharacters -= labels.length;
      }
      if (metric?.series.size === 0) {
        this.#metrics.delete(metricKey(metric));
        this.#metricIds.delete(metric.id);
        if (metric.name === OVERFLOW_NAME) this.#overflowMetrics--;
      }
    }
    for (const id of ids) {
      this.#metricOfSeries.delete(id);
      this.#overflow.delete(id);
    }
    if (ids.length > 0) this.#forgetKeys();
  }

  #forgetKeys(): void {
    this.#byKey.clear();
    this.#remembered = 0;
  }

  #find(identity: SeriesIdentity): number {
    const metric = this.#metrics.get(metricKey(identity));
    const labels = JSON.stringify(identity.labels);
    const known = metric?.series.get(labels);
    if (known !== undefined) return known;
    const isFull = this.size >= this.#limits.inAll ||
      this.#labelCharacters + labels.length > LABEL_CHARACTERS;
    if (!isFull && (metric?.series.size ?? 0) < this.#limits.ofMetric) {
      return this.#make(metric ?? this.#makeMetric(identity), identity.labels);
    }
    const { project, name, type } = identity;
    const target = metric ? { project, name, type } : this.#overflowOf(project, type);
    const overflow = this.#metrics.get(metricKey(target)) ?? this.#makeMetric(target);
    const id = overflow.series.get(JSON.stringify(OVERFLOW_LABELS));
    return id ?? this.#make(overflow, OVERFLOW_LABELS);
  }

  /** Where metrics go that there is no room for: one of their project, as long as those are not too many. */
  #overflowOf(project: string, type: MetricType): Omit<MetricIdentity, "id"> {
    const own = { project, name: OVERFLOW_NAME, type };
    const hasOwn = this.#metrics.has(metricKey(own)) ||
      this.#overflowMetrics < LIMITS.overflowMetrics;
    return hasOwn ? own : { ...own, project: DEFAULT_PROJECT };
  }

  #make(metric: Metric, labels: Labels): number {
    const series = { id: this.#nextSeries, metric: metric.id, labels };
    this.#addSeries(metric, series);
    this.#new.series.push(series);
    return series.id;
  }

  #makeMetric({ project, name, type }: Omit<MetricIdentity, "id">): Metric {
    const identity = { id: this.#nextMetric, project, name, type };
    this.#new.metrics.push(identity);
    return this.#addMetric(identity);
  }

  #addMetric(identity: MetricIdentity): Metric {
    const metric = { ...identity, series: new Map<string, number>() };
    this.#metrics.set(metricKey(identity), metric);
    this.#metricIds.set(identity.id, metric);
    if (identity.name === OVERFLOW_NAME) this.#overflowMetrics++;
    this.#nextMetric = Math.max(this.#nextMetric, identity.id + 1);
    return metric;
  }

  #addSeries(metric: Metric, { id, labels }: StoredSeries): void {
    const text = JSON.stringify(labels);
    if (metric.series.get(text) !== id) this.#labelCharacters += text.length;
    metric.series.set(text, id);
    if (text === JSON.stringify(OVERFLOW_LABELS)) this.#overflow.add(id);
    this.#metricOfSeries.set(id, metric);
    this.#nextSeries = Math.max(this.#nextSeries, id + 1);
  }
}

const OVERFLOW_LABELS: Labels = { [OVERFLOW_LABEL]: "true" };

function metricKey({ project, name, type }: Omit<MetricIdentity, "id">): string {
  return JSON.stringify([name, project, type]);
}
