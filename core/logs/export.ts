import { isMemoryTight } from "../memory_limit.ts";
import { LIMITS, type LogEntry, type LogFilter } from "./model.ts";
import { Searcher } from "./searcher.ts";

/** Everything that matches, newest first, a page at a time. What is deleted meanwhile is left out. */
export async function* exportPages(
  searcher: Searcher,
  filter: LogFilter,
  signal?: AbortSignal,
): AsyncGenerator<readonly LogEntry[]> {
  let olderThan: number | undefined;
  while (true) {
    const query = { ...filter, limit: LIMITS.page, offset: 0, olderThan };
    const { logs } = await searcher.exportPage(query, signal);
    if (logs.length === 0) return;
    yield logs;
    olderThan = logs.at(-1)?.id;
  }
}

/** The same entry by entry, from a database file that may be in use. */
export async function* exportEntries(path: string, filter: LogFilter): AsyncGenerator<LogEntry> {
  const searcher = new Searcher(path, { isMemoryTight: isMemoryTight() });
  try {
    for await (const page of exportPages(searcher, filter)) yield* page;
  } finally {
    await searcher.close();
  }
}
