/** What a request has to pass before its handler sees it: who asks, from where, how often. */
import type { Clock } from "../clock.ts";
import { Failure } from "../failure.ts";
import type { Authenticator } from "./auth.ts";
import { allowRequests, shareAnswer } from "./door.ts";
import { RateLimiter } from "./rate_limit.ts";
import type {
  ApiRoute,
  AppContext,
  Caller,
  Door,
  PageRoute,
  ServiceRoutes,
  Site,
} from "./route.ts";

/** Requests a minute of one signed-in browser. */
const SESSION_RATE = 600;
/** Attempts a minute to sign in from one address. */
const SIGN_IN_RATE = 10;
/** Bytes of a form of the web interface. */
const FORM_BYTES = 64 * 1024;

/** A step on the way of a request: it lets it pass, answers it, or throws a Failure. */
export type Step = (context: AppContext) => Promise<Response> | Response | undefined | void;

/** What a group of routes asks of a request. */
export interface Guard {
  readonly service: string;
  readonly maxBodyBytes: number;
  readonly authenticate: Step;
  readonly limitRate: Step;
  /** Adds headers to every answer, whatever it is. */
  readonly finish?: (context: AppContext, headers: Headers) => void;
}

export interface ApiGuards extends Readonly<Record<ApiRoute["access"], Guard>> {
  /** Answers preflights to what is behind the door. */
  readonly preflight: Guard;
}
export type PageGuards = Readonly<Record<PageRoute["access"], Guard>>;

export interface GuardOptions {
  readonly authenticator: Authenticator;
  readonly clock: Clock;
  readonly site: Site | null;
  /** Whether strangers are told nothing of what there is: 404 instead of 401. */
  readonly discreet?: boolean;
}

/** Makes the guards of an application, which share the limit of signed-in browsers. */
export function createGuards({ authenticator, clock, site, discreet }: GuardOptions): {
  readonly api: (service: ServiceRoutes) => ApiGuards;
  readonly page: PageGuards;
  /** For what belongs to no service: the key is asked for as by this one. */
  readonly shared: (service: ServiceRoutes, guards: ApiGuards) => ApiGuards;
  /** For paths that nobody knows. */
  readonly unknown: { readonly api: (guards: ApiGuards) => Guard; readonly page: Guard };
} {
  const sessions = new RateLimiter(SESSION_RATE, clock);
  const page = pageGuards(authenticator, sessions, clock, site);
  // The same for all, so that no limit tells a path that is there from one that is not.
  const nowhere: Guard = { ...page.open, authenticate: notFound };
  return {
    api: (service) => apiGuards(service, authenticator, sessions, clock),
    page,
    shared(service, guards) {
      if (!discreet) return guards;
      const authenticate = requireCallerDiscreetly(authenticator, service.ownKey);
      return { ...guards, key: { ...guards.key, authenticate, maxBodyBytes: FORM_BYTES } };
    },
    unknown: {
      api: (guards) => discreet ? nowhere : guards.key,
      page: discreet ? nowhere : page.open,
    },
  };
}

function apiGuards(
  service: ServiceRoutes,
  authenticator: Authenticator,
  sessions: RateLimiter,
  clock: Clock,
): ApiGuards {
  const { name, maxBodyBytes, rateLimit, ownKey, door } = service;
  const keys = new RateLimiter(rateLimit, clock);
  const strangers = new RateLimiter(rateLimit, clock);
  const visitors = new RateLimiter(rateLimit, clock);
  const identify: Identify = (context) => authenticator.identify(context, ownKey);
  const key: Guard = {
    service: name,
    maxBodyBytes,
    authenticate: requireCaller(identify, authenticator, strangers),
    limitRate(context) {
      const { kind, id } = context.get("caller");
      takeTurn(kind === "session" ? sessions : keys, id);
    },
  };
  const open: Guard = { ...key, authenticate: admitAnyone, limitRate: pass };
  if (!door) return { key, open, door: key, preflight: open };
  const finish = (context: AppContext, headers: Headers) => shareAnswer(door, context, headers);
  return {
    key,
    open,
    door: {
      ...key,
      authenticate: requireCaller(callerThrough(door), authenticator, strangers),
      limitRate: (context) => takeTurn(visitors, context.get("caller").id),
      finish,
    },
    preflight: {
      ...open,
      finish(context, headers) {
        finish(context, headers);
        allowRequests(door, context, headers);
      },
    },
  };
}

