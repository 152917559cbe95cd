/** The theme of this browser; `system` follows its setting. */
export const THEMES = ["system", "light", "dark"] as const;
export type Theme = typeof THEMES[number];

const STORED_AS = "monlight.theme";

export function savedTheme(): Theme {
  const saved = readStored();
  return THEMES.find((theme) => theme === saved) ?? "system";
}

export function applyTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function saveTheme(theme: Theme): void {
  try {
    localStorage.setItem(STORED_AS, theme);
  } catch {
    // Storage is off: the choice holds for this page.
  }
}

function readStored(): string | null {
  try {
    return localStorage.getItem(STORED_AS);
  } catch {
    return null;
  }
}
