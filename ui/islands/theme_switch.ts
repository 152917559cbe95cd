import { applyTheme, savedTheme, saveTheme, type Theme, THEMES } from "./theme_choice.ts";

/** The button that goes through system, light and dark; other tabs follow. */
export function startThemeSwitch(): void {
  let theme = savedTheme();
  const show = (next: Theme) => {
    theme = next;
    applyTheme(theme);
    label(theme);
  };
  label(theme);
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element && event.target.closest("[data-theme-switch]"))) return;
    const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "system";
    saveTheme(next);
    show(next);
  });
  addEventListener("storage", () => show(savedTheme()));
}

function label(theme: Theme): void {
  const button = document.querySelector("[data-theme-switch]");
  button?.setAttribute("aria-label", `Theme: ${theme}`);
  button?.setAttribute("title", `Theme: ${theme}`);
}
