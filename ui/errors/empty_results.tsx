import { exactCount } from "../format.ts";
import { listPath, type ListQuery } from "./list_query.ts";

/** The filters leave nothing, or the page lies beyond the end. */
export function NothingMatches(
  { query, total }: { readonly query: ListQuery; readonly total: number },
) {
  if (total > 0) {
    return (
      <div class="empty">
        <h2>There is no such page</h2>
        <p class="muted">The list has {exactCount(total)} errors and ends before this.</p>
        <a class="button" href={listPath({ ...query, offset: 0 })}>Go to the first page</a>
      </div>
    );
  }
  const kind = query.resolved === "all"
    ? ""
    : query.resolved === "true"
    ? "resolved "
    : "unresolved ";
  return (
    <div class="empty">
      <h2>No {kind}error matches</h2>
      <p class="muted wrap">{described(query)}</p>
      <p class="empty-ways">
        {query.resolved !== "all" && (
          <a class="button" href={listPath({ ...query, resolved: "all", offset: 0 })}>
            Look in all states
          </a>
        )}
        <a class="button" href={listPath({ resolved: query.resolved })}>Clear the filters</a>
      </p>
    </div>
  );
}

/** There are errors, but none in this state. */
export function NothingUnresolved({ query }: { readonly query: ListQuery }) {
  return query.resolved === "true"
    ? (
      <div class="empty">
        <h2>Nothing resolved yet</h2>
        <p class="muted">What you resolve waits here until its retention ends.</p>
        <a class="button" href={listPath({})}>Show unresolved errors</a>
      </div>
    )
    : (
      <div class="empty">
        <h2>
          <span class="dot dot-resolved" /> All is well
        </h2>
        <p class="muted">No error is unresolved. New ones appear here by themselves.</p>
        <a class="button" href={listPath({ resolved: "true" })}>Show resolved errors</a>
      </div>
    );
}

function described({ project, environment, source, search }: ListQuery): string {
  const parts = [
    project === undefined ? "" : `project ${project}`,
    environment === undefined ? "" : `environment ${environment}`,
    source === undefined ? "" : `source ${source}`,
    search === undefined ? "" : `text “${search}”`,
  ];
  return `Filtered by ${parts.filter((part) => part !== "").join(", ")}.`;
}
