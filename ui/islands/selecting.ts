/** Selecting rows of a list. */
import { pickedBoxes, rowBox, rows } from "./row_list.ts";

export function startSelecting(): { readonly update: () => void } {
  let lastPicked: string | undefined;
  document.addEventListener("click", (event) => {
    const { target } = event;
    if (!(target instanceof Element)) return;
    if (target.closest("[data-pick-none]")) pickAll(false);
    if (!(target instanceof HTMLInputElement) || target.type !== "checkbox") return;
    if (target.hasAttribute("data-pick-all")) {
      pickAll(target.checked);
    } else if (target.name === "id") {
      if (event.shiftKey && lastPicked !== undefined) pickBetween(lastPicked, target);
      lastPicked = target.value;
      update();
    }
  });
  update();
  return { update };
}

export function pickAll(isPicked: boolean): void {
  for (const row of rows()) setPicked(rowBox(row), isPicked);
  update();
}

/** Selects a row, or lets it go. */
export function togglePicked(row: Element): void {
  const box = rowBox(row);
  setPicked(box, !box?.checked);
  update();
}

function pickBetween(from: string, to: HTMLInputElement): void {
  const boxes = rows().map(rowBox);
  const ends = [boxes.findIndex((box) => box?.value === from), boxes.indexOf(to)];
  if (ends.includes(-1)) return;
  for (const box of boxes.slice(Math.min(...ends), Math.max(...ends) + 1)) {
    setPicked(box, to.checked);
  }
}

function setPicked(box: HTMLInputElement | null, isPicked: boolean): void {
  if (box) box.checked = isPicked;
}

function update(): void {
  const picked = pickedBoxes().length;
  const words = document.querySelector("[data-picked]");
  if (words) words.textContent = `${picked} selected`;
  const all = document.querySelector<HTMLInputElement>("[data-pick-all]");
  if (!all) return;
  all.checked = picked > 0 && picked === rows().length;
  all.indeterminate = picked > 0 && !all.checked;
}
