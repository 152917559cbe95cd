/** How the table of endpoints is sorted. Pure. */
import type { EndpointSummary } from "../../core/metrics/model.ts";

export const COLUMNS = ["endpoint", "requests", "average", "errors"] as const;
export type EndpointColumn = typeof COLUMNS[number];

export interface EndpointOrder {
  readonly column: EndpointColumn;
  /** Not as the column is mostly wanted: names from A to Z, numbers with the greatest first. */
  readonly isReversed: boolean;
}

/** Sorted by a column; what it says nothing about comes last, and requests decide between equals. */
export function sortedEndpoints(
  endpoints: readonly EndpointSummary[],
  { column, isReversed }: EndpointOrder,
): readonly EndpointSummary[] {
  const direction = (column === "endpoint") === isReversed ? -1 : 1;
  return endpoints.toSorted((one, other) => {
    const [first, second] = [keyOf(one, column), keyOf(other, column)];
    if (first === null || second === null) {
      if (first !== second) return first === null ? 1 : -1;
    } else if (first !== second) {
      return (first < second ? -1 : 1) * direction;
    }
    return other.requests - one.requests || (one.endpoint < other.endpoint ? -1 : 1);
  });
}

/** As `aria-sort` says it; undefined for the other columns. */
export function directionOf(
  { column, isReversed }: EndpointOrder,
  of: EndpointColumn,
): "ascending" | "descending" | undefined {
  if (column !== of) return undefined;
  return (of === "endpoint") === isReversed ? "descending" : "ascending";
}

function keyOf(endpoint: EndpointSummary, column: EndpointColumn): string | number | null {
  switch (column) {
    case "endpoint":
      return endpoint.endpoint;
    case "requests":
      return endpoint.requests;
    case "average":
      return endpoint.avg_ms;
    case "errors":
      return endpoint.error_rate;
  }
}
