/** The keys that do something, for the list that `?` shows. */
export interface Shortcut {
  /** Alternatives; each a chord or a sequence, separated by blanks. */
  readonly keys: readonly string[];
  readonly does: string;
}

export interface ShortcutGroup {
  readonly title: string;
  readonly shortcuts: readonly Shortcut[];
}

export const SHORTCUTS: readonly ShortcutGroup[] = [
  {
    title: "Anywhere",
    shortcuts: [
      { keys: ["?"], does: "Show this list" },
      { keys: ["g e"], does: "Go to Errors" },
      { keys: ["g s"], does: "Go to Settings" },
      { keys: ["/"], does: "Search" },
      { keys: ["Esc"], does: "Back, or let go" },
    ],
  },
  {
    title: "In the list",
    shortcuts: [
      { keys: ["j", "k"], does: "Next, previous error" },
      { keys: ["Enter"], does: "Open the error" },
      { keys: ["x"], does: "Select the error" },
      { keys: ["r"], does: "Resolve or reopen" },
    ],
  },
  {
    title: "On an error",
    shortcuts: [
      { keys: ["r"], does: "Resolve or reopen" },
      { keys: ["y"], does: "Copy as Markdown" },
      { keys: ["[", "]"], does: "Newer, older occurrence" },
    ],
  },
];
