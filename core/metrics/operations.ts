/** The Metrics Collector's routes as the OpenAPI document tells them. */
import { IDEMPOTENCY_HEADER } from "../http/idempotency.ts";
import {
  arraySchema,
  INTEGER,
  type JsonSchema,
  nullable,
  objectSchema,
  STRING,
  TIME,
} from "../http/json_schema.ts";
import { ACCEPTED, OK } from "../http/respond.ts";
import type { Operation } from "../http/route.ts";
import { LIMITS, METRIC_TYPES, PERIODS, RESOLUTIONS, VITALS } from "./model.ts";
import { dashboardParams, labelNamesParams, metricParams, namesParams } from "./query.ts";

const NUMBER: JsonSchema & { type: string } = { type: "number" };
const COUNT: JsonSchema = { type: "integer", minimum: 0 };
const SHARE: JsonSchema & { type: string } = { type: "number", minimum: 0, maximum: 1 };
const LABELS_SCHEMA: JsonSchema = { type: "object", additionalProperties: STRING };
const PERIOD: JsonSchema = {
  enum: [...Object.keys(PERIODS), null],
  description: "null where `since` was given",
};

export const RECORD: Operation = {
  id: "recordMetrics",
  summary: "Record samples; they are stored before the answer, all or none",
  headers: IDEMPOTENCY_HEADER,
  body: {
    type: "array",
    minItems: 1,
    maxItems: LIMITS.samples,
    items: {
      type: "object",
      required: ["name", "type", "value"],
      properties: {
        name: { type: "string", minLength: 1, maxLength: LIMITS.name },
        type: { enum: METRIC_TYPES, description: "values of a counter are increments" },
        value: NUMBER,
        labels: {
          type: ["object", "null"],
          additionalProperties: { type: ["string", "number", "boolean"] },
          description: `at most ${LIMITS.labels}; names of at most ${LIMITS.labelName} ` +
            `characters, values of at most ${LIMITS.labelValue}`,
        },
        timestamp: {
          type: ["string", "null"],
          description: "ISO 8601, not older than RETENTION_RAW and not more than 5 minutes " +
            "ahead; now unless given",
        },
        project: { type: ["string", "null"], maxLength: LIMITS.project, default: "default" },
      },
    },
  },
  responses: { [ACCEPTED]: objectSchema({ status: { const: "accepted" }, count: COUNT }) },
};

const POINT_FIELDS = {
  bucket: TIME,
  count: COUNT,
  sum: NUMBER,
  min: NUMBER,
  max: NUMBER,
  avg: NUMBER,
  p50: nullable(NUMBER),
  p95: nullable(NUMBER),
  p99: nullable(NUMBER),
};
const POINT: JsonSchema = {
  ...objectSchema(POINT_FIELDS),
  properties: {
    ...POINT_FIELDS,
    rate: { type: "number", description: "of counters: the sum by second" },
  },
};

export const QUERY: Operation = {
  id: "queryMetric",
  summary: "A metric by minutes or hours; buckets without samples are left out",
  query: metricParams,
  responses: {
    [OK]: {
      type: "object",
      required: ["name", "resolution", "period"],
      additionalProperties: false,
      properties: {
        name: STRING,
        type: {
          enum: METRIC_TYPES,
          description: "what the points are of; not there for a name that is not known",
        },
        other_types: {
          ...arraySchema({ enum: METRIC_TYPES }),
          description: "further types of this name, which `type` asks for; there only where it has",
        },
        resolution: { enum: RESOLUTIONS },
        period: PERIOD,
        since: TIME,
        until: TIME,
        data: { ...arraySchema(POINT), description: "without `group_by`" },
        groups: {
          ...arraySchema(objectSchema({ labels: LABELS_SCHEMA, data: arraySchema(POINT) })),
          description:
            `with \`group_by\`: those with the greatest \`top_by\`, at most ${LIMITS.groups}`,
        },
        groups_left_out: { ...COUNT, description: "there only where some are" },
      },
    },
  },
};

export const NAMES: Operation = {
  id: "listMetrics",
  summary: "Names of metrics with their types, sorted",
  query: namesParams,
  responses: {
    [OK]: objectSchema({
      metrics: arraySchema(objectSchema({ name: STRING, type: { enum: METRIC_TYPES } })),
    }),
  },
};

export const LABELS: Operation = {
  id: "listMetricLabels",
  summary: `Labels of a metric, each with its first ${LIMITS.values} values`,
  query: labelNamesParams,
  responses: {
    [OK]: objectSchema({
      labels: arraySchema(
        objectSchema({ name: STRING, values: arraySchema(STRING), value_count: COUNT }),
      ),
    }),
  },
};

export const PROJECTS: Operation = {
  id: "listMetricProjects",
  summary: "Projects that sent metrics, sorted",
  responses: { [OK]: objectSchema({ projects: arraySchema(STRING) }) },
};

const SUMMARY = objectSchema({
  total_requests: NUMBER,
  error_rate: { ...nullable(SHARE), description: "share of answers with 5xx" },
  avg_latency_ms: nullable(NUMBER),
  p95_latency_ms: nullable(NUMBER),
});

const VITAL = objectSchema({
  p75: NUMBER,
  rating: { enum: ["good", "needs-improvement", "poor"] },
  count: COUNT,
});
const VITALS_SCHEMA: JsonSchema = {
  type: "object",
  properties: Object.fromEntries(VITALS.map((name) => [name, VITAL])),
  additionalProperties: false,
};

export const DASHBOARD: Operation = {
  id: "getDashboard",
  summary: "Requests, latency, errors, endpoints and web vitals of a time, for the dashboard",
  query: dashboardParams,
  responses: {
    [OK]: objectSchema({
      period: PERIOD,
      since: TIME,
      until: TIME,
      interval_s: INTEGER,
      summary: SUMMARY,
      previous: {
        ...nullable({ ...SUMMARY, type: "object" }),
        description: "of as long a time before; null where that is no longer kept, or only by " +
          "hours, which are too long to be compared",
      },
      request_rate: arraySchema(objectSchema({ bucket: TIME, requests: NUMBER, rate: NUMBER })),
      latency: {
        ...arraySchema(objectSchema({ bucket: TIME, p50: NUMBER, p95: NUMBER, p99: NUMBER })),
        description: "in ms",
      },
      error_rate: arraySchema(objectSchema({ bucket: TIME, "4xx": SHARE, "5xx": SHARE })),
      top_endpoints: arraySchema(
        objectSchema({
          endpoint: STRING,
          requests: NUMBER,
          avg_ms: nullable(NUMBER),
          error_rate: SHARE,
        }),
      ),
      web_vitals: VITALS_SCHEMA,
      web_vitals_pages: arraySchema(objectSchema({ page: STRING, vitals: VITALS_SCHEMA })),
    }),
  },
};
