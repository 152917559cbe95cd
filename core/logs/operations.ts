/** The Log Viewer's routes as the OpenAPI document tells them. */
import {
  arraySchema,
  INTEGER,
  type JsonSchema,
  nullable,
  objectSchema,
  STRING,
  TIME,
} from "../http/json_schema.ts";
import { OK } from "../http/respond.ts";
import type { Operation } from "../http/route.ts";
import { EXPORT_FORMATS } from "./export_format.ts";
import { LEVELS, STREAMS } from "./model.ts";
import { contextParams, exportParams, histogramParams, listParams, tailParams } from "./query.ts";

const COUNT: JsonSchema = { type: "integer", minimum: 0 };
const LEVEL: JsonSchema = { enum: LEVELS };

const ENTRY = objectSchema({
  id: INTEGER,
  timestamp: TIME,
  container: STRING,
  stream: { enum: STREAMS },
  level: LEVEL,
  message: { type: "string", description: "without ANSI codes" },
  raw: { type: "string", description: "as the container wrote it" },
});

const PAGE = objectSchema({
  logs: arraySchema(ENTRY),
  total: COUNT,
  limit: INTEGER,
  offset: INTEGER,
});

const LEVEL_COUNTS = Object.fromEntries(LEVELS.map((level) => [level, COUNT]));

export const LIST: Operation = {
  id: "listLogs",
  summary: "Entries, newest first",
  query: listParams,
  responses: {
    [OK]: {
      ...PAGE,
      properties: {
        ...PAGE.properties,
        total_is_lower_bound: { const: true, description: "there only where more match" },
      },
    },
  },
};

export const TAIL: Operation = {
  id: "tailLogs",
  summary: "Entries as they are written, as server-sent events: log, heartbeat, dropped, close",
  query: tailParams,
  responses: { [OK]: STRING },
  contentType: "text/event-stream",
};

export const CONTEXT: Operation = {
  id: "getLogContext",
  summary: "An entry with those around it in its container, oldest first",
  query: contextParams,
  responses: {
    [OK]: objectSchema({ before: arraySchema(ENTRY), entry: ENTRY, after: arraySchema(ENTRY) }),
  },
};

export const HISTOGRAM: Operation = {
  id: "getLogHistogram",
  summary: "How many entries there are over time, by level; oldest first, without gaps",
  query: histogramParams,
  responses: {
    [OK]: objectSchema({
      interval_s: { type: "number", minimum: 0 },
      buckets: arraySchema(objectSchema({
        time: TIME,
        total: COUNT,
        levels: { type: "object", properties: LEVEL_COUNTS, additionalProperties: false },
      })),
    }),
  },
};

export const EXPORT: Operation = {
  id: "exportLogs",
  summary: "Every entry that matches as a file, newest first",
  query: exportParams,
  responses: { [OK]: STRING },
  contentType: Object.values(EXPORT_FORMATS).map(({ type }) => type),
};

export const CONTAINERS: Operation = {
  id: "listContainers",
  summary: "Containers that have entries, by name",
  responses: {
    [OK]: objectSchema({
      containers: arraySchema(objectSchema({ name: STRING, log_count: COUNT })),
    }),
  },
};

export const STATS: Operation = {
  id: "getLogStats",
  summary: "How many entries there are, and from when to when",
  responses: {
    [OK]: objectSchema({
      total_logs: COUNT,
      oldest_log: nullable(TIME),
      newest_log: nullable(TIME),
      by_level: objectSchema(LEVEL_COUNTS),
      by_container: { type: "object", additionalProperties: COUNT },
    }),
  },
};
