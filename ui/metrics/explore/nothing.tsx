import { oneLine } from "../../format.ts";
import { explorePath, type ExploreQuery } from "./explore_query.ts";

const NAME_CHARACTERS = 100;

const SPANS = [
  { period: "1h", words: "in the last hour", look: "Look in the last hour" },
  { period: "24h", words: "in the last 24 hours", look: "Look in 24 hours" },
  { period: "7d", words: "in the last 7 days", look: "Look in 7 days" },
  { period: "30d", words: "in the last 30 days", look: "Look in 30 days" },
] as const;

/** Metrics are there, and none is chosen. */
export function NothingChosen() {
  return (
    <div class="empty">
      <h2>Choose a metric</h2>
      <p class="muted">Its chart, its labels and its figures are shown here.</p>
    </div>
  );
}

/** The address names a metric that is not there. */
export function UnknownMetric(
  { query, name }: { readonly query: ExploreQuery; readonly name: string },
) {
  return (
    <div class="empty">
      <h2>There is no such metric</h2>
      <p class="muted wrap">
        Nothing called <code>{oneLine(name, NAME_CHARACTERS)}</code> is kept
        {query.project !== undefined && (
          <>
            {" "}
            in the project <bdi>{query.project}</bdi>
          </>
        )}. What has not been sent for longer than samples are kept is forgotten.
      </p>
      {query.project !== undefined && (
        <a class="button" href={explorePath({ ...query, project: undefined })}>
          Look in all projects
        </a>
      )}
    </div>
  );
}

/** The metric is there, and has no samples of this kind in this time. */
export function NoSamples({ query }: { readonly query: ExploreQuery }) {
  const at = query.stretch ? -1 : SPANS.findIndex(({ period }) => period === query.period);
  const longer = at < 0 ? SPANS : SPANS.slice(at + 1);
  const isFiltered = Object.keys(query.labels).length > 0;
  return (
    <div class="empty">
      <h2>No samples {SPANS[at]?.words ?? "in this time"}</h2>
      {isFiltered && <p class="muted">Only those with the chosen labels were looked for.</p>}
      <p class="empty-ways">
        {longer.map(({ period, look }) => (
          <a key={period} class="button" href={explorePath({ ...query, period, stretch: null })}>
            {look}
          </a>
        ))}
        {isFiltered && (
          <a class="button" href={explorePath({ ...query, labels: {} })}>Clear the labels</a>
        )}
      </p>
    </div>
  );
}
