import { Waiting } from "./waiting.ts";

/** A submission as the Error Tracker or the Metrics Collector gets it. */
export interface Received {
  readonly path: string;
  readonly headers: Headers;
  // deno-lint-ignore no-explicit-any -- of many shapes, which the tests know
  readonly body: any;
  readonly idempotencyKey: string;
}

/** What the stand-in does with a request: answers so, never, breaks off within the answer, or takes it. */
export type Behaviour = "take" | "never" | "half" | Response;

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
    if (behaviour === "half") return halfAnswer();
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

/** An answer that begins well and never ends. */
function halfAnswer(): Response {
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"status":"created",'));
      setTimeout(() => controller.error(new Error("The connection broke")), 0);
    },
  });
  return new Response(stream, { status: 201, headers: { "content-type": "application/json" } });
}

/** The variables that make a relay send on to these. */
export function upstreamVariables(
  errors: { readonly url: string },
  metrics: { readonly url: string } = errors,
): Record<string, string> {
  return {
    ERROR_TRACKER_URL: errors.url,
    ERROR_TRACKER_API_KEY: "key-of-the-tracker",
    METRICS_COLLECTOR_URL: metrics.url,
    METRICS_COLLECTOR_API_KEY: "key-of-the-collector",
  };
}
