const STORED_AS = "monlight.list";

/** The way back from an error leads to the list as it was filtered. */
export function updateBackLink(): void {
  try {
    if (location.pathname === "/errors" && document.querySelector("[data-rows]")) {
      sessionStorage.setItem(STORED_AS, location.pathname + location.search);
    }
    const list = sessionStorage.getItem(STORED_AS);
    if (list !== null) {
      document.querySelector(`[data-back][href^="/errors"]`)?.setAttribute("href", list);
    }
  } catch {
    // Storage is off: the link leads to the whole list.
  }
}
