import { Failure } from "../failure.ts";
import { readJson } from "../http/body.ts";
import { IDEMPOTENCY_HEADER, readIdempotencyKey } from "../http/idempotency.ts";
import {
  arraySchema,
  INTEGER,
  type JsonSchema,
  nullable,
  OBJECT,
  objectSchema,
  STRING,
  TIME,
} from "../http/json_schema.ts";
import { parseId } from "../http/path_params.ts";
import { choiceParam, integerParam, readQuery, textParam } from "../http/query_params.ts";
import { ACCEPTED, CREATED, json, OK } from "../http/respond.ts";
import type { ApiRoute, Operation } from "../http/route.ts";
import type { Ingest } from "./ingest.ts";
import { type ErrorFilter, LIMITS } from "./model.ts";
import { storableText } from "../text.ts";
import { parseErrorReport } from "./parse.ts";
import type { ErrorTracker } from "./service.ts";

/** The parameters that choose groups, of the API and of the list page alike. */
export const errorListQuery = {
  project: textParam(LIMITS.project, "only this project"),
  environment: textParam(LIMITS.environment, "only groups seen in this environment"),
  source: choiceParam<ErrorFilter["source"]>(
    { browser: "browser", server: "server" },
    undefined,
    "only what browsers reported through the relay, or only the rest",
  ),
  resolved: choiceParam<boolean | undefined>(
    { false: false, true: true, all: undefined },
    false,
    "unresolved groups (the default), resolved ones, or all",
  ),
  search: textParam(
    LIMITS.search,
    "text in the first 10,000 characters of `type: message`, whatever its case",
  ),
  limit: integerParam({
    fallback: 50,
    min: 1,
    max: LIMITS.page,
    description: "groups on a page",
  }),
  offset: integerParam({
    fallback: 0,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    description: "groups to skip",
  }),
};

/** What to list, from a URL; throws `invalid` at a bad parameter. */
export function readErrorListQuery(url: string) {
  const { search, ...query } = readQuery(url, errorListQuery);
  const trimmed = search?.trim();
  return { ...query, search: trimmed ? storableText(trimmed) : undefined };
}

/** The HTTP API of the Error Tracker. */
export function errorRoutes(tracker: ErrorTracker, ingest: Ingest): readonly ApiRoute[] {
  return [
    {
      method: "POST",
      path: "/api/errors",
      access: "key",
      operation: REPORT,
      async handle(context) {
        const key = readIdempotencyKey(context);
        const recorded = await ingest.record(parseErrorReport(await readJson(context)), key);
        return json(recorded, recorded.status === "incremented" ? OK : CREATED);
      },
    },
    {
      method: "GET",
      path: "/api/errors",
      access: "key",
      operation: LIST,
      handle: async (context) => json(await tracker.list(readErrorListQuery(context.req.url))),
    },
    {
      method: "GET",
      path: "/api/errors/{id}",
      access: "key",
      operation: DETAIL,
      handle: async (context) => json(await tracker.detail(parseId(context.req.param("id")))),
    },
    {
      method: "POST",
      path: "/api/errors/{id}/resolve",
      access: "key",
      operation: RESOLVE,
      async handle(context) {
        const id = parseId(context.req.param("id"));
        requireKnown(await tracker.resolve([id]));
        return json({ status: "resolved", id });
      },
    },
    {
      method: "POST",
      path: "/api/errors/{id}/reopen",
      access: "key",
      operation: REOPEN,
      async handle(context) {
        const id = parseId(context.req.param("id"));
        requireKnown(await tracker.reopen([id]));
        return json({ status: "reopened", id });
      },
    },
    {
      method: "GET",
      path: "/api/projects",
      access: "key",
      operation: PROJECTS,
      handle: async () => json({ projects: await tracker.projects() }),
    },
    {
      method: "GET",
      path: "/api/environments",
      access: "key",
      operation: ENVIRONMENTS,
      handle: async () => json({ environments: await tracker.environments() }),
    },
    {
      method: "POST",
      path: "/api/test-alert",
      access: "key",
      operation: TEST_ALERT,
      handle() {
        tracker.sendTestAlert();
        return json({ status: "accepted" }, ACCEPTED);
      },
    },
  ];
}

