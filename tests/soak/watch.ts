/** Watches a process: what it uses more and more of. */
import { residentMemory } from "../faults/memory.ts";

export interface Observation {
  /** Since the beginning. */
  readonly seconds: number;
  readonly residentMb: number;
  readonly files: number;
}

export async function observe(pid: number, startedAt: number): Promise<Observation> {
  return {
    seconds: (performance.now() - startedAt) / 1000,
    residentMb: await residentMemory(pid),
    files: Array.from(Deno.readDirSync(`/proc/${pid}/fd`)).length,
  };
}

/** By how much a value grows with another, by least squares. */
export function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(points.map(([at]) => at)), mean(points.map(([, value]) => value))];
  let [together, alone] = [0, 0];
  for (const [at, value] of points) {
    together += (at - x) * (value - y);
    alone += (at - x) ** 2;
  }
  return alone === 0 ? 0 : together / alone;
}

/** The median of the values of some observations. */
export function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
}
