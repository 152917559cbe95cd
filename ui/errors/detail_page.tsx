import { type ErrorDetail, stateOf } from "../../core/errors/model.ts";
import { Histogram } from "../components/histogram.tsx";
import { Icon } from "../components/icon.tsx";
import { isInvisible, oneLine, visibleText } from "../format.ts";
import { errorPath } from "../links.ts";
import { Facts } from "./facts.tsx";
import { type Chosen, occurrencePath } from "./occurrence.ts";
import { OccurrenceContext, OccurrenceList, OccurrenceTrace } from "./occurrences.tsx";
import { StateTag } from "./state.tsx";

export interface DetailPageProps {
  readonly group: ErrorDetail;
  readonly chosen: Chosen | null;
  /** Whether only what changes is asked for: the page in the browser keeps its traceback. */
  readonly isRefresh: boolean;
  readonly now: number;
}

export function DetailPage({ group, chosen, isRefresh, now }: DetailPageProps) {
  const shown = chosen === null
    ? undefined
    : occurrencePath(group.id, chosen.occurrence.id, chosen.view);
  return (
    <article class="detail-page" data-page="detail" data-refresh="10" data-refresh-path={shown}>
      <a class="back" href="/errors" data-back>
        <Icon name="back" /> Errors
      </a>
      <DetailHead group={group} now={now} />
      <div class="columns" data-replace>
        <div class="column">
          {chosen && (
            <>
              <OccurrenceTrace group={group} chosen={chosen} empty={isRefresh} now={now} />
              <OccurrenceContext chosen={chosen} empty={isRefresh} />
            </>
          )}
        </div>
        <div class="column">
          <section class="card overview" aria-label="Overview">
            <Histogram days={group.daily_counts} now={now} />
            <Facts group={group} occurrence={chosen?.occurrence ?? null} now={now} />
          </section>
          {chosen && <OccurrenceList group={group} chosen={chosen} now={now} />}
        </div>
      </div>
    </article>
  );
}

function DetailHead({ group, now }: { readonly group: ErrorDetail; readonly now: number }) {
  return (
    <header class="detail-head">
      <div class="detail-what">
        <div class="detail-line">
          <StateTag state={stateOf(group, now)} />
          <span class="muted where">
            {group.location !== null && <bdi>{oneLine(group.location, 300)}</bdi>}
          </span>
        </div>
        <h1>
          <bdi>{visibleText(group.exception_type, "unnamed")}</bdi>
        </h1>
        {isInvisible(group.message)
          ? <p class="muted">This error has no message.</p>
          : (
            <p class="detail-message" dir="auto" tabIndex={isLong(group.message) ? 0 : undefined}>
              {group.message}
            </p>
          )}
      </div>
      <div class="detail-actions">
        <StateButton group={group} />
        <a
          class="button"
          href={`${errorPath(group.id)}/markdown`}
          data-copy-url={`${errorPath(group.id)}/markdown`}
          data-hotkey="y"
        >
          <Icon name="copy" /> Copy as Markdown
          <kbd class="js-only keyboard-only" aria-hidden="true">y</kbd>
        </a>
      </div>
    </header>
  );
}

/** Whether a message may need to scroll, and so has to be reachable by keyboard. */
function isLong(message: string): boolean {
  return message.length > 600 || message.split("\n", 10).length >= 10;
}

function StateButton({ group }: { readonly group: ErrorDetail }) {
  const path = errorPath(group.id);
  return (
    <form method="post" action={`${path}/${group.resolved ? "reopen" : "resolve"}`} data-act>
      <button type="submit" class={group.resolved ? "button" : "button primary"} data-hotkey="r">
        <Icon name={group.resolved ? "reopen" : "check"} /> {group.resolved ? "Reopen" : "Resolve"}
        <kbd class="js-only keyboard-only" aria-hidden="true">r</kbd>
      </button>
    </form>
  );
}
