/** What a slice or the web interface brings to the HTTP application: tables of routes. */
import type { Context } from "hono";
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

export type Caller = { readonly kind: "key" | "session" | "nobody"; readonly id: string };

/** What the server tells of a request's connection. */
export interface AppBindings {
  /** The address at the other end of the connection. */
  readonly peer: () => string;
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
  readonly access: "open" | "key";
  readonly operation: Operation;
  readonly handle: Handler;
}

export interface Operation {
  readonly id: string;
  readonly summary: string;
  readonly query?: QueryTable;
  readonly body?: JsonSchema;
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
