import type { SectionName } from "./section.ts";

/** The keys that do something, for the list that `?` shows. */
export interface Shortcut {
  /** Alternatives; each a chord or a sequence, separated by blanks. */
  readonly keys: readonly string[];
  readonly does: string;
  /** Only where the process has this section. */
  readonly section?: SectionName;
}

export interface ShortcutGroup {
  readonly title: string;
  readonly shortcuts: readonly Shortcut[];
  readonly section?: SectionName;
}

export const SHORTCUTS: readonly ShortcutGroup[] = [
  {
    title: "Anywhere",
    shortcuts: [
      { keys: ["?"], does: "Show this list" },
      { keys: ["g o"], does: "Go to Overview", section: "overview" },
      { keys: ["g e"], does: "Go to Errors", section: "errors" },
      { keys: ["g l"], does: "Go to Logs", section: "logs" },
      { keys: ["g m"], does: "Go to Metrics", section: "metrics" },
      { keys: ["g s"], does: "Go to Settings" },
      { keys: ["/"], does: "Search" },
      { keys: ["Esc"], does: "Back, or let go" },
    ],
  },
  {
    title: "In the list of errors",
    section: "errors",
    shortcuts: [
      { keys: ["j", "k"], does: "Next, previous error" },
      { keys: ["Enter"], does: "Open the error" },
      { keys: ["x"], does: "Select the error" },
      { keys: ["r"], does: "Resolve or reopen" },
    ],
  },
  {
    title: "On an error",
    section: "errors",
    shortcuts: [
      { keys: ["r"], does: "Resolve or reopen" },
      { keys: ["y"], does: "Copy as Markdown" },
      { keys: ["[", "]"], does: "Newer, older occurrence" },
    ],
  },
  {
    title: "In the logs",
    section: "logs",
    shortcuts: [
      { keys: ["j", "k"], does: "Next, previous line" },
      { keys: ["Enter"], does: "Open or close the line" },
      { keys: ["c"], does: "What was written around it" },
      { keys: ["f"], does: "Follow the newest lines" },
      { keys: ["w"], does: "Wrap long messages" },
    ],
  },
  {
    title: "In a chart",
    section: "metrics",
    shortcuts: [
      { keys: ["←", "→"], does: "Read the values by time" },
      { keys: ["Shift ←", "Shift →"], does: "Choose a stretch of time" },
      { keys: ["Enter"], does: "Zoom to it" },
      { keys: ["Backspace"], does: "Back to the whole time" },
    ],
  },
];
