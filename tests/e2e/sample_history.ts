/** Fills a database with a month of errors. The API takes reports of now only, so this goes past it. */
import { fingerprint } from "../../core/errors/fingerprint.ts";
import type { NewOccurrence } from "../../core/errors/model.ts";
import { openErrorStore } from "../../core/errors/sqlite_store.ts";
import { HOSTILE_REPORTS, SAMPLE_REPORTS, type SampleReport } from "./sample_reports.ts";

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

const QUIET = { debug() {}, info() {}, warn() {}, error() {}, child: () => QUIET };

/** How the samples came: over how many days, how often, and whether they are still coming. */
const COURSES = [
  { days: 26, count: 41, quietHours: 170 },
  { days: 9, count: 3, quietHours: 90 },
  { days: 4, count: 18, quietHours: 60 },
  { days: 21, count: 230, quietHours: 30 },
  { days: 2, count: 9, quietHours: 12 },
  { days: 16, count: 77, quietHours: 4 },
  { days: 29, count: 12_840, quietHours: 0.7 },
  { days: 0.6, count: 64, quietHours: 0.3 },
  { days: 12, count: 560, quietHours: 0.09 },
  { days: 17, count: 1284, quietHours: 0.035 },
] as const;

export interface HistoryOptions {
  readonly path: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly hostile: boolean;
}

/** Writes the samples into the database at `path`: some resolved, one of them come back. */
export async function writeHistory({ path, now, hostile }: HistoryOptions): Promise<void> {
  const store = openErrorStore({
    path,
    logger: QUIET,
    alerts: { enabled: false, onReopen: false, burst: 10, windowMs: 600_000 },
  });
  try {
    const occurrences = SAMPLE_REPORTS.flatMap((report, at) => course(report, at, now));
    if (hostile) {
      occurrences.push(...HOSTILE_REPORTS.map((one, at) => occurrence(one, now - at * HOUR)));
    }
    occurrences.sort((one, other) => one.receivedAt < other.receivedAt ? -1 : 1);
    const before = occurrences.filter((one) => Date.parse(one.receivedAt) < now - 5 * HOUR);
    await store.recordOccurrences(before);
    await store.resolve([...Array(100).keys()].filter((id) => id % 4 === 1), iso(now - 5 * HOUR));
    await store.recordOccurrences(occurrences.slice(before.length));
  } finally {
    await store.close();
  }
}

function course(report: SampleReport, at: number, now: number): NewOccurrence[] {
  const { days, count, quietHours } = COURSES[at] ?? { days: 1, count: 1, quietHours: 1 };
  const last = now - quietHours * HOUR;
  const span = days * DAY - quietHours * HOUR;
  return Array.from({ length: count }, (_, index) => {
    const share = count === 1 ? 0 : index / (count - 1);
    // Denser towards now, and in waves.
    const back = Math.pow(share, 1.7) * (1 - 0.06 * Math.abs(Math.sin(share * 23)));
    const environment = index % 9 === 4 ? "staging" : report.environment;
    return occurrence({ ...report, ...(environment ? { environment } : {}) }, last - back * span);
  });
}

function occurrence(report: SampleReport, receivedMs: number): NewOccurrence {
  const { hash, version, frame } = fingerprint({
    project: report.project,
    exceptionType: report.exception_type,
    traceback: report.traceback,
  });
  const name = frame?.function ? ` in ${frame.function}` : "";
  return {
    report: {
      project: report.project,
      exceptionType: report.exception_type,
      message: report.message,
      traceback: report.traceback,
      environment: report.environment ?? "production",
      requestUrl: report.request_url ?? null,
      requestMethod: report.request_method ?? null,
      requestHeaders: report.request_headers ?? null,
      userId: report.user_id ?? null,
      extra: report.extra ?? null,
    },
    fingerprint: hash,
    fingerprintVersion: version,
    location: frame && `${frame.file}:${frame.line}${name}`,
    receivedAt: iso(receivedMs),
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