/** Who asks; undefined when a request shows nothing that lets it in. */
type Identify = (context: AppContext) => Caller | undefined;

function callerThrough(door: Door): Identify {
  return (context) => {
    const id = door.identify(context);
    return id === undefined ? undefined : { kind: "door", id };
  };
}

function pageGuards(
  authenticator: Authenticator,
  sessions: RateLimiter,
  clock: Clock,
  site: Site | null,
): PageGuards {
  const signIns = new RateLimiter(SIGN_IN_RATE, clock);
  const session: Guard = {
    service: "ui",
    maxBodyBytes: FORM_BYTES,
    authenticate: requireSession(authenticator, site),
    limitRate: (context) => takeTurn(sessions, context.get("caller").id),
  };
  const open: Guard = { ...session, authenticate: admitAnyone, limitRate: pass };
  const signIn: Guard = {
    ...open,
    authenticate: sameOriginOnly(authenticator),
    limitRate(context) {
      // Looking at the form is free, sending it counts.
      if (context.req.method === "POST") takeTurn(signIns, authenticator.address(context));
    },
  };
  return { session, open, "sign-in": signIn };
}

const NOBODY = { kind: "nobody", id: "" } as const;

const admitAnyone: Step = (context) => context.set("caller", NOBODY);

const pass: Step = () => {};

function requireCaller(
  identify: Identify,
  authenticator: Authenticator,
  strangers: RateLimiter,
): Step {
  return (context) => {
    const caller = identify(context);
    if (!caller) {
      takeTurn(strangers, authenticator.address(context));
      throw new Failure("unauthorized", "Invalid API key");
    }
    context.set("caller", caller);
  };
}

/** A stranger gets the answer of a path that does not exist. */
function requireCallerDiscreetly(authenticator: Authenticator, ownKey?: string): Step {
  return (context) => {
    const caller = authenticator.identify(context, ownKey);
    if (!caller) notFound();
    context.set("caller", caller);
  };
}

function requireSession(authenticator: Authenticator, site: Site | null): Step {
  return (context) => {
    const session = authenticator.session(context);
    if (!session) return site ? site.signedOut(context) : notFound();
    if (context.req.method !== "GET" && context.req.method !== "HEAD") {
      refuseOtherOrigins(authenticator, context);
    }
    context.set("caller", { kind: "session", id: session.id });
    return undefined;
  };
}

/** For the sign-in form: another site must not sign a browser in. */
function sameOriginOnly(authenticator: Authenticator): Step {
  return (context) => {
    const told = context.req.header("origin") ?? context.req.header("sec-fetch-site");
    if (context.req.method === "POST" && told !== undefined) {
      refuseOtherOrigins(authenticator, context);
    }
    context.set("caller", NOBODY);
  };
}

function refuseOtherOrigins(authenticator: Authenticator, context: AppContext): void {
  if (authenticator.isSameOrigin(context)) return;
  throw new Failure("forbidden", "Request with a session must come from this site's own pages");
}

function takeTurn(limiter: RateLimiter, caller: string): void {
  const retryAfterSeconds = limiter.take(caller);
  if (retryAfterSeconds > 0) {
    throw new Failure("rate_limited", "Rate limit exceeded", { retryAfterSeconds });
  }
}

export function notFound(): never {
  throw new Failure("not_found", "Not found");
}
