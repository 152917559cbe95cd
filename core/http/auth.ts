import { Failure } from "../failure.ts";
import type { AppContext, Caller } from "./route.ts";
import { sameText, type Session, type Sessions } from "./session.ts";

/** Who may ask: a client with the API key, or a browser that signed in with it. */
export class Authenticator {
  readonly #apiKey: string;
  readonly #sessions: Sessions;
  readonly #trustProxy: boolean;

  constructor(
    options: {
      readonly apiKey: string;
      readonly sessions: Sessions;
      readonly trustProxy: boolean;
    },
  ) {
    this.#apiKey = options.apiKey;
    this.#sessions = options.sessions;
    this.#trustProxy = options.trustProxy;
  }

  /** Whether a key is the API key, in constant time. */
  checkKey(key: string): boolean {
    return sameText(key, this.#apiKey);
  }

  /**
   * The caller of an API route by `X-API-Key` or session cookie; undefined when it shows neither. `wanted` is
   * the key of a service that has its own.
   */
  identify(context: AppContext, wanted: string = this.#apiKey): Caller | undefined {
    const key = context.req.header("x-api-key");
    if (key !== undefined) return sameText(key, wanted) ? KEY_CALLER : undefined;
    const session = this.session(context);
    if (!session) return undefined;
    if (changesState(context) && !this.isSameOrigin(context)) {
      throw new Failure("forbidden", "Request with a session must come from this site's own pages");
    }
    return { kind: "session", id: session.id };
  }

  /** The session of a browser, if it is signed in. */
  session(context: AppContext): Session | undefined {
    return this.#sessions.find(context.req.header("cookie"));
  }

  /** Whether the request was made by a page of this server, as the browser tells. */
  isSameOrigin(context: AppContext): boolean {
    const site = context.req.header("sec-fetch-site");
    if (site !== undefined) return site === "same-origin";
    const origin = context.req.header("origin");
    if (origin === undefined || !URL.canParse(origin)) return false;
    return new URL(origin).host === context.req.header("host");
  }

  /** Whether the browser's own connection is HTTPS, perhaps up to a proxy. */
  isSecure(context: AppContext): boolean {
    return context.req.url.startsWith("https:") ||
      context.req.header("x-forwarded-proto")?.split(",")[0]?.trim() === "https";
  }

  /** The client's address; behind a trusted proxy the one that the proxy saw. */
  address(context: AppContext): string {
    if (this.#trustProxy) {
      const forwarded = context.req.header("x-forwarded-for")?.split(",").at(-1)?.trim();
      if (forwarded) return forwarded;
    }
    return context.env.peer();
  }
}

const KEY_CALLER: Caller = { kind: "key", id: "api" };

function changesState(context: AppContext): boolean {
  return !["GET", "HEAD", "OPTIONS"].includes(context.req.method);
}
