/** The filters: boxes that filter at once, the picker of containers, the range by the reader's own clock. */
import { localInput, momentOf } from "../../format.ts";
import type { LivePage } from "../live_page.ts";

export function startToolbar(live: LivePage): { readonly update: () => void } {
  document.addEventListener("change", ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target.type !== "checkbox") return;
    if (target.name !== "" && target.form?.id === "log-filters") target.form.requestSubmit();
  });
  document.addEventListener("input", ({ target }) => {
    if (target instanceof HTMLInputElement && target.matches("[data-picker-search]")) find(target);
  });
  document.addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest("[data-picker-none]")) chooseAll();
  });
  document.addEventListener("submit", (event) => {
    const { target: form } = event;
    if (!(form instanceof HTMLFormElement) || !form.matches("[data-range-form]")) return;
    event.preventDefault();
    live.visit(rangeUrl(form), { history: "push" });
    for (const popover of document.querySelectorAll<HTMLDetailsElement>("details.range-custom")) {
      popover.open = false;
    }
  }, { capture: true });
  const update = () => {
    // Boxes keep what somebody made of them; here they are what the address says.
    for (const box of filterBoxes()) box.checked = box.defaultChecked;
    showMoments();
  };
  update();
  return { update };
}

function filterBoxes(): NodeListOf<HTMLInputElement> {
  return document.querySelectorAll<HTMLInputElement>("#log-filters input[type=checkbox][name]");
}

function find(search: HTMLInputElement): void {
  const wanted = search.value.trim().toLowerCase();
  for (const label of document.querySelectorAll<HTMLElement>(".picker-names label")) {
    label.hidden = !label.textContent.toLowerCase().includes(wanted);
  }
}

function chooseAll(): void {
  const boxes = document.querySelectorAll<HTMLInputElement>("input[name=container]:checked");
  for (const box of boxes) box.checked = false;
  boxes[0]?.form?.requestSubmit();
}

function momentFields(): NodeListOf<HTMLInputElement> {
  return document.querySelectorAll<HTMLInputElement>("[data-moment]");
}

/** Turns the server's UTC into the reader's own time. */
function showMoments(): void {
  for (const field of momentFields()) {
    const ms = Number(field.dataset.moment);
    field.value = field.dataset.moment === "" ? "" : localInput(ms, "local");
  }
  const words = document.querySelector("[data-range-zone]");
  if (words) words.textContent = "Times are your own.";
}

/** The address of the range, with its times in UTC. */
function rangeUrl(form: HTMLFormElement): URL {
  const url = new URL(form.getAttribute("action") ?? "", location.href);
  if (location.search.includes("live=off")) url.searchParams.set("live", "off");
  for (const [name, value] of new FormData(form)) {
    if (typeof value !== "string" || value === "") continue;
    const isMoment = name === "since" || name === "until";
    const ms = isMoment ? momentOf(value, "local") : NaN;
    url.searchParams.set(name, isMoment && !isNaN(ms) ? new Date(ms).toISOString() : value);
  }
  return url;
}
