import { type Handler, Hono } from "hono";
import type { Clock } from "../clock.ts";
import { describeError, Failure } from "../failure.ts";
import type { Logger } from "../logger.ts";
import { OnceAMinute } from "../once_a_minute.ts";
import type { Telemetry } from "../telemetry.ts";
import type { Authenticator } from "./auth.ts";
import { BodyWatch, checkContentLength } from "./body.ts";
import { createGuards, type Guard, notFound, type Step } from "./guards.ts";
import { observeRequests } from "./observe.ts";
import { decodeQuery, queryOf } from "./query_params.ts";
import { failureAnswer, failureJson, noContent } from "./respond.ts";
import type { ApiRoute, AppContext, AppEnv, PageRoute, ServiceRoutes, Site } from "./route.ts";
import { secureHeaders } from "./security_headers.ts";

export interface AppOptions {
  readonly services: readonly [ServiceRoutes, ...ServiceRoutes[]];
  /** Routes of the process as a whole: health, metrics, the API's description. */
  readonly common: readonly ApiRoute[];
  readonly site: Site | null;
  /** Whether strangers are told nothing of what there is; a service's own routes still ask for their key. */
  readonly discreet?: boolean;
  readonly authenticator: Authenticator;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
}

/** The way of requests to a handler. */
type Way = (guard: Guard, route: string, handler: Step) => Handler<AppEnv>;

/** The HTTP application: routes, each at the end of the same way. */
export function createApp(options: AppOptions): Hono<AppEnv> {
  const { services, common, site } = options;
  const app = new Hono<AppEnv>();
  const way = createWay(options);
  const guards = createGuards(options);
  const [first] = services;
  const firstGuards = guards.api(first);
  for (const service of services) {
    const own = service === first ? firstGuards : guards.api(service);
    const { door } = service;
    if (door) app.options(`${door.prefix}*`, way(own.preflight, "preflight", noContent));
    addRoutes(app, service.routes, way, (route) => limitedBy(route, own[route.access]));
    if (door) app.all(`${door.prefix}*`, way(own.door, "unknown", notFound));
  }
  // What belongs to no service counts as the first one's.
  const shared = guards.shared(first, firstGuards);
  addRoutes(app, common, way, (route) => shared[route.access]);
  // Under /api who asks comes before what: without a key nobody learns which paths exist.
  app.all("/api/*", way(guards.unknown.api(firstGuards), "unknown", notFound));
  addRoutes(app, site?.routes ?? [], way, (route) => guards.page[route.access]);
  app.all("*", way(guards.unknown.page, "unknown", notFound));
  return app;
}

function limitedBy({ maxBodyBytes }: ApiRoute, guard: Guard): Guard {
  return maxBodyBytes === undefined ? guard : { ...guard, maxBodyBytes };
}

/** Every request takes these steps, in this order; whatever they throw becomes the answer. */
function createWay({ logger, telemetry, site, services }: AppOptions): Way {
  const bodyWatch = new BodyWatch(Math.max(...services.map(largestBody)));
  const storageTrouble = new OnceAMinute();
  return (guard, route, handler) => {
    const observe = observeRequests({ logger, telemetry, service: guard.service, route });
    const steps: readonly Step[] = [
      limitBody(guard.maxBodyBytes, bodyWatch),
      guard.authenticate,
      guard.limitRate,
      checkQueryString,
      handler,
    ];
    return async (context) => {
      const startedAt = performance.now();
      const requestId = crypto.randomUUID();
      context.set("requestId", requestId);
      let response: Response;
      try {
        response = await take(steps, context);
      } catch (error) {
        if (isOfStorage(error) && storageTrouble.take()) {
          logger.child(guard.service).error(error.detail, { error: describeError(error.cause) });
        }
        response = await answerFailure(error, context, site, logger);
      } finally {
        bodyWatch.release(context);
      }
      // Nobody will read it; a stream left alone would stay open.
      if (context.req.method === "HEAD") await response.body?.cancel();
      response.headers.set("x-request-id", requestId);
      secureHeaders(response.headers);
      guard.finish?.(context, response.headers);
      observe(context, response.status, performance.now() - startedAt);
      return response;
    };
  };
}

function largestBody({ maxBodyBytes, routes }: ServiceRoutes): number {
  return Math.max(maxBodyBytes, ...routes.map((route) => route.maxBodyBytes ?? 0));
}

async function take(steps: readonly Step[], context: AppContext): Promise<Response> {
  for (const step of steps) {
    const response = step(context);
    if (response) return await response;
  }
  return notFound();
}

function limitBody(maxBodyBytes: number, bodyWatch: BodyWatch): Step {
  return (context) => {
    context.set("bodyWatch", bodyWatch);
    context.set("maxBodyBytes", maxBodyBytes);
    checkContentLength(context);
  };
}

/** A malformed query is refused on every route, also where no parameter is read. */
function checkQueryString(context: AppContext): void {
  const { url } = context.req;
  if (url.includes("%")) decodeQuery(queryOf(url));
}

async function answerFailure(
  error: unknown,
  context: AppContext,
  site: Site | null,
  logger: Logger,
): Promise<Response> {
  const calledOff = isCalledOff(error, context);
  const answer = failureAnswer(calledOff ? new Failure("timeout", "Client went away") : error);
  if (!calledOff && !(error instanceof Failure)) {
    logger.error("Request failed", {
      request_id: context.get("requestId"),
      method: context.req.method,
      path: context.req.path,
      error: describeError(error),
      stack: error instanceof Error ? error.stack : undefined,
    });
  }
  if (!site || !wantsPage(context)) return failureJson(answer);
  const page = await site.failure(context, answer.status, answer.detail);
  for (const [name, value] of Object.entries(answer.headers)) page.headers.set(name, value);
  return page;
}

/** Whether the database or its disk refused: that is not the client's, and more than this request's. */
function isOfStorage(error: unknown): error is Failure {
  return error instanceof Failure && error.code === "unavailable" && error.cause !== undefined;
}

/** Whether the work ended because its client went away, rather than by a mistake of ours. */
function isCalledOff(error: unknown, context: AppContext): boolean {
  if (error instanceof Failure) return false;
  const { signal } = context.req.raw;
  return signal.aborted && error === signal.reason;
}

/** Whether a person's browser asks for a page, rather than a program for data. */
function wantsPage(context: AppContext): boolean {
  return !context.req.path.startsWith("/api/") &&
    (context.req.header("accept") ?? "").includes("text/html");
}

/** Registers routes; a path that is known answers other methods with 405. */
function addRoutes<Route extends ApiRoute | PageRoute>(
  app: Hono<AppEnv>,
  routes: readonly Route[],
  way: Way,
  guardOf: (route: Route) => Guard,
): void {
  const methods = new Map<string, Set<string>>();
  for (const route of routes) {
    app.on(route.method, honoPath(route.path), way(guardOf(route), route.path, route.handle));
    const known = methods.get(route.path) ?? new Set();
    methods.set(route.path, known.add(route.method));
    if (route.method === "GET") known.add("HEAD");
  }
  for (const route of routes) {
    const allow = methods.get(route.path);
    if (!allow) continue;
    methods.delete(route.path);
    const refuse = () => {
      throw new Failure("method_not_allowed", "Method not allowed", { allow: [...allow] });
    };
    app.all(honoPath(route.path), way(guardOf(route), route.path, refuse));
  }
}

/** `/api/errors/{id}` as Hono writes it. */
function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}
