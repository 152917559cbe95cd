import type { ComponentChildren } from "preact";
import { clockTime, exactCount, type Zone } from "../format.ts";
import { hueClass, type Hues } from "./hue.ts";
import type { Line } from "./line.ts";
import { rowPreview, wrappedPreview } from "./preview.ts";
import type { Highlight, Run } from "./runs.ts";

/** What all rows of a list have in common. */
export interface RowLook {
  readonly zone: Zone;
  readonly isWrapped: boolean;
  /** Characters of a message that are in view, where that is known. */
  readonly columns?: number;
  readonly highlights: readonly Highlight[];
  readonly hues: Hues;
  /** The address of a line, but for its id at the end. */
  readonly linePath: string;
}

export interface RowProps {
  readonly line: Line;
  readonly look: RowLook;
  /** The line that the address names. */
  readonly isMarked?: boolean;
  readonly isOpen?: boolean;
  /** What script knows of the row; without it the row is static. */
  readonly script?: {
    readonly position: number;
    readonly size: number;
    readonly isCurrent: boolean;
    readonly isBusy: boolean;
  };
  /** The opened line's detail. */
  readonly children?: ComponentChildren;
}

/** One line of the list. The server draws the first ones, script the others and those same ones again. */
export function LogRow({ line, look, isMarked, isOpen, script, children }: RowProps) {
  const { id, time, container, level } = line;
  const classes = [
    "log",
    `log-${level.toLowerCase()}`,
    isMarked ? "marked" : "",
    isOpen ? "open" : "",
    script?.isCurrent ? "current" : "",
  ];
  return (
    <article
      class={classes.filter((one) => one !== "").join(" ")}
      id={`line-${id}`}
      tabIndex={script && (script.isCurrent ? 0 : -1)}
      aria-posinset={script?.position}
      aria-setsize={script?.size}
      aria-busy={script?.isBusy || undefined}
    >
      <div class="log-line">
        <a
          class="log-time"
          href={`${look.linePath}${id}#line-${id}`}
          tabIndex={script && -1}
          aria-expanded={script && (isOpen ?? false)}
        >
          <time datetime={new Date(time).toISOString()} data-as="log">
            {clockTime(time, look.zone)}
          </time>
        </a>
        <span class={`log-name ${hueClass(container, look.hues)}`}>{container}</span>
        <b class="log-level">{level}</b>
        <Message line={line} look={look} />
      </div>
      {children}
    </article>
  );
}

function Message({ line, look }: { readonly line: Line; readonly look: RowLook }) {
  const { highlights, isWrapped, columns } = look;
  const preview = isWrapped
    ? wrappedPreview(line, highlights)
    : rowPreview(line, highlights, columns);
  const { runs, hiddenLines } = preview;
  return (
    <>
      <span class="log-text">
        <Runs runs={runs} />
      </span>
      {hiddenLines > 0
        ? (
          <span class="log-more">
            +{exactCount(hiddenLines)} {hiddenLines === 1 ? "line" : "lines"}
          </span>
        )
        : isWrapped && preview.isCut && <span class="log-more">more</span>}
    </>
  );
}

/** Text with its colours and matches. */
export function Runs({ runs }: { readonly runs: readonly Run[] }) {
  return (
    <>
      {runs.map(({ text, style, isMatch }, at) =>
        isMatch
          ? <mark key={at} class={style || undefined}>{text}</mark>
          : style === ""
          ? text
          : <span key={at} class={style}>{text}</span>
      )}
    </>
  );
}

/** What parts the days of a list. */
export function DayRow({ label }: { readonly label: string }) {
  return <div class="log-day">{label}</div>;
}
