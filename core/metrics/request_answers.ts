/** Answers to requests, counted by their status, and what the dashboard tells of them. */
import { isoTime, SECOND } from "../clock.ts";
import { finiteSum, type MergedBucket } from "./bucket.ts";
import { type EndpointSummary, type ErrorRatePoint, LIMITS, type RequestSummary } from "./model.ts";

/** Answers counted by the first digit of their status. */
export class Answers {
  all = 0;
  clientErrors = 0;
  serverErrors = 0;

  add(status: string, count: number): void {
    this.all = finiteSum(this.all + count);
    if (status.startsWith("4")) this.clientErrors = finiteSum(this.clientErrors + count);
    else if (status.startsWith("5")) this.serverErrors = finiteSum(this.serverErrors + count);
  }

  /** 0..1, whatever a client has counted down. */
  get clientErrorShare(): number {
    return Math.min(1, Math.max(0, this.clientErrors / this.all));
  }

  get serverErrorShare(): number {
    return Math.min(1, Math.max(0, this.serverErrors / this.all));
  }
}

export function take<Key>(answers: Map<Key, Answers>, key: Key): Answers {
  const known = answers.get(key) ?? new Answers();
  answers.set(key, known);
  return known;
}

export function summaryOf(
  total: Answers,
  durations: MergedBucket,
): RequestSummary {
  const p95 = durations.percentiles?.p95;
  return {
    total_requests: total.all,
    error_rate: total.all > 0 ? total.serverErrorShare : null,
    avg_latency_ms: durations.count > 0
      ? finiteSum(durations.sum / durations.count * SECOND)
      : null,
    p95_latency_ms: p95 === undefined ? null : finiteSum(p95 * SECOND),
  };
}

export function errorRatePoint(time: number, answers: Answers): ErrorRatePoint {
  const { clientErrorShare, serverErrorShare } = answers;
  return { bucket: isoTime(time), "4xx": clientErrorShare, "5xx": serverErrorShare };
}

export function topEndpoints(
  requests: ReadonlyMap<string, Answers>,
  durations: ReadonlyMap<string, MergedBucket>,
): readonly EndpointSummary[] {
  return [...requests].filter(([endpoint, { all }]) => endpoint !== "" && all > 0)
    .sort(([, one], [, other]) => other.all - one.all)
    .slice(0, LIMITS.endpoints)
    .map(([endpoint, { all, serverErrorShare }]) => {
      const duration = durations.get(endpoint);
      return {
        endpoint,
        requests: all,
        avg_ms: duration ? finiteSum(duration.sum / duration.count * SECOND) : null,
        error_rate: serverErrorShare,
      };
    });
}
