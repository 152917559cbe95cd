/** How high rows are: the styles say it, as properties that change with the width of the page. */
import { part } from "./part.ts";

/** Sizes in px. */
export interface Measures {
  readonly row: number;
  readonly day: number;
  readonly gap: number;
  /** Characters of a message that fit a line. */
  readonly columns: number;
  readonly isWrapped: boolean;
}

/** Measures the rows within `root`, by one that nobody sees. */
export function measure(root: HTMLElement, block: HTMLElement, isWrapped: boolean): Measures {
  const styles = getComputedStyle(root);
  const size = (name: string) => parseFloat(styles.getPropertyValue(name));
  return {
    row: size("--log-row-height"),
    day: size("--log-day-height"),
    gap: size("--log-gap-height"),
    columns: columnsIn(block),
    isWrapped,
  };
}

const PROBE_CHARACTERS = 100;

function columnsIn(block: HTMLElement): number {
  const probe = document.createElement("div");
  probe.className = "log-line log-probe";
  const cells = ["log-time", "log-name", "log-level", "log-text"].map((name) => {
    const cell = document.createElement("span");
    cell.className = name;
    return cell;
  });
  const ruler = document.createElement("span");
  ruler.textContent = "0".repeat(PROBE_CHARACTERS);
  probe.append(...cells);
  part(probe, ".log-text").append(ruler);
  block.append(probe);
  const width = ruler.getBoundingClientRect().width / PROBE_CHARACTERS;
  const room = part(probe, ".log-text").getBoundingClientRect().width;
  probe.remove();
  return Math.max(10, Math.floor(room / width));
}
