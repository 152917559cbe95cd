import { INTEGER, type JsonSchema, objectSchema, STRING } from "./json_schema.ts";
import { failureAnswer } from "./respond.ts";
import type { ApiRoute, Operation } from "./route.ts";
import { Failure, type FailureCode } from "../failure.ts";

/** The OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.1) of some routes. */
export function openApiDocument(version: string, routes: readonly ApiRoute[]) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    (paths[route.path] ??= {})[route.method.toLowerCase()] = describe(route);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Monlight",
      version,
      description: "Errors, logs and metrics of small teams. Times are ISO 8601 in UTC, lengths " +
        "are in characters; every failure answers with `detail`, a sentence.",
    },
    components: {
      securitySchemes: {
        apiKey: { type: "apiKey", in: "header", name: "X-API-Key" },
        dsnKey: { type: "apiKey", in: "header", name: "X-Monlight-Key" },
        dsnKeyInQuery: { type: "apiKey", in: "query", name: "key" },
      },
      schemas: {
        Failure: {
          ...objectSchema({ detail: STRING }),
          properties: { detail: STRING, retry_after: INTEGER },
        },
      },
    },
    paths,
  };
}

function describe({ path, access, operation }: ApiRoute) {
  const pathNames = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
  const parameters = [
    ...pathNames.map((name) => ({ name, in: "path", required: true, schema: INTEGER })),
    ...Object.entries(operation.query ?? {}).map(([name, { schema, required = false }]) => ({
      name,
      in: "query",
      required,
      schema,
    })),
    ...Object.entries(operation.headers ?? {}).map(([name, schema]) => ({
      name,
      in: "header",
      required: false,
      schema,
    })),
  ];
  return {
    operationId: operation.id,
    summary: operation.summary,
    security: SECURITY[access],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(operation.body
      ? { requestBody: { required: true, content: content(operation.body) } }
      : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(operation.responses).map(([status, schema]) => [
          status,
          { description: "Success", content: content(schema, operation.contentType) },
        ]),
      ),
      ...failures(access, pathNames.length > 0, operation),
    },
  };
}

/** What a caller must show, one of these. */
const SECURITY: Readonly<Record<ApiRoute["access"], readonly unknown[]>> = {
  open: [],
  key: [{ apiKey: [] }],
  door: [{ dsnKey: [] }, { dsnKeyInQuery: [] }],
};

function content(schema: JsonSchema, types: string | readonly string[] = "application/json") {
  return Object.fromEntries([types].flat().map((type) => [type, { schema }]));
}

const FAILURES: Readonly<Record<ApiRoute["access"], readonly FailureCode[]>> = {
  open: ["too_large"],
  key: ["invalid", "unauthorized", "forbidden", "too_large", "rate_limited", "unavailable"],
  door: ["invalid", "unauthorized", "too_large", "rate_limited", "upstream_failed", "unavailable"],
};

/** The failures that every route of a kind shares. */
function failures(access: ApiRoute["access"], hasId: boolean, operation: Operation) {
  const codes = [...FAILURES[access], ...operation.failures ?? []];
  if (hasId) codes.push("not_found");
  if (operation.body) codes.push("timeout");
  const statuses = codes.map((code) => failureAnswer(new Failure(code, "")).status);
  return Object.fromEntries(
    [...statuses, failureAnswer(null).status].sort().map((status) => [
      status,
      {
        description: "Failure",
        content: { "application/json": { schema: { $ref: "#/components/schemas/Failure" } } },
      },
    ]),
  );
}
