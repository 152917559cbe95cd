/** Draws the rows that are in view. */
import { render } from "preact";
import { exactCount, longDate, wholeTime } from "../../format.ts";
import { DayRow, LogRow, type RowLook } from "../../logs/row.tsx";
import type { GapItem, Item } from "./line_store.ts";

/** What is open under a line: its detail as the server wrote it, or that it is on its way. */
export type Opened = { readonly html: string } | "loading";

export interface RowsState {
  readonly look: RowLook;
  readonly opened: ReadonlyMap<number, Opened>;
  /** The line of the keyboard's cursor. */
  readonly current: number | null;
  /** The line that the address names. */
  readonly marked: number | null;
}

/** An item to be drawn. */
export interface Placed {
  readonly item: Item;
  /** Its place in the list, from 1. */
  readonly position: number;
  readonly hasDay: boolean;
}

export interface RowsProps extends RowsState {
  readonly placed: readonly Placed[];
  /** How many there are; −1 while that is not known. */
  readonly size: number;
}

export function drawRows(block: Element, props: RowsProps): void {
  render(<Rows {...props} />, block);
}

function Rows({ placed, size, look, opened, current, marked }: RowsProps) {
  return (
    <>
      {placed.map(({ item, position, hasDay }) => [
        hasDay && <DayRow key={`day ${item.id}`} label={longDate(item.time, look.zone)} />,
        item.kind === "gap" ? <GapRow key={item.id} gap={item} /> : (
          <LogRow
            key={item.id}
            line={item.line}
            look={look}
            isMarked={item.id === marked}
            isOpen={isOpen(opened.get(item.id))}
            script={{
              position,
              size,
              isCurrent: item.id === current,
              isBusy: opened.get(item.id) === "loading",
            }}
          >
            <Detail opened={opened.get(item.id)} item={item} look={look} />
          </LogRow>
        ),
      ])}
    </>
  );
}

function isOpen(opened: Opened | undefined): boolean {
  return opened !== undefined && opened !== "loading";
}

function Detail(
  { opened, item, look }: {
    readonly opened: Opened | undefined;
    readonly item: Item;
    readonly look: RowLook;
  },
) {
  if (opened === undefined || opened === "loading") return null;
  // The clock may be another one than when the server wrote it.
  const time = wholeTime(item.time, look.zone);
  const html = opened.html.replace(/(<time[^>]* data-as="log">)[^<]*/, `$1${time}`);
  return <div dangerouslySetInnerHTML={{ __html: html }} />;
}

function GapRow({ gap }: { readonly gap: GapItem }) {
  const { count, after, isLoading } = gap;
  return (
    <article class="log-gap" tabIndex={-1}>
      {count === null
        ? "Lines are missing here."
        : `${exactCount(count)} ${
          count === 1 ? "line" : "lines"
        } skipped: this page did not keep up.`}{" "}
      <button type="button" data-gap={after} disabled={isLoading}>
        {isLoading ? "Loading…" : "Load them"}
      </button>
    </article>
  );
}