function requireKnown(ids: readonly number[]): void {
  if (ids.length === 0) throw new Failure("not_found", "Not found");
}

const COUNT: JsonSchema = { type: "integer", minimum: 0 };
const COUNTS: JsonSchema = arraySchema(COUNT);
const FINGERPRINT: JsonSchema = { type: "string", pattern: "^[0-9a-f]{32}$" };

const SUMMARY_FIELDS = {
  id: INTEGER,
  fingerprint: FINGERPRINT,
  fingerprint_version: INTEGER,
  project: STRING,
  environment: STRING,
  source: { enum: ["server", "browser"] },
  exception_type: STRING,
  message: STRING,
  location: nullable(STRING),
  count: INTEGER,
  first_seen: TIME,
  last_seen: TIME,
  resolved: { type: "boolean" },
  resolved_at: nullable(TIME),
  reopened_at: nullable(TIME),
};

const OCCURRENCE = objectSchema({
  id: INTEGER,
  timestamp: TIME,
  environment: STRING,
  request_url: nullable(STRING),
  request_method: nullable(STRING),
  request_headers: nullable(OBJECT),
  user_id: nullable(STRING),
  extra: nullable(OBJECT),
  traceback: STRING,
});

const REPORT: Operation = {
  id: "reportError",
  summary: "Report an exception; it is counted into its group before the answer",
  headers: IDEMPOTENCY_HEADER,
  body: {
    type: "object",
    required: ["project", "exception_type", "message", "traceback"],
    properties: {
      project: { type: "string", minLength: 1, maxLength: LIMITS.project },
      exception_type: { type: "string", minLength: 1, maxLength: LIMITS.exceptionType },
      message: STRING,
      traceback: STRING,
      environment: {
        type: ["string", "null"],
        maxLength: LIMITS.environment,
        default: "production",
      },
      request_url: {
        type: ["string", "null"],
        description: `cut after ${LIMITS.requestUrl} characters`,
      },
      request_method: {
        type: ["string", "null"],
        description: `cut after ${LIMITS.requestMethod} characters`,
      },
      request_headers: { type: ["object", "null"] },
      user_id: {
        type: ["string", "number", "null"],
        description: `cut after ${LIMITS.userId} characters`,
      },
      extra: { type: ["object", "null"] },
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

const LIST: Operation = {
  id: "listErrors",
  summary: "Groups of errors, newest last_seen first",
  query: errorListQuery,
  responses: {
    [OK]: objectSchema({
      errors: arraySchema(objectSchema({
        ...SUMMARY_FIELDS,
        message: { type: "string", maxLength: LIMITS.listedMessage, description: "its beginning" },
        hourly_counts: COUNTS,
      })),
      total: COUNT,
      limit: INTEGER,
      offset: INTEGER,
    }),
  },
};

const DETAIL: Operation = {
  id: "getError",
  summary: "A group with its newest occurrences",
  responses: {
    [OK]: objectSchema({
      ...SUMMARY_FIELDS,
      traceback: STRING,
      environments: { type: "object", additionalProperties: COUNT },
      daily_counts: COUNTS,
      occurrences: arraySchema(OCCURRENCE),
    }),
  },
};

const RESOLVE: Operation = {
  id: "resolveError",
  summary: "Mark a group as resolved",
  responses: { [OK]: objectSchema({ status: { const: "resolved" }, id: INTEGER }) },
};

const REOPEN: Operation = {
  id: "reopenError",
  summary: "Mark a group as unresolved again",
  responses: { [OK]: objectSchema({ status: { const: "reopened" }, id: INTEGER }) },
};

const PROJECTS: Operation = {
  id: "listProjects",
  summary: "Projects that reported errors, sorted",
  responses: { [OK]: objectSchema({ projects: arraySchema(STRING) }) },
};

const ENVIRONMENTS: Operation = {
  id: "listEnvironments",
  summary: "Environments that errors were seen in, sorted",
  responses: { [OK]: objectSchema({ environments: arraySchema(STRING) }) },
};

const TEST_ALERT: Operation = {
  id: "sendTestAlert",
  summary: "Send a sample alert to everyone in ALERT_EMAILS",
  responses: { [ACCEPTED]: objectSchema({ status: { const: "accepted" } }) },
};
