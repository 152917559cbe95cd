import { exactTime, relativeTime, shortDate } from "../format.ts";

interface TimeProps {
  /** ISO 8601. */
  readonly at: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** `ago`: how long ago, kept fresh by script. `date`: the day. `exact`: to the second. */
  readonly as?: "ago" | "date" | "exact";
}

/** A moment. Exact on hover; in UTC until the script puts it in the reader's zone. */
export function Time({ at, now, as = "ago" }: TimeProps) {
  const then = Date.parse(at);
  const exact = exactTime(then, "UTC");
  return (
    <time datetime={at} title={exact} data-as={as === "ago" ? undefined : as}>
      {as === "ago"
        ? relativeTime(then, now, "UTC")
        : as === "date"
        ? shortDate(then, now, "UTC")
        : exact}
    </time>
  );
}
