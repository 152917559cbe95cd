import { Fragment } from "preact";
import { Icon } from "../../components/icon.tsx";
import { counted, exactCount, visibleText } from "../../format.ts";
import { EXPLORE_PATH } from "../links.ts";
import { explorePath, type ExploreQuery, withMetric } from "./explore_query.ts";
import { HiddenFields } from "./hidden_fields.tsx";
import { foundMetrics, type ListedMetric } from "./load.ts";

/** More names than these are found by searching. */
const SHOWN = 200;

/** All metrics by name, narrowed by a search. */
export function MetricList(
  { query, metrics }: { readonly query: ExploreQuery; readonly metrics: readonly ListedMetric[] },
) {
  const found = foundMetrics(metrics, query.search);
  const hidden = found.length - SHOWN;
  return (
    <section class="metric-list" aria-label="Metrics">
      <label class="button explore-fold">
        <input type="checkbox" class="sr-only" data-explore-fold />
        <Icon name="search" /> Other metrics
      </label>
      <SearchForm query={query} />
      <p class="metric-total muted" role="status">
        {query.search === undefined
          ? counted(metrics.length, "metric")
          : `${exactCount(found.length)} of ${counted(metrics.length, "metric")}`}
      </p>
      {found.length > 0
        ? (
          <ol class="metric-names plain" data-rows="names" aria-label="Names">
            {found.slice(0, SHOWN).map((metric) => (
              <MetricRow key={metric.name} query={query} metric={metric} />
            ))}
          </ol>
        )
        : (
          <p class="metric-none muted">
            No name has that in it.{" "}
            <a href={explorePath({ ...query, search: undefined })}>Show all</a>
          </p>
        )}
      {hidden > 0 && (
        <p class="metric-none muted">{exactCount(hidden)} more; search to find them.</p>
      )}
    </section>
  );
}

function SearchForm({ query }: { readonly query: ExploreQuery }) {
  return (
    <form action={EXPLORE_PATH} role="search" aria-label="Metrics by name" data-live-form>
      <HiddenFields query={query} but={["q"]} />
      <span class="search">
        <Icon name="search" />
        <input
          class="input"
          type="search"
          name="q"
          id="search"
          value={query.search ?? ""}
          maxLength={200}
          placeholder="Search names"
          aria-label="Search names"
          autocomplete="off"
          spellcheck={false}
        />
        <kbd class="js-only keyboard-only" aria-hidden="true">/</kbd>
      </span>
      <button type="submit" class="button no-js-only">Search</button>
    </form>
  );
}

function MetricRow(
  { query, metric: { name, types } }: {
    readonly query: ExploreQuery;
    readonly metric: ListedMetric;
  },
) {
  const isChosen = name === query.name;
  return (
    <li data-key={name} class={isChosen ? "metric-row chosen" : "metric-row"}>
      <a
        class="row-link"
        href={explorePath(isChosen ? query : withMetric(query, name))}
        title={name}
        aria-current={isChosen ? "true" : undefined}
      >
        <bdi>
          {wordsOf(visibleText(name, "unnamed")).map((word, at) => (
            <Fragment key={at}>
              {word}
              <wbr />
            </Fragment>
          ))}
        </bdi>
      </a>
      <span class="muted">{types.join(", ")}</span>
    </li>
  );
}

/** The parts of a name between which a line may end: `http_`, `requests_`, `total`. */
function wordsOf(name: string): readonly string[] {
  return name.split(/(?<=[_./-])/);
}
