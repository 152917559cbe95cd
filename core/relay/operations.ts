/** The Browser Relay's routes as the OpenAPI document tells them. */
import {
  arraySchema,
  INTEGER,
  type JsonSchema,
  objectSchema,
  STRING,
  TIME,
} from "../http/json_schema.ts";
import { integerParam, textParam } from "../http/query_params.ts";
import { ACCEPTED, CREATED, OK } from "../http/respond.ts";
import type { Operation } from "../http/route.ts";
import { LIMITS } from "./model.ts";

const COUNT: JsonSchema = { type: "integer", minimum: 0 };
const PROJECT: JsonSchema = { type: "string", minLength: 1, maxLength: LIMITS.project };
const FINGERPRINT: JsonSchema = { type: "string", pattern: "^[0-9a-f]{32}$" };

export const sourceMapParams = {
  project: textParam(LIMITS.project, "only this project"),
  release: textParam(LIMITS.release, "only this release"),
  limit: integerParam({
    fallback: LIMITS.mapPage,
    min: 1,
    max: LIMITS.mapPage,
    description: "source maps on a page",
  }),
  offset: integerParam({
    fallback: 0,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    description: "source maps to skip",
  }),
};

export const CREATE_KEY: Operation = {
  id: "createDsnKey",
  summary: "Make a public key that pages of a project submit with",
  body: { type: "object", required: ["project"], properties: { project: PROJECT } },
  failures: ["conflict"],
  responses: { [CREATED]: objectSchema({ public_key: STRING, project: STRING }) },
};

export const LIST_KEYS: Operation = {
  id: "listDsnKeys",
  summary: "All public keys, the oldest first, those that were deactivated included",
  responses: {
    [OK]: objectSchema({
      keys: arraySchema(objectSchema({
        id: INTEGER,
        public_key: STRING,
        project: STRING,
        active: { type: "boolean" },
        created_at: TIME,
      })),
    }),
  },
};

export const DEACTIVATE_KEY: Operation = {
  id: "deactivateDsnKey",
  summary: "Deactivate a public key; it lets nobody in from then on",
  responses: { [OK]: objectSchema({ status: { const: "deactivated" } }) },
};

const MAP_FIELDS = {
  id: INTEGER,
  project: STRING,
  release: STRING,
  file_url: STRING,
  size: { ...COUNT, description: "bytes of the content" },
  uploaded_at: TIME,
};

export const UPLOAD_MAP: Operation = {
  id: "uploadSourceMap",
  summary: "Keep a source map; one of the same project, release and file_url is replaced",
  body: {
    type: "object",
    required: ["project", "release", "file_url", "map_content"],
    properties: {
      project: PROJECT,
      release: { type: "string", minLength: 1, maxLength: LIMITS.release },
      file_url: {
        type: "string",
        minLength: 1,
        maxLength: LIMITS.fileUrl,
        description: "address or path of the script",
      },
      map_content: { type: "string", description: "a source map of version 3, as text" },
    },
  },
  responses: { [CREATED]: objectSchema({ status: { const: "uploaded" }, ...MAP_FIELDS }) },
};

export const LIST_MAPS: Operation = {
  id: "listSourceMaps",
  summary: "Source maps without their content, the newest first",
  query: sourceMapParams,
  responses: {
    [OK]: objectSchema({ source_maps: arraySchema(objectSchema(MAP_FIELDS)), total: COUNT }),
  },
};

export const DELETE_MAP: Operation = {
  id: "deleteSourceMap",
  summary: "Delete a source map",
  responses: { [OK]: objectSchema({ status: { const: "deleted" } }) },
};

const OPTIONAL_TEXT: JsonSchema = { type: ["string", "null"] };
const EVENT_ID: JsonSchema = {
  type: ["string", "null"],
  pattern: "^[0-9a-fA-F]{32}$",
  description: "the same for what is sent again, so that it counts once",
};

export const SUBMIT_ERROR: Operation = {
  id: "submitBrowserError",
  summary: "Submit an error of a page; its stack is mapped to the sources, then it is reported",
  body: {
    type: "object",
    required: ["type", "message"],
    properties: {
      type: { type: "string", minLength: 1, maxLength: LIMITS.exceptionType },
      message: { type: "string", description: `cut after ${LIMITS.message} characters` },
      stack: { ...OPTIONAL_TEXT, description: `cut after ${LIMITS.stack} characters` },
      url: { ...OPTIONAL_TEXT, description: `cut after ${LIMITS.url} characters` },
      user_agent: {
        ...OPTIONAL_TEXT,
        description: `cut after ${LIMITS.userAgent} characters; the request's own unless given`,
      },
      session_id: { ...OPTIONAL_TEXT, maxLength: LIMITS.sessionId },
      release: { ...OPTIONAL_TEXT, maxLength: LIMITS.release },
      environment: { ...OPTIONAL_TEXT, maxLength: LIMITS.environment, default: "production" },
      context: {
        type: ["object", "null"],
        description: `anything, at most ${LIMITS.depth} levels deep; user_id is shown as the user`,
      },
      event_id: EVENT_ID,
    },
  },
  responses: {
    [OK]: objectSchema({
      status: { const: "incremented" },
      id: INTEGER,
      fingerprint: FINGERPRINT,
      count: INTEGER,
    }),
    [CREATED]: objectSchema({
      status: { enum: ["created", "reopened"] },
      id: INTEGER,
      fingerprint: FINGERPRINT,
      count: INTEGER,
    }),
  },
};

export const SUBMIT_METRICS: Operation = {
  id: "submitBrowserMetrics",
  summary: "Submit metrics of a page; all or none are recorded",
  body: {
    type: "object",
    required: ["metrics"],
    properties: {
      metrics: {
        type: "array",
        minItems: 1,
        maxItems: LIMITS.samples,
        items: {
          type: "object",
          required: ["name", "type", "value"],
          properties: {
            name: { type: "string", minLength: 1, maxLength: LIMITS.metricName },
            type: { enum: ["counter", "histogram", "gauge"] },
            value: { type: "number" },
            labels: {
              type: ["object", "null"],
              additionalProperties: { type: ["string", "number", "boolean"] },
              description: `at most ${LIMITS.labels}; project, source and page are the relay's`,
            },
            timestamp: { ...OPTIONAL_TEXT, description: "ISO 8601; now unless given" },
          },
        },
      },
      session_id: { ...OPTIONAL_TEXT, maxLength: LIMITS.sessionId },
      url: { ...OPTIONAL_TEXT, description: "its path, with ids replaced, is the label page" },
      event_id: EVENT_ID,
    },
  },
  responses: { [ACCEPTED]: objectSchema({ status: { const: "accepted" }, count: COUNT }) },
};
