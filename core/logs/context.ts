import type { EntryList } from "./block.ts";
import { type LogContext, type StoredEntry, toLogEntry } from "./model.ts";
import { PageText } from "./page_text.ts";
import { indexOfSource, type LogReadStore, type Snapshot } from "./read_sqlite_store.ts";
import type { Stepwise } from "./search.ts";

/** What surrounds an entry in its container, by the order in which it was read; null for an unknown id. */
export function* context(
  store: LogReadStore,
  id: number,
  around: { readonly before: number; readonly after: number },
): Stepwise<LogContext | null> {
  const snapshot = store.snapshot();
  const home = indexOfSource(snapshot, id);
  const list = home === null ? null : listAt(store, snapshot, home);
  if (home === null || !list) return null;
  const entry = list.entry(id - list.firstId);
  const from = { store, snapshot, home, entry };
  const before = yield* neighbours(from, -1, around.before);
  const after = yield* neighbours(from, 1, around.after);
  const text = new PageText();
  return {
    before: before.map((one) => text.add(one)).reverse(),
    entry: toLogEntry(entry),
    after: after.map((one) => text.add(one)),
  };
}

/** The entries of a container that are next to one of it, the nearest first. */
function* neighbours(
  from: {
    readonly store: LogReadStore;
    readonly snapshot: Snapshot;
    readonly home: number;
    readonly entry: StoredEntry;
  },
  direction: 1 | -1,
  limit: number,
): Stepwise<StoredEntry[]> {
  const { store, snapshot, home, entry: { id, container } } = from;
  const found: StoredEntry[] = [];
  for (let index = home; found.length < limit; index += direction) {
    if (index < 0 || index > snapshot.blocks.length) break;
    const list = snapshot.blocks[index]?.containers.includes(container) !== false
      ? listAt(store, snapshot, index)
      : null;
    if (!list) continue;
    const edge = direction > 0 ? 0 : list.count - 1;
    let position = index === home ? id - list.firstId + direction : edge;
    for (; position >= 0 && position < list.count && found.length < limit; position += direction) {
      const name = list.containerNames[list.containers[position] ?? 0];
      if (name === container) found.push(list.entry(position));
    }
    yield;
  }
  return found;
}

/** A block's entries; behind the last block come those that are not sealed. */
function listAt(store: LogReadStore, { blocks, open }: Snapshot, index: number): EntryList | null {
  const block = blocks[index];
  return block ? store.block(block.firstId) : open;
}
