/** Links and forms of the same page, without leaving it; and a sign of life for all the others. */
import { setLoading } from "./loading.ts";
import { type LivePage, withoutDone } from "./live_page.ts";

const TYPING_MS = 300;
const CALLED_OFF_MS = 10_000;

export function startNavigation(live: LivePage): void {
  if (document.querySelector("main [data-notice]") || location.search.includes("done=")) {
    history.replaceState(history.state, "", withoutDone(new URL(location.href)));
  }
  document.addEventListener("click", (event) => followLink(event, live));
  document.addEventListener("submit", (event) => sendForm(event, live));
  document.addEventListener("change", ({ target }) => {
    if (target instanceof HTMLSelectElement) target.form?.requestSubmit();
  });
  startSearching(live);
  addEventListener("popstate", async () => {
    await live.visit(location.href, { history: "none" });
    // Whoever goes back while in a field means the field as well.
    const { activeElement } = document;
    if (activeElement instanceof HTMLInputElement && activeElement.type === "search") {
      activeElement.value = activeElement.defaultValue;
    }
  });
  // A page that comes back from the browser's memory is not loading any more.
  addEventListener("pageshow", () => setLoading(false));
}

function followLink(event: MouseEvent, live: LivePage): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (!(event.target instanceof Element)) return;
  const link = event.target.closest("a");
  if (!link || link.origin !== location.origin || link.target || link.hash) return;
  if (link.hasAttribute("download")) return;
  if (link.pathname !== location.pathname || !link.closest("main")) {
    setLoading(true);
    // Nobody tells when a navigation was called off.
    setTimeout(() => setLoading(false), CALLED_OFF_MS);
    return;
  }
  event.preventDefault();
  const history = link.closest("[data-replace]") ? "replace" : "push";
  const isPaging = link.closest(".pager") !== null;
  live.visit(link.href, { history }).then(() => {
    if (isPaging) scrollTo({ top: 0 });
  });
}

function sendForm(event: SubmitEvent, live: LivePage): void {
  const { target: form, submitter } = event;
  if (event.defaultPrevented || !(form instanceof HTMLFormElement)) return;
  if (form.hasAttribute("data-live-form")) {
    event.preventDefault();
    leaveSearch(form);
    live.visit(filterUrl(form), { history: "push" });
  } else if (form.hasAttribute("data-act")) {
    event.preventDefault();
    const action = submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? "";
    live.post(action, fieldsOf(form));
  }
}

/** Enter in a search goes on to what was found: the next keys are no text, and a phone has its screen back. */
function leaveSearch(form: HTMLFormElement): void {
  const field = document.activeElement;
  if (field instanceof HTMLInputElement && field.type === "search" && field.form === form) {
    field.blur();
  }
}

/** The address that a form of filters stands for, without the empty ones; several of a name make a list. */
function filterUrl(form: HTMLFormElement): URL {
  const url = new URL(form.getAttribute("action") ?? "", location.href);
  const fields = fieldsOf(form);
  for (const name of new Set(fields.keys())) {
    const values = fields.getAll(name).filter((value) => value !== "");
    if (values.length > 0) url.searchParams.set(name, values.join(","));
  }
  return url;
}

function fieldsOf(form: HTMLFormElement): URLSearchParams {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string") fields.append(name, value);
  }
  return fields;
}

/** Searches while one types; one visit to the field is one step of the history. */
function startSearching(live: LivePage): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isFirst = true;
  document.addEventListener("input", ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target.type !== "search") return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      const { form } = target;
      if (!form) return;
      live.visit(filterUrl(form), { history: isFirst ? "push" : "replace" });
      isFirst = false;
    }, TYPING_MS);
  });
  document.addEventListener("submit", () => clearTimeout(timer));
  document.addEventListener("focusin", ({ target }) => {
    if (target instanceof HTMLInputElement && target.type === "search") isFirst = true;
  });
}
