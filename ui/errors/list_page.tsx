import type { ErrorPage } from "../../core/errors/model.ts";
import { Icon } from "../components/icon.tsx";
import { Notice } from "../components/notice.tsx";
import { counted, exactCount } from "../format.ts";
import { NothingMatches, NothingUnresolved } from "./empty_results.tsx";
import { Filters } from "./filters.tsx";
import { type Done, isFiltered, listPath, type ListQuery } from "./list_query.ts";
import { ErrorRow } from "./row.tsx";

export interface ListPageProps {
  readonly query: ListQuery;
  readonly page: ErrorPage;
  readonly projects: readonly string[];
  readonly environments: readonly string[];
  readonly done: { readonly done: Done; readonly ids: readonly number[] } | null;
  readonly now: number;
}

export function ListPage({ query, page, projects, environments, done, now }: ListPageProps) {
  const { errors, total } = page;
  return (
    <div class="list-page" data-page="list" data-refresh="10">
      <div class="page-head">
        <h1>Errors</h1>
        <span class="muted number" id="total">{total > 0 && exactCount(total)}</span>
        <Filters query={query} projects={projects} environments={environments} />
      </div>
      {done && <DoneNotice done={done.done} ids={done.ids} next={listPath(query)} />}
      {errors.length > 0
        ? <ErrorTable query={query} page={page} now={now} />
        : total > 0 || isFiltered(query)
        ? <NothingMatches query={query} total={total} />
        : <NothingUnresolved query={query} />}
    </div>
  );
}

function ErrorTable(
  { query, page, now }: {
    readonly query: ListQuery;
    readonly page: ErrorPage;
    readonly now: number;
  },
) {
  return (
    <form method="post" action="/errors/resolve" class="error-list" data-act>
      <input type="hidden" name="next" value={listPath(query)} />
      <table class="errors">
        <caption class="sr-only">Errors, the last seen first</caption>
        <thead>
          <tr>
            <th class="row-pick">
              <label class="js-only">
                <input type="checkbox" data-pick-all aria-label="Select all" />
              </label>
            </th>
            <th>Error</th>
            <th>Project</th>
            <th>Last 24 h</th>
            <th class="row-count">Events</th>
            <th class="row-seen">Last seen</th>
          </tr>
        </thead>
        <tbody data-rows={query.offset === 0 ? "first" : "later"}>
          {page.errors.map((group) => <ErrorRow key={group.id} group={group} now={now} />)}
        </tbody>
      </table>
      <div class="list-foot">
        <BulkActions resolved={query.resolved} />
        <Pager query={query} page={page} />
      </div>
    </form>
  );
}

function BulkActions({ resolved }: { readonly resolved: ListQuery["resolved"] }) {
  return (
    <div class="bulk" role="group" aria-label="With the selected errors">
      <span class="number js-only" data-picked>0 selected</span>
      <span class="no-js-only">Selected:</span>
      {resolved !== "true" && (
        <button type="submit" class="button" data-bulk="resolve">
          <Icon name="check" /> Resolve
        </button>
      )}
      {resolved !== "false" && (
        <button type="submit" class="button" formaction="/errors/reopen" data-bulk="reopen">
          <Icon name="reopen" /> Reopen
        </button>
      )}
      <button
        type="button"
        class="button quiet icon-only js-only"
        data-pick-none
        aria-label="Select none"
        title="Select none (Esc)"
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

function Pager({ query, page }: { readonly query: ListQuery; readonly page: ErrorPage }) {
  const { total, offset, limit, errors } = page;
  const last = offset + errors.length;
  if (offset === 0 && last >= total) return null;
  return (
    <nav class="pager" aria-label="Pages">
      <span class="muted number">
        {exactCount(offset + 1)}–{exactCount(last)} of {exactCount(total)}
      </span>
      <PageLink
        rel="prev"
        label="Newer"
        path={offset > 0 ? listPath({ ...query, offset: Math.max(0, offset - limit) }) : null}
      />
      <PageLink
        rel="next"
        label="Older"
        path={last < total ? listPath({ ...query, offset: offset + limit }) : null}
      />
    </nav>
  );
}

function PageLink(
  { rel, label, path }: {
    readonly rel: "prev" | "next";
    readonly label: string;
    readonly path: string | null;
  },
) {
  const content = rel === "prev"
    ? (
      <>
        <Icon name="back" /> {label}
      </>
    )
    : (
      <>
        {label} <Icon name="next" />
      </>
    );
  return path === null
    ? <span class="button disabled" aria-hidden="true">{content}</span>
    : <a class="button" rel={rel} href={path}>{content}</a>;
}

function DoneNotice(
  { done, ids, next }: {
    readonly done: Done;
    readonly ids: readonly number[];
    readonly next: string;
  },
) {
  const undo = done === "resolved" ? "/errors/reopen" : "/errors/resolve";
  return (
    <Notice>
      <span>{counted(ids.length, "error")} {done}.</span>
      <form method="post" action={undo} data-act>
        <input type="hidden" name="ids" value={ids.join(",")} />
        <input type="hidden" name="next" value={next} />
        <button type="submit" class="button quiet">Undo</button>
      </form>
    </Notice>
  );
}
