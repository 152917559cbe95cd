import { isMemoryTight } from "../memory_limit.ts";
import type { Responder, Steps } from "../thread_worker.ts";
import { context } from "./context.ts";
import { histogram } from "./histogram.ts";
import type { HistogramQuery, LogQuery } from "./model.ts";
import { LogReadStore } from "./read_sqlite_store.ts";
import { LogSearch } from "./search.ts";
import { containerCounts, stats } from "./stats.ts";

export type SearchRequest =
  | { readonly kind: "page"; readonly query: LogQuery; readonly isExport: boolean }
  | { readonly kind: "histogram"; readonly query: HistogramQuery; readonly now: number }
  | {
    readonly kind: "context";
    readonly id: number;
    readonly around: { readonly before: number; readonly after: number };
  }
  | { readonly kind: "containers" }
  | { readonly kind: "stats" };

/** Texts of blocks kept: those that the newest matches are counted in are often the same. In characters. */
const KEPT_TEXT = 8 * 2 ** 20;
const KEPT_TEXT_IF_TIGHT = 2 ** 20;

/** Opens a database of logs for what is asked of it; see `Searcher`. */
export function openSearch(path: string): Responder<SearchRequest> {
  const store = new LogReadStore(path, isMemoryTight() ? KEPT_TEXT_IF_TIGHT : KEPT_TEXT);
  const search = new LogSearch(store);
  return {
    *steps(request): Steps {
      switch (request.kind) {
        case "page":
          return yield* search.page(request.query, request.isExport);
        case "histogram":
          return yield* histogram(store, search, request.query, request.now);
        case "context":
          return yield* context(store, search, request.id, request.around);
        case "containers":
          return containerCounts(store);
        case "stats":
          return stats(store);
      }
    },
    close: () => store.close(),
  };
}
