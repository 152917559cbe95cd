import { Icon } from "../components/icon.tsx";
import {
  filterFields,
  logsPath,
  type LogsQuery,
  type Range,
  type RangeName,
} from "./logs_query.ts";

const SHOWN: readonly RangeName[] = ["1h", "24h", "7d"];
const TITLES: Readonly<Record<RangeName, string>> = {
  "1h": "The last hour",
  "24h": "The last 24 hours",
  "7d": "The last 7 days",
  all: "Everything that is kept",
};

/** The id of the form that the fields of the custom range belong to; it cannot stand within another form. */
const FORM = "log-range";

/** How far back the list goes. */
export function RangeChoice(
  { query, range }: { readonly query: LogsQuery; readonly range: Range },
) {
  const linkTo = (name: RangeName) =>
    logsPath({
      ...query,
      range: name === "24h" ? undefined : name,
      since: undefined,
      until: undefined,
      place: { at: "end" },
    });
  return (
    <div class="range">
      <nav class="segments" aria-label="Time range">
        {SHOWN.map((name) => (
          <a
            key={name}
            href={linkTo(name)}
            title={TITLES[name]}
            aria-current={range.name === name ? "true" : undefined}
          >
            {name}
          </a>
        ))}
        <a
          href={linkTo("all")}
          title={TITLES.all}
          aria-current={range.name === "all" ? "true" : undefined}
        >
          All
        </a>
      </nav>
      <details class="range-custom" data-popover>
        <summary class={range.name === "custom" ? "button chosen" : "button"}>
          Custom <Icon name="unfold" />
        </summary>
        <div class="popover range-fields">
          <MomentField name="since" label="From" ms={range.since} />
          <MomentField name="until" label="To" ms={range.until} />
          <p class="muted">
            <span data-range-zone>Times are in UTC.</span>{" "}
            Leave one empty to go to where the log begins, or ends.
          </p>
          <button type="submit" class="button primary" form={FORM}>Show</button>
        </div>
      </details>
    </div>
  );
}

/** The form of the custom range; stands outside of the other one. */
export function RangeForm({ query }: { readonly query: LogsQuery }) {
  const { container, level, search } = filterFields(query);
  return (
    <form id={FORM} action="/logs" data-live-form data-range-form>
      {Object.entries({ container, level, search }).map(([name, value]) =>
        value && <input key={name} type="hidden" name={name} value={value} />
      )}
    </form>
  );
}

function MomentField(
  { name, label, ms }: {
    readonly name: string;
    readonly label: string;
    readonly ms: number | undefined;
  },
) {
  return (
    <label>
      {label}
      <input
        class="input"
        type="datetime-local"
        step="1"
        form={FORM}
        name={name}
        value={ms === undefined ? "" : new Date(ms).toISOString().slice(0, 19)}
        data-moment={ms ?? ""}
      />
    </label>
  );
}
