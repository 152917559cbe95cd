/** The thread that answers queries of what is stored; see `Querier`. */
import { serveThread, type Steps } from "../thread_worker.ts";
import { type DashboardOptions, queryDashboard } from "./dashboard.ts";
import type { DashboardQuery, MetricQuery } from "./model.ts";
import { MetricReadStore } from "./read_sqlite_store.ts";
import { queryMetric, type QueryOptions } from "./series_query.ts";

export type MetricRequest =
  | {
    readonly kind: "query";
    readonly query: MetricQuery;
    readonly options: Omit<QueryOptions, "budget">;
  }
  | {
    readonly kind: "dashboard";
    readonly query: DashboardQuery;
    readonly options: Omit<DashboardOptions, "budget">;
  }
  | { readonly kind: "names"; readonly project: string | undefined }
  | { readonly kind: "labels"; readonly name: string; readonly project: string | undefined }
  | { readonly kind: "projects" };

/** Queries that go on side by side: each holds a moment of the database, and what it has read. */
const AT_ONCE = 4;

serveThread<MetricRequest>((path) => {
  // One alone, first: that it cannot be opened is told to the request that wanted it.
  const stores = [new MetricReadStore(path)];
  const free = [...stores];
  const take = (): MetricReadStore => {
    const store = free.pop() ?? new MetricReadStore(path);
    if (!stores.includes(store)) stores.push(store);
    return store;
  };
  return {
    atOnce: AT_ONCE,
    *steps(request): Steps {
      const store = take();
      try {
        // Each sees the database as it is at one moment, however many turns it takes.
        return yield* store.atOneMomentInSteps(answer(store, request));
      } finally {
        free.push(store);
      }
    },
    close: () => stores.forEach((store) => store.close()),
  };
});

function* answer(store: MetricReadStore, request: MetricRequest): Steps {
  switch (request.kind) {
    case "query":
      return yield* queryMetric(store, request.query, request.options);
    case "dashboard":
      return yield* queryDashboard(store, request.query, request.options);
    case "names":
      return store.names(request.project);
    case "labels":
      return store.labels(store.metrics(request).map(({ id }) => id));
    case "projects":
      return store.projects();
  }
}
