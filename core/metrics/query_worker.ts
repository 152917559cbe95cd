/** The thread that answers queries of what is stored; see `Querier`. */
import { serveThread } from "../thread_worker.ts";
import { queryDashboard } from "./dashboard.ts";
import type { DashboardQuery, MetricQuery } from "./model.ts";
import { MetricReadStore } from "./read_sqlite_store.ts";
import { queryMetric } from "./series_query.ts";

/** In ms. */
export interface When {
  readonly now: number;
  /** How long minutes are kept. */
  readonly minutesKept: number;
}

export type MetricRequest =
  | { readonly kind: "query"; readonly query: MetricQuery; readonly when: When }
  | { readonly kind: "dashboard"; readonly query: DashboardQuery; readonly when: When }
  | { readonly kind: "names"; readonly project: string | undefined }
  | { readonly kind: "labels"; readonly name: string; readonly project: string | undefined }
  | { readonly kind: "projects" };

serveThread<MetricRequest>((path) => {
  const store = new MetricReadStore(path);
  return {
    // In one go, so that each sees the database as it is at one moment.
    answer: (request) => store.atOneMoment(() => answer(store, request)),
    close: () => store.close(),
  };
});

function answer(store: MetricReadStore, request: MetricRequest): unknown {
  switch (request.kind) {
    case "query":
      return queryMetric(store, request.query, request.when.now, request.when.minutesKept);
    case "dashboard":
      return queryDashboard(store, request.query, request.when.now, request.when.minutesKept);
    case "names":
      return store.names(request.project);
    case "labels":
      return store.labels(store.metrics(request).map(({ id }) => id));
    case "projects":
      return store.projects();
  }
}
