import type { MetricType } from "../../../core/metrics/model.ts";
import { abbreviated, exactCount, visibleText } from "../../format.ts";
import { scaleFor, type UnitScale, valueText } from "../units.ts";
import { type DrawnGroup, type Figures, MOST_LINES } from "./drawn.ts";
import { explorePath, type ExploreQuery, withLabels } from "./explore_query.ts";
import { unitOf } from "./metric_unit.ts";
import { type Measure, MEASURE_WORDS, type Ranking, RANKINGS } from "./statistics.ts";

/** A figure of each group, and its name. */
interface Column {
  readonly title: string;
  readonly text: (figures: Figures) => string;
  /** In all digits, where `text` may have left some out. */
  readonly exact?: (figures: Figures) => string;
}

interface FiguresProps {
  readonly name: string;
  readonly types: readonly MetricType[];
  readonly measure: Measure;
  /** The first is everything where nothing is grouped. */
  readonly groups: readonly DrawnGroup[];
}

/** What everything in the range comes to. */
export function WholeFigures(metric: FiguresProps) {
  const [whole] = metric.groups;
  return whole && (
    <dl class="whole-figures">
      {columnsOf(metric).map(({ title, text, exact }) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd class="number" title={exact?.(whole.figures)}>{text(whole.figures)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** All groups, each with its figures; those that are drawn have the colour of their line. */
export function GroupTable(
  { query, leftOut, ...metric }: FiguresProps & {
    readonly query: ExploreQuery;
    /** How many groups there are beside these. */
    readonly leftOut: number;
  },
) {
  const { groups } = metric;
  const ranking = RANKINGS[metric.measure];
  const columns = columnsOf(metric);
  return (
    <section class="groups" aria-label="Groups">
      <GroupHint shown={groups.length} leftOut={leftOut} ranking={ranking} />
      <div class="group-scroll" tabIndex={0} role="group" aria-label="Figures of the groups">
        <table class="group-table">
          <caption class="sr-only">Groups by {ranking.words}, the greatest first</caption>
          <thead>
            <tr>
              <th>{query.groupBy.join(" · ")}</th>
              {columns.map(({ title }) => <th key={title}>{title}</th>)}
            </tr>
          </thead>
          <tbody>
            {groups.map((group) => (
              <GroupRow key={group.label} query={query} group={group} columns={columns} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function GroupHint(
  { shown, leftOut, ranking: { order, words } }: {
    readonly shown: number;
    readonly leftOut: number;
    readonly ranking: Ranking;
  },
) {
  const all = shown + leftOut;
  if (all <= MOST_LINES) return null;
  const chart = order === null && leftOut > 0
    ? `the top ${MOST_LINES} by ${words} of the ${
      exactCount(shown)
    } groups with the most samples; ` +
      `there are ${exactCount(all)}`
    : `the top ${MOST_LINES} of ${exactCount(all)} groups by ${words}` +
      (leftOut > 0 ? `, the table the top ${exactCount(shown)}` : "");
  return <p class="muted">The chart has {chart}. Choose a value above to see others.</p>;
}

function GroupRow(
  { query, group: { label, labels, tone, figures }, columns }: {
    readonly query: ExploreQuery;
    readonly group: DrawnGroup;
    readonly columns: readonly Column[];
  },
) {
  // A label that a series does not have cannot be asked for.
  const isReachable = Object.values(labels).every((value) => value !== "");
  const path = explorePath(withLabels({ ...query, groupBy: [] }, labels));
  const name = <bdi>{visibleText(label, "blank")}</bdi>;
  return (
    <tr data-key={label}>
      <th scope="row">
        <span class="group-name">
          <i class={tone === null ? "chart-swatch none" : `chart-swatch tone-${tone}`}></i>
          {isReachable ? <a href={path} title="Only this group">{name}</a> : name}
        </span>
      </th>
      {columns.map(({ title, text, exact }) => (
        <td key={title} class="number" title={exact?.(figures)}>{text(figures)}</td>
      ))}
    </tr>
  );
}

/** The figures that say something about a metric of these types. */
function columnsOf({ name, types, measure, groups }: FiguresProps): readonly Column[] {
  const isCounter = types.every((type) => type === "counter");
  const isGauge = types.every((type) => type === "gauge");
  const words = MEASURE_WORDS[measure];
  const written = writerOf(name, groups, measure === "rate");
  const drawn = (value: number | null) => written(value, measure);
  return [
    { title: `Last ${words}`, text: ({ last }) => drawn(last) },
    { title: `Highest ${words}`, text: ({ greatest }) => drawn(greatest) },
    {
      title: isCounter ? "Average rate" : "Average",
      text: ({ average }) => written(average, isCounter ? "rate" : "avg"),
    },
    ...(isCounter ? [] : [
      {
        title: isGauge ? "Samples" : "Count",
        text: ({ count }: Figures) => written(count, "count"),
        exact: ({ count }: Figures) => exactCount(count),
      },
    ]),
    ...(isGauge ? [] : [
      {
        title: "Sum",
        text: ({ sum }: Figures) => written(sum, "sum"),
        exact: ({ sum }: Figures) => exactCount(sum),
      },
    ]),
  ];
}

/** Writes values of a metric; all rates by the same time, as those by different ones cannot be compared. */
function writerOf(name: string, groups: readonly DrawnGroup[], isRate: boolean) {
  const rates = groups.map(({ figures }) => (isRate ? figures.greatest : figures.average) ?? 0);
  // Zero by itself is as small as can be, and reads as it does on the axis.
  const scale: UnitScale = scaleFor("per second", Math.max(0, ...rates) || 1);
  return (value: number | null, measure: Measure): string => {
    if (value === null) return "–";
    const { kind, factor } = unitOf(name, measure);
    if (kind === "count" && Number.isInteger(value)) return abbreviated(value);
    return valueText(value * factor, kind, scale);
  };
}
