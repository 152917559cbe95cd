/** What a slice or the web interface brings to the HTTP application: tables of routes. */
import type { Context } from "hono";
import type { FailureCode } from "../failure.ts";
import type { BodyWatch } from "./body.ts";
import type { JsonSchema } from "./json_schema.ts";
import type { QueryTable } from "./query_params.ts";

/** What the middleware leaves for handlers. */
export interface AppVariables {
  requestId: string;
  /** Largest body in bytes that this route takes. */
  maxBodyBytes: number;
  /** Gives up the body when it stops arriving. */
  bodyWatch: BodyWatch;
  /** Bytes of the body that arrived so far. */
  bodyBytes?: number;
  /** Who asks: the API key, a signed-in person, or nobody (open routes). */
  caller: Caller;
}

export type Caller = {
  readonly kind: "key" | "session" | "door" | "nobody";
  readonly id: string;
};

/** What the server tells of a request's connection. */
export interface AppBindings {
  /** The address at the other end of the connection. */
  readonly peer: () => string;
  /** The body of a request that another part of this process makes: texts need no streams. */
  readonly text?: string;
}

export interface AppEnv {
  readonly Bindings: AppBindings;
  readonly Variables: AppVariables;
}

export type AppContext = Context<AppEnv>;

export type Handler = (context: AppContext) => Promise<Response> | Response;

/** A route of the HTTP API, with its description for the OpenAPI document. */
export interface ApiRoute {
  readonly method: "GET" | "POST" | "DELETE";
  /** As OpenAPI writes it: `/api/errors/{id}`. */
  readonly path: string;
  /** `door` is for those whom the service's door lets in, below its prefix. */
  readonly access: "open" | "key" | "door";
  /** Largest body in bytes, where it is not that of the service. */
  readonly maxBodyBytes?: number;
  readonly operation: Operation;
  readonly handle: Handler;
}

export interface Operation {
  readonly id: string;
  readonly summary: string;
  readonly query?: QueryTable;
  /** Headers that it reads, with their schemas. */
  readonly headers?: Readonly<Record<string, JsonSchema>>;
  readonly body?: JsonSchema;
  /** Failures beside those that every route of its kind has. */
  readonly failures?: readonly FailureCode[];
  /** Schemas of the answers by status; those that every route shares are added to the document. */
  readonly responses: Readonly<Record<number, JsonSchema>>;
  /** Media types of the answers, where they are not JSON. */
  readonly contentType?: string | readonly string[];
}

/** What one service brings: its routes under its own limits. */
export interface ServiceRoutes {
  readonly name: string;
  readonly routes: readonly ApiRoute[];
  readonly maxBodyBytes: number;
  /** Requests a minute for each key; 0 turns the limit off. */
  readonly rateLimit: number;
  /** The key of its routes of access `key`, where it is not the process's. */
  readonly ownKey?: string;
  /** Another way in, for those who have no key. */
  readonly door?: Door;
}

/** A way in that pages of other sites may use, for callers that have neither a key nor a session. */
export interface Door {
  /** All paths that begin so are behind it, known or not: `/api/browser/`. */
  readonly prefix: string;
  /** Whom it lets in: the id that the rate is limited by; undefined when the request shows nothing valid. */
  identify(context: AppContext): string | undefined;
  /** Origins whose pages may read its answers, as browsers write them. */
  readonly origins: ReadonlySet<string>;
  /** Headers that those pages may send. */
  readonly allowedHeaders: readonly string[];
}

/** What the web interface brings. */
export interface Site {
  readonly routes: readonly PageRoute[];
  /** The answer to a page request without a session. */
  signedOut(context: AppContext): Promise<Response> | Response;
  /** A failed page request, told to a person. */
  failure(context: AppContext, status: number, detail: string): Promise<Response> | Response;
}

/** A page or a form of the web interface. */
export interface PageRoute {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** `open` needs no session; `sign-in` neither, and is limited per address. */
  readonly access: "open" | "session" | "sign-in";
  readonly handle: Handler;
}
