import { Fragment } from "preact";
import type { MetricType } from "../../../core/metrics/model.ts";
import { oneLine, visibleText, type Zone } from "../../format.ts";
import { Chart } from "../chart.tsx";
import type { ChartData } from "../chart_data.ts";
import { ResolutionChoice, StatisticChoice } from "./choices.tsx";
import {
  bucketsIn,
  type DrawnGroup,
  type DrawnRange,
  groupsOf,
  linesOf,
  rangeOf,
} from "./drawn.ts";
import { apiPath, explorePath, type ExploreQuery, spanOf } from "./explore_query.ts";
import { GroupTable, WholeFigures } from "./figures.tsx";
import { ExploreHead } from "./head.tsx";
import { Labels } from "./labels.tsx";
import type { ExploreData, ExploredMetric } from "./load.ts";
import { MetricList } from "./metric_list.tsx";
import { unitOf } from "./metric_unit.ts";
import { NoSamples, NothingChosen, UnknownMetric } from "./nothing.tsx";
import { mainMeasure, measuresOf, STATISTIC_LABELS } from "./statistics.ts";

const TITLE_CHARACTERS = 80;

interface ExplorePageProps {
  readonly query: ExploreQuery;
  readonly data: ExploreData;
  readonly now: number;
  readonly zone: Zone;
}

export function ExplorePage({ query, data, now, zone }: ExplorePageProps) {
  const { metrics, projects, explored } = data;
  const range = rangeOf(spanOf(query), now);
  return (
    <div
      class="explore-page"
      data-page="explore"
      data-metrics
      data-refresh={refreshSeconds(query, now)}
    >
      <ExploreHead {...{ query, projects, range, zone }} />
      <div class={query.name === undefined ? "explore open" : "explore"}>
        <MetricList query={query} metrics={metrics} />
        <div class="explored">
          {explored
            ? <Explored {...{ query, range, zone }} metric={explored} />
            : query.name === undefined
            ? <NothingChosen />
            : <UnknownMetric query={query} name={query.name} />}
        </div>
      </div>
    </div>
  );
}

/** How often what is shown can have changed; never where it has ended. */
function refreshSeconds({ period, stretch }: ExploreQuery, now: number): number | undefined {
  if (stretch) return stretch.to < now ? undefined : 60;
  return period === "1h" ? 15 : 60;
}

function Explored(
  { query, metric, range, zone }: {
    readonly query: ExploreQuery;
    readonly metric: ExploredMetric;
    readonly range: DrawnRange;
    readonly zone: Zone;
  },
) {
  const { name, type, statistic, offered, labels, answer } = metric;
  const groups = groupsOf(answer, mainMeasure(statistic), (range.to - range.from) / 1000);
  const figures = { name, types: [type], measure: mainMeasure(statistic), groups };
  return (
    <>
      <div class="explored-head">
        <h2>
          <bdi>{visibleText(name, "unnamed")}</bdi>
        </h2>
        <Types query={query} type={type} others={answer.other_types ?? []} />
        <a href={apiPath(query, metric.topBy)} title="What the API answers">JSON</a>
      </div>
      <Labels query={query} labels={labels} />
      <div class="explored-choices">
        <StatisticChoice query={query} offered={offered} chosen={statistic} />
        <ResolutionChoice query={query} range={range} told={answer.resolution} />
      </div>
      {groups.every(({ points }) => points.length === 0) ? <NoSamples query={query} /> : (
        <>
          <ExploredChart {...{ query, metric, groups, range, zone }} />
          {answer.groups
            ? (
              <GroupTable
                {...figures}
                query={query}
                leftOut={answer.groups_left_out ?? 0}
              />
            )
            : <WholeFigures {...figures} />}
        </>
      )}
    </>
  );
}

/** What is shown of the name, and what else it is, as after a mistake. */
function Types(
  { query, type, others }: {
    readonly query: ExploreQuery;
    readonly type: MetricType;
    readonly others: readonly MetricType[];
  },
) {
  return (
    <span class="muted">
      {type}
      {others.length > 0 && ", also sent as "}
      {others.map((other, at) => (
        <Fragment key={other}>
          {at > 0 && ", "}
          <a href={explorePath({ ...query, type: other, statistic: undefined })}>{other}</a>
        </Fragment>
      ))}
    </span>
  );
}

function ExploredChart(
  { query, metric: { name, answer, statistic }, groups, range, zone }: {
    readonly query: ExploreQuery;
    readonly metric: ExploredMetric;
    readonly groups: readonly DrawnGroup[];
    readonly range: DrawnRange;
    readonly zone: Zone;
  },
) {
  const buckets = bucketsIn(answer, range);
  const measures = measuresOf(statistic);
  const { kind, per } = unitOf(name, mainMeasure(statistic));
  const data: ChartData = {
    id: "explored",
    unit: kind,
    from: Math.max(range.from, buckets.start),
    to: range.to,
    buckets,
    lines: linesOf(groups, measures, name, buckets),
  };
  const by = query.groupBy.length === 0 ? "" : ` by ${query.groupBy.join(", ")}`;
  const isCounted = statistic === "sum" || statistic === "count";
  const note = [per, isCounted ? `each ${answer.resolution}` : ""].filter((part) => part !== "");
  return (
    <Chart
      data={data}
      title={oneLine(`${STATISTIC_LABELS[statistic]}${by}`, TITLE_CHARACTERS)}
      {...(note.length > 0 ? { note: note.join(", ") } : {})}
      zone={zone}
    />
  );
}
