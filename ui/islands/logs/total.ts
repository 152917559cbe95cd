import type { Level } from "../../../core/logs/model.ts";
import { abbreviated, exactCount } from "../../format.ts";

/** Counts lines that came in to those that the server counted. */
export function addToTotal(added: number): void {
  const total = document.getElementById("log-total");
  const number = total?.querySelector<HTMLElement>(".number");
  if (!total || !number) return;
  const count = Number(total.dataset.total) + added;
  total.dataset.total = String(count);
  const short = abbreviated(count);
  number.textContent = short;
  if (short === exactCount(count)) number.removeAttribute("title");
  else number.title = exactCount(count);
}

/** Shows how many lines each level has. */
export function showLevelCounts(counts: Readonly<Record<Level, number>>): void {
  for (const [level, count] of Object.entries(counts)) {
    const box = document.querySelector(`#log-filters input[name=level][value="${level}"]`);
    const number = box?.parentElement?.querySelector(".number");
    if (!number) continue;
    number.textContent = abbreviated(count);
    box?.setAttribute("aria-label", `${level}, ${abbreviated(count)}`);
  }
}
