import type { LogContext } from "./model.ts";
import { PageText } from "./page_text.ts";
import { indexOfSource, type LogReadStore } from "./read_sqlite_store.ts";
import type { LogSearch, Stepwise } from "./search.ts";

/** What surrounds an entry in its container, in the order of the list; null for an unknown id. */
export function* context(
  store: LogReadStore,
  search: LogSearch,
  id: number,
  around: { readonly before: number; readonly after: number },
): Stepwise<LogContext | null> {
  const snapshot = store.snapshot();
  const home = indexOfSource(snapshot, id);
  if (home === null) return null;
  const block = snapshot.blocks[home];
  const list = block ? store.block(block.firstId) : snapshot.open;
  if (!list) return null;
  const entry = list.entry(id - list.firstId);
  const text = new PageText();
  // Before the others take the room, so that it is whole whatever is around it.
  const whole = text.add(entry);
  const older = { snapshot, entry, direction: "older" } as const;
  const before = yield* search.beside(older, around.before, text);
  const newer = { snapshot, entry, direction: "newer" } as const;
  const after = yield* search.beside(newer, around.after, text);
  return { before: before.toReversed(), entry: whole, after };
}
