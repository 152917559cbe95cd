import type { FailureCode } from "../failure.ts";
import type { Telemetry } from "../telemetry.ts";
import { OBJECT, objectSchema, STRING } from "./json_schema.ts";
import { openApiDocument } from "./openapi.ts";
import { json, OK, text } from "./respond.ts";
import type { ApiRoute, ServiceRoutes } from "./route.ts";

export interface CommonOptions {
  readonly version: string;
  readonly services: readonly ServiceRoutes[];
  readonly telemetry: Telemetry;
  /** Whether those that need the key are there for those alone who show it. */
  readonly discreet?: boolean;
  /** What `GET /health` answers. */
  readonly health: () => Promise<Readonly<Record<string, unknown>>>;
}

/** Routes that every process has, whichever services it runs. */
export function commonRoutes(options: CommonOptions): readonly ApiRoute[] {
  const { version, services, telemetry, health, discreet = false } = options;
  const failures: readonly FailureCode[] = discreet ? ["not_found"] : [];
  const routes: ApiRoute[] = [
    {
      method: "GET",
      path: "/health",
      access: "open",
      operation: {
        id: "getHealth",
        summary: "Whether the process works",
        responses: {
          [OK]: {
            type: "object",
            properties: { status: { enum: ["ok", "degraded"] }, services: OBJECT },
            required: ["status"],
          },
        },
      },
      handle: async () => json(await health()),
    },
    {
      method: "GET",
      path: "/metrics",
      access: "key",
      operation: {
        id: "getMetrics",
        summary: "The process's own metrics in the Prometheus text format",
        failures,
        responses: { [OK]: STRING },
        contentType: "text/plain",
      },
      handle: async () => text(await telemetry.render(), PROMETHEUS_TYPE),
    },
    {
      method: "GET",
      path: "/api/openapi.json",
      access: "key",
      operation: {
        id: "getOpenApi",
        summary: "This document",
        failures,
        responses: { [OK]: { ...objectSchema({ openapi: STRING }), additionalProperties: true } },
      },
      handle: () => json(document),
    },
  ];
  const document = openApiDocument(version, [
    ...services.flatMap((service) => service.routes),
    ...routes,
  ]);
  return routes;
}

const PROMETHEUS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
