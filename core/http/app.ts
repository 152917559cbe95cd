import { type Handler, Hono, type MiddlewareHandler } from "hono";
import type { Clock } from "../clock.ts";
import { describeError, Failure } from "../failure.ts";
import type { Logger } from "../logger.ts";
import type { Telemetry } from "../telemetry.ts";
import type { Authenticator } from "./auth.ts";
import { BodyWatch, checkContentLength } from "./body.ts";
import { RateLimiter } from "./rate_limit.ts";
import { failureAnswer, failureJson } from "./respond.ts";
import type { ApiRoute, AppContext, AppEnv, PageRoute, ServiceRoutes, Site } from "./route.ts";
import { SECURITY_HEADERS } from "./security_headers.ts";

/** Requests a minute of one signed-in browser. */
const SESSION_RATE = 600;
/** Attempts a minute to sign in from one address. */
const SIGN_IN_RATE = 10;
/** Bytes of a form of the web interface. */
const FORM_BYTES = 64 * 1024;

export interface AppOptions {
  readonly services: readonly [ServiceRoutes, ...ServiceRoutes[]];
  /** Routes of the process as a whole: health, metrics, the API's description. */
  readonly common: readonly ApiRoute[];
  readonly site: Site | null;
  readonly authenticator: Authenticator;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
}

type Middleware = MiddlewareHandler<AppEnv>;
type Step = Middleware | Handler<AppEnv>;

/** What a group of routes asks of a request before its handler sees it. */
interface Guard {
  readonly service: string;
  readonly maxBodyBytes: number;
  readonly authenticate: Middleware;
  readonly limitRate: Middleware;
}

/** The HTTP application: every request takes the same way, in the order of `way`. */
export function createApp(options: AppOptions): Hono<AppEnv> {
  const { services, common, site, authenticator, clock } = options;
  const app = new Hono<AppEnv>();
  const sessionLimiter = new RateLimiter(SESSION_RATE, clock);
  const bodyWatch = new BodyWatch();
  const signInLimiter = new RateLimiter(SIGN_IN_RATE, clock);

  const way = (guard: Guard, route: string, handler: Handler<AppEnv>): Step[] => [
    identifyRequest,
    observe(options, guard.service, route),
    secureHeaders,
    limitBody(guard.maxBodyBytes, bodyWatch),
    guard.authenticate,
    guard.limitRate,
    handler,
  ];
  const addApi = (
    guards: Readonly<Record<ApiRoute["access"], Guard>>,
    routes: readonly ApiRoute[],
  ) => addRoutes(app, routes, (route, handler) => way(guards[route.access], route.path, handler));

  const guards = services.map((service) =>
    apiGuards(service, authenticator, sessionLimiter, clock)
  );
  // What belongs to no service counts as the first one's.
  const [first] = guards;
  if (!first) throw new Error("An application needs a service");
  services.forEach(({ routes }, index) => addApi(guards[index] ?? first, routes));
  addApi(first, common);
  // Under /api who asks comes before what: without a key nobody learns which paths exist.
  app.on("ALL", ["/api/*"], ...way(first.key, "unknown", notFound));

  const page: Guard = {
    service: "ui",
    maxBodyBytes: FORM_BYTES,
    authenticate: requireSession(authenticator, site),
    limitRate: limitRate(sessionLimiter, (context) => context.get("caller").id),
  };
  const open: Guard = { ...page, authenticate: admitAnyone, limitRate: pass };
  const signIn: Guard = {
    ...open,
    authenticate: sameOriginOnly(authenticator),
    limitRate: limitRate(signInLimiter, (context) => authenticator.address(context)),
  };
  const pageGuards = { session: page, open, "sign-in": signIn };
  addRoutes(
    app,
    site?.routes ?? [],
    (route, handler) => way(pageGuards[route.access], route.path, handler),
  );
  app.on("ALL", ["*"], ...way(open, "unknown", notFound));

  app.onError(async (error, context) => {
    const answer = failureAnswer(error);
    if (answer.status === 500) {
      options.logger.error("Request failed", {
        request_id: context.get("requestId"),
        method: context.req.method,
        path: context.req.path,
        error: describeError(error),
        stack: error.stack,
      });
    }
    if (!site || !wantsPage(context)) return failureJson(answer);
    const page = await site.failure(context, answer.status, answer.detail);
    for (const [name, value] of Object.entries(answer.headers)) page.headers.set(name, value);
    return page;
  });
  return app;
}

/** Registers routes; a path that is known answers other methods with 405. */
function addRoutes<Route extends ApiRoute | PageRoute>(
  app: Hono<AppEnv>,
  routes: readonly Route[],
  wayOf: (route: Route, handler: Handler<AppEnv>) => Step[],
): void {
  const methods = new Map<string, Set<string>>();
  for (const route of routes) {
    const path = honoPath(route.path);
    app.on(route.method, [path], ...wayOf(route, route.handle));
    const known = methods.get(path) ?? new Set();
    methods.set(path, known.add(route.method));
    if (route.method === "GET") known.add("HEAD");
  }
  for (const route of routes) {
    const path = honoPath(route.path);
    const allow = methods.get(path);
    if (!allow) continue;
    methods.delete(path);
    const refuse = () => {
      throw new Failure("method_not_allowed", "Method not allowed", { allow: [...allow] });
    };
    app.on("ALL", [path], ...wayOf(route, refuse));
  }
}

