import type { Stepwise } from "../stepwise.ts";

/** Numbers that are gone through in one step: some ms. */
export const STEP = 2 ** 16;

/** Sorts in place, as `values.sort()` does, but in steps: runs of them, which are then merged (merge sort). */
export function* sortInSteps(values: Float64Array): Stepwise<void> {
  for (let from = 0; from < values.length; from += STEP) {
    values.subarray(from, from + STEP).sort();
    if (values.length > STEP) yield;
  }
  if (values.length <= STEP) return;
  let source = values;
  let target: Float64Array = new Float64Array(values.length);
  for (let width = STEP; width < values.length; width *= 2) {
    for (let from = 0; from < values.length; from += 2 * width) {
      yield* mergeRuns(source, target, from, width);
    }
    [source, target] = [target, source];
  }
  if (source !== values) values.set(source);
}

/** Merges two neighbouring runs of `width`, of which the second may be cut short or be missing. */
function* mergeRuns(
  source: Float64Array,
  target: Float64Array,
  from: number,
  width: number,
): Stepwise<void> {
  const middle = Math.min(from + width, source.length);
  const end = Math.min(from + 2 * width, source.length);
  let [left, right] = [from, middle];
  for (let at = from; at < end; at++) {
    const isLeft = right >= end || (left < middle && (source[left] ?? 0) <= (source[right] ?? 0));
    target[at] = source[isLeft ? left++ : right++] ?? NaN;
    if ((at - from) % STEP === STEP - 1) yield;
  }
}
