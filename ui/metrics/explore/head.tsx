import type { Period } from "../../../core/metrics/model.ts";
import { Icon } from "../../components/icon.tsx";
import type { Zone } from "../../format.ts";
import { stretchText } from "../axes.ts";
import { EXPLORE_PATH } from "../links.ts";
import { MetricTabs } from "../tabs.tsx";
import type { DrawnRange } from "./drawn.ts";
import { explorePath, type ExploreQuery } from "./explore_query.ts";
import { HiddenFields } from "./hidden_fields.tsx";

const PERIOD_CHOICES: readonly { readonly name: Period; readonly title: string }[] = [
  { name: "1h", title: "The last hour" },
  { name: "24h", title: "The last 24 hours" },
  { name: "7d", title: "The last 7 days" },
  { name: "30d", title: "The last 30 days" },
];

interface HeadProps {
  readonly query: ExploreQuery;
  readonly projects: readonly string[];
  readonly range: DrawnRange;
  readonly zone: Zone;
}

/** What is chosen for whichever metric: when, and of which project. */
export function ExploreHead({ query, projects, range, zone }: HeadProps) {
  return (
    <div class="page-head">
      <h1>Metrics</h1>
      <MetricTabs current="explore" project={query.project} />
      <div class="filters">
        {query.stretch && <Stretch query={query} range={range} zone={zone} />}
        <nav class="segments" aria-label="Time range">
          {PERIOD_CHOICES.map(({ name, title }) => (
            <a
              key={name}
              href={explorePath({ ...query, period: name, stretch: null })}
              title={title}
              aria-current={query.stretch === null && name === query.period ? "true" : undefined}
            >
              {name}
            </a>
          ))}
        </nav>
        <ProjectChoice query={query} projects={projects} />
      </div>
    </div>
  );
}

/** The stretch of time that is shown instead of a period, and the way out of it. */
function Stretch({ query, range: { from, to }, zone }: Omit<HeadProps, "projects">) {
  return (
    <span class="stretch">
      <span class="number" data-stretch={`${from} ${to}`}>{stretchText(from, to, zone)}</span>
      <a
        class="button"
        href={explorePath({ ...query, stretch: null })}
        title="Double click on the chart does it as well"
        data-zoom-out
        data-back
      >
        <Icon name="zoomOut" /> Back to {query.period}
      </a>
    </span>
  );
}

function ProjectChoice(
  { query, projects }: {
    readonly query: ExploreQuery;
    readonly projects: readonly string[];
  },
) {
  const { project } = query;
  const names = project === undefined || projects.includes(project)
    ? projects
    : [project, ...projects];
  return (
    <form action={EXPLORE_PATH} class="project-choice" data-live-form>
      <HiddenFields query={query} but={["project"]} />
      <span class={project === undefined ? "select" : "select chosen"}>
        <select name="project" aria-label="Project">
          <option value="">All projects</option>
          {names.map((name) => (
            <option key={name} value={name} selected={name === project}>{name}</option>
          ))}
        </select>
      </span>
      <button type="submit" class="button no-js-only">Apply</button>
    </form>
  );
}
