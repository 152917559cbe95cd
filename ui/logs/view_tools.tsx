import { Icon, type IconName } from "../components/icon.tsx";
import { apiQuery, logFilter, logsPath, type LogsQuery, type Range } from "./logs_query.ts";
import type { View } from "./view.ts";

interface ViewToolsProps {
  readonly query: LogsQuery;
  readonly range: Range;
  readonly view: View;
}

/** How the list looks, and the way to take it along. Script does without loading what links load. */
export function ViewTools({ query, range, view }: ViewToolsProps) {
  const path = (change: Partial<View>) =>
    logsPath({ ...query, view: { ...query.view, ...change } });
  return (
    <div class="view-tools">
      <Switch
        name="wrap"
        icon="wrap"
        label="Wrap long messages"
        isOn={view.wrap}
        href={path({ wrap: !view.wrap })}
        hotkey="w"
      />
      <Switch
        name="top"
        icon="newest"
        label="Newest on top"
        isOn={view.top === "newest"}
        href={path({ top: view.top === "newest" ? "oldest" : "newest" })}
      />
      <Switch
        name="time"
        label="Times in UTC"
        isOn={view.time === "utc"}
        href={path({ time: view.time === "utc" ? "local" : "utc" })}
      />
      <Download query={query} range={range} />
    </div>
  );
}

function Switch(
  { name, label, icon, isOn, href, hotkey }: {
    readonly name: keyof View;
    readonly label: string;
    /** The word UTC stands for itself. */
    readonly icon?: IconName;
    readonly isOn: boolean;
    readonly href: string;
    readonly hotkey?: string;
  },
) {
  return (
    <a
      class={icon ? "button quiet icon-only" : "button quiet"}
      href={href}
      role="switch"
      aria-checked={isOn}
      aria-label={label}
      title={hotkey ? `${label} (${hotkey})` : label}
      data-view={name}
    >
      {icon ? <Icon name={icon} /> : "UTC"}
    </a>
  );
}

function Download({ query, range }: { readonly query: LogsQuery; readonly range: Range }) {
  const filter = apiQuery(logFilter(query, range));
  const path = (format: string) => `/api/logs/export?format=${format}${filter && `&${filter}`}`;
  return (
    <details class="download" data-popover>
      <summary class="button quiet icon-only" title="Download" aria-label="Download">
        <Icon name="download" />
      </summary>
      <div class="popover menu">
        <a href={path("text")} download="logs.txt">As text</a>
        <a href={path("ndjson")} download="logs.ndjson">As JSON lines</a>
      </div>
    </details>
  );
}
