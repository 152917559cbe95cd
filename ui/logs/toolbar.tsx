import { LEVELS } from "../../core/logs/model.ts";
import type { ContainerCount, Level, LogHistogram } from "../../core/logs/model.ts";
import { Count } from "../components/count.tsx";
import { Icon } from "../components/icon.tsx";
import { abbreviated } from "../format.ts";
import { countsByLevel } from "./bars.ts";
import { filterFields, logsPath, type LogsQuery, type Range } from "./logs_query.ts";
import { RangeChoice } from "./range_choice.tsx";
import { type View } from "./view.ts";
import { ViewTools } from "./view_tools.tsx";

const SEARCH_HELP = 'Words are all required; "a phrase", OR, NOT, prefix*, field:value';

interface ToolbarProps {
  readonly query: LogsQuery;
  readonly range: Range;
  readonly view: View;
  readonly total: { readonly count: number; readonly isLowerBound: boolean };
  readonly histogram: LogHistogram;
  readonly containers: readonly ContainerCount[];
}

/** The form above the list: its fields are the parameters of the address. */
export function Toolbar({ query, range, view, total, histogram, containers }: ToolbarProps) {
  const chosen = query.containers.length + query.levels.length;
  return (
    <form
      class="logs-head"
      id="log-filters"
      action="/logs"
      role="search"
      aria-label="Log lines"
      data-live-form
    >
      <div class="logs-row">
        <h1>Logs</h1>
        <Total {...total} />
        <HiddenFields query={query} />
        <span class="search">
          <Icon name="search" />
          <input
            class="input"
            type="search"
            name="search"
            id="search"
            value={query.search ?? ""}
            maxLength={1000}
            placeholder="Search lines"
            aria-label="Search lines"
            title={SEARCH_HELP}
            autocomplete="off"
            spellcheck={false}
          />
          <kbd class="js-only keyboard-only" aria-hidden="true">/</kbd>
        </span>
        <button type="submit" class="button no-js-only">Apply</button>
        <RangeChoice query={query} range={range} />
        <LiveSwitch range={range} query={query} />
        <label class="button logs-fold">
          <input type="checkbox" class="sr-only" data-keep="fold" />
          <Icon name="filters" /> Filters{chosen > 0 && <span class="badge">{chosen}</span>}
        </label>
      </div>
      <div class="logs-row logs-folded">
        <ContainerPicker containers={containers} chosen={query.containers} />
        <LevelChoice counts={countsByLevel(histogram)} chosen={query.levels} />
        <span class="logs-gap" />
        <ViewTools query={query} range={range} view={view} />
      </div>
    </form>
  );
}

function Total({ count, isLowerBound }: ToolbarProps["total"]) {
  return (
    <span class="logs-total muted" id="log-total" data-total={count}>
      <Count of={count} />
      {isLowerBound && "+"} {count === 1 && !isLowerBound ? "line" : "lines"}
    </span>
  );
}

/** What the address says beside the fields that can be seen. */
function HiddenFields({ query }: { readonly query: LogsQuery }) {
  const { range, since, until } = filterFields(query);
  const { wrap, top, time } = query.view;
  const fields = { range, since, until, wrap: wrap && "on", top, time };
  return (
    <>
      {Object.entries(fields).map(([name, value]) =>
        value !== undefined && value !== false &&
        <input key={name} type="hidden" name={name} value={value} />
      )}
      <input type="hidden" name="live" value="off" disabled={query.live} data-live-field />
    </>
  );
}

function LiveSwitch({ query, range }: { readonly query: LogsQuery; readonly range: Range }) {
  const canBeLive = range.until === undefined && query.place.at === "end";
  return (
    <>
      <button
        type="button"
        class="button live-switch js-only"
        data-live-switch
        data-state={query.live && canBeLive ? "connecting" : "off"}
        aria-pressed={query.live}
        title="New lines appear by themselves"
      >
        <i class="live-dot" /> Live
      </button>
      <a class="button no-js-only" href={logsPath({ ...query, place: { at: "end" } })}>Refresh</a>
    </>
  );
}

function ContainerPicker(
  { containers, chosen }: {
    readonly containers: readonly ContainerCount[];
    readonly chosen: readonly string[];
  },
) {
  const [first, ...others] = chosen;
  const missing = chosen.filter((name) => containers.every((one) => one.name !== name));
  const all = [...missing.map((name) => ({ name, log_count: 0 })), ...containers];
  return (
    <details class="picker" data-popover>
      <summary class={first === undefined ? "button" : "button chosen"}>
        <Icon name="containers" />
        <span class="picker-label">
          {first === undefined ? "Containers" : first}
        </span>
        {others.length > 0 && <span class="badge">+{others.length}</span>}
        <Icon name="unfold" />
      </summary>
      <fieldset class="popover picker-list">
        <legend class="sr-only">Containers</legend>
        {all.length > 8 && (
          <input
            class="input js-only"
            type="text"
            placeholder="Find a container"
            aria-label="Find a container"
            autocomplete="off"
            spellcheck={false}
            data-picker-search
          />
        )}
        <div class="picker-names" tabIndex={0} role="group" aria-label="Names">
          {all.map(({ name, log_count }) => (
            <label key={name}>
              <input
                type="checkbox"
                name="container"
                value={name}
                checked={chosen.includes(name)}
              />
              <span>{name}</span>
              <Count of={log_count} />
            </label>
          ))}
          {all.length === 0 && <p class="muted">None has written yet.</p>}
        </div>
        <div class="picker-foot">
          <button type="button" class="button quiet js-only" data-picker-none>
            All containers
          </button>
          <button type="submit" class="button no-js-only">Apply</button>
        </div>
      </fieldset>
    </details>
  );
}

function LevelChoice(
  { counts, chosen }: {
    readonly counts: Readonly<Record<Level, number>>;
    readonly chosen: readonly Level[];
  },
) {
  return (
    <fieldset class="levels">
      <legend class="sr-only">Levels</legend>
      {LEVELS.map((level) => (
        <label class={`level-chip log-${level.toLowerCase()}`} key={level} title={level}>
          <input
            type="checkbox"
            class="sr-only"
            name="level"
            value={level}
            checked={chosen.includes(level)}
            aria-label={`${level}, ${abbreviated(counts[level])}`}
          />
          <b class="log-level" aria-hidden="true">{level}</b>
          <span class="level-word" aria-hidden="true">{WORDS[level]}</span>
          <span class="number muted" aria-hidden="true">{abbreviated(counts[level])}</span>
        </label>
      ))}
    </fieldset>
  );
}

const WORDS: Readonly<Record<Level, string>> = {
  DEBUG: "Debug",
  INFO: "Info",
  WARNING: "Warning",
  ERROR: "Error",
  CRITICAL: "Critical",
};