/** `/api/errors/{id}` as Hono writes it. */
function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}

function apiGuards(
  service: ServiceRoutes,
  authenticator: Authenticator,
  sessionLimiter: RateLimiter,
  clock: Clock,
): Readonly<Record<ApiRoute["access"], Guard>> {
  const keyLimiter = new RateLimiter(service.rateLimit, clock);
  const strangerLimiter = new RateLimiter(service.rateLimit, clock);
  const key: Guard = {
    service: service.name,
    maxBodyBytes: service.maxBodyBytes,
    authenticate: requireCaller(authenticator, strangerLimiter),
    limitRate: (context, next) => {
      const caller = context.get("caller");
      takeTurn(caller.kind === "session" ? sessionLimiter : keyLimiter, caller.id);
      return next();
    },
  };
  return { key, open: { ...key, authenticate: admitAnyone, limitRate: pass } };
}

const identifyRequest: Middleware = async (context, next) => {
  const id = crypto.randomUUID();
  context.set("requestId", id);
  await next();
  context.res.headers.set("x-request-id", id);
};

function observe({ logger, telemetry }: AppOptions, service: string, route: string): Middleware {
  const took = telemetry.histogram(
    "monlight_http_request_duration_seconds",
    "Time from a request's headers to its answer's in seconds.",
    { service, route },
  );
  const answered = new Map<string, () => void>();
  const count = (method: string, status: number) => {
    const known = KNOWN_METHODS.has(method) ? method : "other";
    const key = `${known} ${status}`;
    let add = answered.get(key);
    if (!add) {
      const labels = { service, method: known, route, status: `${status}` };
      add = telemetry.counter("monlight_http_requests_total", "HTTP requests answered.", labels);
      answered.set(key, add);
    }
    add();
  };
  return async (context, next) => {
    const startedAt = performance.now();
    await next();
    const ms = performance.now() - startedAt;
    const { method, path } = context.req;
    const { status } = context.res;
    took(ms / 1000);
    count(method, status);
    const request_id = context.get("requestId");
    logger.debug("Request answered", { request_id, method, path, status, ms });
  };
}

const KNOWN_METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

const secureHeaders: Middleware = async (context, next) => {
  await next();
  for (const [name, value] of SECURITY_HEADERS) context.res.headers.set(name, value);
};

function limitBody(maxBodyBytes: number, bodyWatch: BodyWatch): Middleware {
  return (context, next) => {
    context.set("bodyWatch", bodyWatch);
    context.set("maxBodyBytes", maxBodyBytes);
    checkContentLength(context);
    return next();
  };
}

const NOBODY = { kind: "nobody", id: "" } as const;

const admitAnyone: Middleware = (context, next) => {
  context.set("caller", NOBODY);
  return next();
};

const pass: Middleware = (_context, next) => next();

function requireCaller(authenticator: Authenticator, strangers: RateLimiter): Middleware {
  return (context, next) => {
    const caller = authenticator.identify(context);
    if (!caller) {
      takeTurn(strangers, authenticator.address(context));
      throw new Failure("unauthorized", "Invalid API key");
    }
    context.set("caller", caller);
    return next();
  };
}

function requireSession(authenticator: Authenticator, site: Site | null): Middleware {
  return async (context, next) => {
    const session = authenticator.session(context);
    if (!session) return site ? await site.signedOut(context) : notFound();
    if (context.req.method !== "GET" && context.req.method !== "HEAD") {
      refuseOtherOrigins(authenticator, context);
    }
    context.set("caller", { kind: "session", id: session.id });
    return await next();
  };
}

/** For the sign-in form: another site must not sign a browser in. */
function sameOriginOnly(authenticator: Authenticator): Middleware {
  return (context, next) => {
    const told = context.req.header("origin") ?? context.req.header("sec-fetch-site");
    if (context.req.method === "POST" && told !== undefined) {
      refuseOtherOrigins(authenticator, context);
    }
    context.set("caller", NOBODY);
    return next();
  };
}

function refuseOtherOrigins(authenticator: Authenticator, context: AppContext): void {
  if (authenticator.isSameOrigin(context)) return;
  throw new Failure("forbidden", "Request with a session must come from this site's own pages");
}

function limitRate(limiter: RateLimiter, callerOf: (context: AppContext) => string): Middleware {
  return (context, next) => {
    // Looking at the form is free, sending it counts.
    if (context.get("caller").kind === "nobody" && context.req.method !== "POST") return next();
    takeTurn(limiter, callerOf(context));
    return next();
  };
}

function takeTurn(limiter: RateLimiter, caller: string): void {
  const retryAfterSeconds = limiter.take(caller);
  if (retryAfterSeconds > 0) {
    throw new Failure("rate_limited", "Rate limit exceeded", { retryAfterSeconds });
  }
}

function notFound(): never {
  throw new Failure("not_found", "Not found");
}

/** Whether a person's browser asks for a page, rather than a program for data. */
function wantsPage(context: AppContext): boolean {
  return !context.req.path.startsWith("/api/") &&
    (context.req.header("accept") ?? "").includes("text/html");
}
