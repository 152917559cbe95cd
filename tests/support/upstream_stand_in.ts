import { Waiting } from "./waiting.ts";

/** A submission as the Error Tracker or the Metrics Collector gets it. */
export interface Received {
  readonly path: string;
  readonly headers: Headers;
  // deno-lint-ignore no-explicit-any -- of many shapes, which the tests know
  readonly body: any;
  readonly idempotencyKey: string;
}

/** What the stand-in does with a request: takes it, never answers, or answers so. */
export type Behaviour = "take" | "never" | Response;

/** A service that the relay sends on to, on a free port of this machine. */
export interface UpstreamStandIn extends AsyncDisposable {
  readonly url: string;
  /** Everything that came, in order, also what was not taken. */
  readonly received: readonly Received[];
  /** What was taken, by its keys: each once, in the order of the first time. */
  readonly taken: readonly Received[];
  /** What it does from now on. */
  behave(as: (request: Received) => Behaviour): void;
  /** Waits until so many requests have come. */
  untilReceived(count: number): Promise<void>;
  /** Waits until so many have been taken. */
  untilTaken(count: number): Promise<void>;
}

/** Starts a stand-in that takes everything; `port` is one that was free before. */
export function startUpstream(port = 0): UpstreamStandIn {
  const received: Received[] = [];
  const taken = new Map<string, Received>();
  const receiving = new Waiting(() => received.length);
  const taking = new Waiting(() => taken.size);
  const never = Promise.withResolvers<Response>();
  let behave: (request: Received) => Behaviour = () => "take";

  const server = Deno.serve({ hostname: "127.0.0.1", port, onListen() {} }, async (request) => {
    const one: Received = {
      path: new URL(request.url).pathname,
      headers: new Headers(request.headers),
      body: await request.json(),
      idempotencyKey: request.headers.get("idempotency-key") ?? "",
    };
    received.push(one);
    receiving.check();
    const behaviour = behave(one);
    if (behaviour instanceof Response) return behaviour;
    if (behaviour === "never") return await never.promise;
    if (!taken.has(one.idempotencyKey)) taken.set(one.idempotencyKey, one);
    taking.check();
    return answerOf(one, taken.size);
  });

  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    received,
    get taken() {
      return [...taken.values()];
    },
    behave: (as) => void (behave = as),
    untilReceived: (count) => receiving.until(count),
    untilTaken: (count) => taking.until(count),
    async [Symbol.asyncDispose]() {
      never.resolve(new Response(null, { status: 503 }));
      await server.shutdown();
    },
  };
}

function answerOf({ path, body }: Received, id: number): Response {
  return path === "/api/metrics"
    ? Response.json({ status: "accepted", count: body.length }, { status: 202 })
    : Response.json({ status: "created", id, fingerprint: "0".repeat(32), count: 1 }, {
      status: 201,
    });
}

/** A service that breaks off every connection after these bytes, on a free port of this machine. */
export function startBreaking(bytes: string): { readonly port: number } & AsyncDisposable {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    for await (const connection of listener) {
      await connection.read(new Uint8Array(64 * 1024));
      await connection.write(new TextEncoder().encode(bytes));
      connection.close();
    }
  })();
  return {
    port: listener.addr.port,
    async [Symbol.asyncDispose]() {
      listener.close();
      await serving;
    },
  };
}

/** The key that the relay is told to be the tracker's. */
export const TRACKER_KEY = "key-of-the-tracker";

/** The variables that make a relay send on to these. */
export function upstreamVariables(
  errors: { readonly url: string },
  metrics: { readonly url: string } = errors,
): Record<string, string> {
  return {
    ERROR_TRACKER_URL: errors.url,
    ERROR_TRACKER_API_KEY: TRACKER_KEY,
    METRICS_COLLECTOR_URL: metrics.url,
    METRICS_COLLECTOR_API_KEY: "key-of-the-collector",
  };
}
