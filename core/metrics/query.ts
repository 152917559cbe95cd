/** The queries of the Metrics Collector's API and of its pages: their parameters, and how a URL is read. */
import { Failure } from "../failure.ts";
import {
  choiceParam,
  type QueryParam,
  readQuery,
  requiredTextParam,
  textParam,
  timeParam,
} from "../http/query_params.ts";
import {
  type DashboardQuery,
  type GroupOrder,
  type Labels,
  LIMITS,
  type MetricQuery,
  type MetricType,
  type Period,
  type Span,
} from "./model.ts";

const project = textParam(LIMITS.project, "only this project");

const spanParams = {
  since: timeParam("from this time on, instead of a period"),
  until: timeParam("before this time; now without it"),
};

/** Times beyond are written in another form, and no samples are there. */
const EPOCH = 0;
const END = Date.UTC(9999, 11, 31);

const name = requiredTextParam(LIMITS.name, "the metric");

/** Parameters of `GET /api/metrics`. */
export const metricParams = {
  name,
  period: choiceParam<Period>(
    { "1h": "1h", "24h": "24h", "7d": "7d", "30d": "30d" },
    "24h",
    "the last so long",
  ),
  ...spanParams,
  resolution: choiceParam<MetricQuery["resolution"]>(
    { minute: "minute", hour: "hour", auto: "auto" },
    "auto",
    "buckets of a minute or of an hour; auto is minutes up to 24 h and else hours",
  ),
  labels: labelsParam(),
  project,
  type: choiceParam<MetricType | undefined>(
    { counter: "counter", histogram: "histogram", gauge: "gauge" },
    undefined,
    "of a name that has several types; the one with the most samples unless given",
  ),
  group_by: labelNamesParam(),
  top_by: choiceParam<GroupOrder>(
    { count: "count", sum: "sum", avg: "avg", min: "min", max: "max" },
    "count",
    "which groups come first, and are told where there are too many: those with the greatest",
  ),
};

/** Parameters of `GET /api/dashboard`. */
export const dashboardParams = {
  period: choiceParam<Exclude<Period, "30d">>(
    { "1h": "1h", "24h": "24h", "7d": "7d" },
    "24h",
    "the last so long",
  ),
  ...spanParams,
  project,
};

/** Parameters of `GET /api/metrics/names`. */
export const namesParams = { project };

/** Parameters of `GET /api/metrics/labels`. */
export const labelNamesParams = { name, project };

/** Which samples, when, and how they are put together. Throws `invalid` at a bad parameter, as all of these do. */
export function readMetricQuery(url: string): MetricQuery {
  const { group_by: groupBy, top_by: topBy, period, since, until, ...query } = readQuery(
    url,
    metricParams,
  );
  return { ...query, groupBy, topBy, span: spanOf(period, since, until) };
}

export function readDashboardQuery(url: string): DashboardQuery {
  const { period, since, until, project } = readQuery(url, dashboardParams);
  return { project, span: spanOf(period, since, until) };
}

export function readLabelsQuery(
  url: string,
): { readonly name: string; readonly project: string | undefined } {
  return readQuery(url, labelNamesParams);
}

function spanOf(period: Period, since: number | undefined, until: number | undefined): Span {
  if (since === undefined) {
    if (until === undefined) return { period };
    throw new Failure("invalid", "Query parameter 'until' must not be given without 'since'");
  }
  if (until !== undefined && since >= until) {
    throw new Failure("invalid", "Query parameter 'since' must be before 'until'");
  }
  return {
    period: null,
    from: Math.min(END, Math.max(EPOCH, since)),
    to: until === undefined ? Infinity : Math.min(until, END),
  };
}

/** `key:value,key2:value2`; a backslash takes the meaning from a colon, a comma, and from itself. */
function labelsParam(): QueryParam<Labels> {
  return {
    schema: {
      type: "string",
      description: "only series with these labels: `key:value,key2:value2`; a backslash " +
        "escapes a colon, a comma or itself",
    },
    fallback: {},
    parse(text) {
      const labels = new Map<string, string>();
      for (const part of splitEscaped(text, ",")) {
        const [key = "", ...value] = splitEscaped(part, ":");
        if (key === "" || value.length === 0) {
          return { must: "labels as key:value, separated by commas" };
        }
        const name = unescape(key);
        if (labels.has(name)) return { must: `labels that are given once; ${name} is there twice` };
        labels.set(name, unescape(value.join(":")));
      }
      return { value: Object.fromEntries(labels) };
    },
  };
}

/** `method,status`, with the same escapes. */
function labelNamesParam(): QueryParam<readonly string[]> {
  return {
    schema: {
      type: "string",
      description: `names of labels, separated by commas, at most ${LIMITS.groupBy}: ` +
        "one list of buckets for each of their values",
    },
    fallback: [],
    parse(text) {
      const names = [...new Set(splitEscaped(text, ",").map(unescape))].filter((name) =>
        name !== ""
      );
      return names.length <= LIMITS.groupBy
        ? { value: names }
        : { must: `at most ${LIMITS.groupBy} names of labels` };
    },
  };
}

/** Parts of a text between separators without a backslash before them, their escapes kept. */
function splitEscaped(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let part = "";
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === "\\") {
      part += character + text.charAt(++at);
    } else if (character === separator) {
      parts.push(part);
      part = "";
    } else {
      part += character;
    }
  }
  return [...parts, part];
}

function unescape(text: string): string {
  return text.replace(/\\(.)/gs, "$1");
}

/** A label's name or value as the parameters `labels` and `group_by` take it. */
export function escapeLabel(text: string): string {
  return text.replace(/[\\:,]/g, "\\$&");
}
