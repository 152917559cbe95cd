/** Fewer bars than there are buckets, for a sparkline. Pure. */

/** At most `most` values: several neighbours as one, by their sum or as the highest. */
export function condensed(
  values: readonly (number | null)[],
  most: number,
  by: "sum" | "highest",
): readonly number[] {
  const bars = Math.min(most, values.length);
  return Array.from({ length: bars }, (_, at) => {
    const from = Math.floor(at * values.length / bars);
    const to = Math.floor((at + 1) * values.length / bars);
    const some = values.slice(from, to).map((value) => value ?? 0);
    return by === "sum" ? some.reduce((sum, value) => sum + value, 0) : Math.max(...some);
  });
}
