import type { ErrorState } from "../../core/errors/model.ts";

const WORDS: Readonly<Record<ErrorState, string>> = {
  new: "New",
  ongoing: "Ongoing",
  reopened: "Reopened",
  resolved: "Resolved",
};

const MEANINGS: Readonly<Record<ErrorState, string>> = {
  new: "New: first seen within 24 hours",
  ongoing: "Ongoing",
  reopened: "Reopened: came back after it was resolved",
  resolved: "Resolved",
};

/** How a group stands, as a dot whose shape says it too. */
export function StateDot({ state }: { readonly state: ErrorState }) {
  return (
    <span class={`dot dot-${state}`} title={MEANINGS[state]}>
      <span class="sr-only">{WORDS[state]}</span>
    </span>
  );
}

/** The same with its word. */
export function StateTag({ state }: { readonly state: ErrorState }) {
  return (
    <span class={`state state-${state}`} title={MEANINGS[state]}>
      <i class={`dot dot-${state}`} />
      {WORDS[state]}
    </span>
  );
}
