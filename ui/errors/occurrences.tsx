import { BROWSER_METHOD, type ErrorDetail, type Occurrence } from "../../core/errors/model.ts";
import { CopyButton } from "../components/copy_button.tsx";
import { Icon } from "../components/icon.tsx";
import { JsonTable } from "../components/json_table.tsx";
import { Time } from "../components/time.tsx";
import { counted, oneLine } from "../format.ts";
import { errorPath, withQuery } from "../links.ts";
import { type Chosen, occurrencePath } from "./occurrence.ts";
import { RawTrace, Trace } from "./trace.tsx";

interface OccurrenceProps {
  readonly group: ErrorDetail;
  readonly chosen: Chosen;
  readonly now: number;
}

/** The traceback of the chosen occurrence; `empty` leaves it out for a refresh. */
export function OccurrenceTrace(
  { group, chosen, empty, now }: OccurrenceProps & { readonly empty: boolean },
) {
  const { occurrence, view } = chosen;
  const keep = `trace ${occurrence.id} ${view}`;
  if (empty) return <section class="card trace-card" data-keep={keep} />;
  return (
    <section class="card trace-card" data-keep={keep} aria-labelledby="trace-title">
      <header class="card-head">
        <h2 id="trace-title">Traceback</h2>
        <span class="muted trace-when">
          <Time at={occurrence.timestamp} now={now} />
        </span>
        <div class="card-tools">
          <ViewSwitch group={group} chosen={chosen} />
          <CopyButton
            label="Copy traceback"
            from={{
              url: withQuery(`${errorPath(group.id)}/traceback`, { occurrence: occurrence.id }),
            }}
          />
        </div>
      </header>
      {chosen.replaced && (
        <p class="trace-note">That occurrence is no longer kept; this is the newest.</p>
      )}
      {view === "raw"
        ? <RawTrace traceback={occurrence.traceback} />
        : <Trace traceback={occurrence.traceback} />}
    </section>
  );
}

function ViewSwitch({ group, chosen }: { readonly group: ErrorDetail; readonly chosen: Chosen }) {
  const { occurrence, view, pinned } = chosen;
  const id = pinned ? occurrence.id : undefined;
  return (
    <nav class="segments small" aria-label="View of the traceback">
      {(["frames", "raw"] as const).map((one) => (
        <a
          key={one}
          href={occurrencePath(group.id, id, one)}
          aria-current={one === view ? "true" : undefined}
        >
          {one === "frames" ? "Frames" : "Raw"}
        </a>
      ))}
    </nav>
  );
}

/** The occurrences that are kept, to step through. */
export function OccurrenceList({ group, chosen, now }: OccurrenceProps) {
  const { occurrences, count } = group;
  const step = (index: number) => occurrences[index]?.id;
  return (
    <section class="card occurrences" aria-labelledby="occurrences-title">
      <header class="card-head">
        <h2 id="occurrences-title">Occurrences</h2>
        <span class="muted">
          {count > occurrences.length
            ? `newest ${occurrences.length}`
            : counted(occurrences.length, "event")}
        </span>
        <div class="card-tools">
          <Step group={group} chosen={chosen} to={step(chosen.index - 1)} newer />
          <Step group={group} chosen={chosen} to={step(chosen.index + 1)} newer={false} />
        </div>
      </header>
      <ol class="plain">
        {occurrences.map((occurrence) => (
          <li key={occurrence.id} data-key={occurrence.id}>
            <a
              href={occurrencePath(group.id, occurrence.id, chosen.view)}
              aria-current={occurrence.id === chosen.occurrence.id ? "true" : undefined}
            >
              <Time at={occurrence.timestamp} now={now} />
              <bdi class="muted">{briefRequest(occurrence)}</bdi>
            </a>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Step(
  { group, chosen, to, newer }: {
    readonly group: ErrorDetail;
    readonly chosen: Chosen;
    readonly to: number | undefined;
    readonly newer: boolean;
  },
) {
  const label = newer ? "Newer occurrence" : "Older occurrence";
  const icon = <Icon name={newer ? "back" : "next"} />;
  if (to === undefined) {
    return <span class="button quiet icon-only disabled" aria-hidden="true">{icon}</span>;
  }
  return (
    <a
      class="button quiet icon-only"
      href={occurrencePath(group.id, to, chosen.view)}
      rel={newer ? "prev" : "next"}
      data-hotkey={newer ? "[" : "]"}
      title={`${label} (${newer ? "[" : "]"})`}
      aria-label={label}
    >
      {icon}
    </a>
  );
}

/** `POST /checkout`, the part of a request that tells occurrences apart. */
function briefRequest(occurrence: Occurrence): string {
  const { request_url, environment } = occurrence;
  const method = methodOf(occurrence);
  if (request_url === null) return method ?? environment;
  const path = URL.canParse(request_url)
    ? new URL(request_url).pathname
    : request_url.replace(/[?#].*$/s, "");
  return oneLine(`${method ?? ""} ${path}`, 120);
}

/** The method of the request; what came through the relay has none. */
function methodOf({ request_method }: Occurrence): string | null {
  return request_method === BROWSER_METHOD ? null : request_method;
}

/** What the chosen occurrence tells of its request, its user and the rest. */
export function OccurrenceContext(
  { chosen, empty }: { readonly chosen: Chosen; readonly empty: boolean },
) {
  const { id, request_url, request_headers, user_id, environment, extra } = chosen.occurrence;
  const method = methodOf(chosen.occurrence);
  const keep = `context ${id}`;
  if (empty) return <div class="context" data-keep={keep} />;
  const request = {
    ...(method === null ? {} : { Method: method }),
    ...(request_url === null ? {} : { URL: request_url }),
    ...(user_id === null ? {} : { User: user_id }),
    Environment: environment,
  };
  return (
    <div class="context" data-keep={keep}>
      <ContextCard title={"URL" in request ? "Request" : "Occurrence"} value={request} />
      <ContextCard title="Extra" value={extra} />
      <ContextCard title="Headers" value={request_headers} />
    </div>
  );
}

function ContextCard(
  { title, value }: { readonly title: string; readonly value: Occurrence["extra"] },
) {
  if (value === null || Object.keys(value).length === 0) return null;
  return (
    <section class="card">
      <header class="card-head">
        <h2>{title}</h2>
      </header>
      <JsonTable label={title} value={value} />
    </section>
  );
}
