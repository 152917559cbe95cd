/** Where a page's reports arrive, on an origin of its own: what a relay would be, and what can be wrong with one. */
import assert from "node:assert/strict";
import type { Breadcrumb, ErrorReport } from "../../clients/js/src/types.ts";
import { Waiting } from "../support/waiting.ts";

const PATIENCE_MS = 15_000;

export const KEY = "0123456789abcdef0123456789abcdef";

export interface ReceivedError extends ErrorReport {
  readonly context: Record<string, unknown> & { readonly breadcrumbs: readonly Breadcrumb[] };
}

export interface ReceivedMetric {
  readonly name: string;
  readonly type: string;
  readonly value: number;
  readonly labels: Readonly<Record<string, string>>;
}

export interface ReceivedBatch {
  readonly metrics: readonly ReceivedMetric[];
  readonly session_id: string;
  readonly url: string;
  readonly event_id: string;
}

type Answer = (count: number) => Response | Promise<Response>;

const ACCEPTED: Answer = () => Response.json({ status: "created" }, { status: 201 });

/** Collects what is sent; answers as it is told to. */
export class Receiver implements AsyncDisposable {
  readonly errors: ReceivedError[] = [];
  readonly batches: ReceivedBatch[] = [];
  /** What came otherwise: another method, path, key or type than were agreed. */
  readonly strangers: string[] = [];
  /** Bytes of each body, in the order of arrival. */
  readonly sizes: number[] = [];
  /** Answers the count-th request, from 1. */
  answer: Answer = ACCEPTED;
  readonly #end = new AbortController();
  readonly #server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {}, signal: this.#end.signal },
    (request) => this.#receive(request),
  );
  #arrived = 0;
  readonly #arrivals = new Waiting(() => this.#arrived);

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** All metrics so far. */
  get metrics(): readonly ReceivedMetric[] {
    return this.batches.flatMap(({ metrics }) => metrics);
  }

  /** Waits for the count-th error, and gives it. */
  async error(count: number): Promise<ReceivedError> {
    return await this.first(() => this.errors[count - 1]);
  }

  /** Waits for an error with this message. */
  async errorSaying(message: string): Promise<ReceivedError> {
    return await this.first(() => this.errors.find((error) => error.message === message));
  }

  /** Waits for the count-th batch of metrics. */
  async batch(count: number): Promise<ReceivedBatch> {
    return await this.first(() => this.batches[count - 1]);
  }

  /** Waits for a metric of this name, after the first `skipped` of all metrics. */
  async metric(name: string, skipped = 0): Promise<ReceivedMetric> {
    return await this.first(() =>
      this.metrics.slice(skipped).find((metric) => metric.name === name)
    );
  }

  /** Looks at each arrival until something is found; gives up at last, and says what has arrived. */
  async first<T>(find: () => T | undefined): Promise<T> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const arrived = [
        ...this.errors.map(({ type, message }) => `${type}: ${message.slice(0, 200)}`),
        ...this.metrics.map(({ name, value }) => `${name} ${value}`),
      ];
      late.reject(new Error(`Not there in time. There are ${arrived.join("; ") || "none"}`));
    }, PATIENCE_MS);
    try {
      while (true) {
        const found = find();
        if (found !== undefined) return found;
        await Promise.race([this.#arrivals.until(this.#arrived + 1), late.promise]);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async #receive(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const headers = { "access-control-allow-origin": request.headers.get("origin") ?? "null" };
    const line = `${request.method} ${pathname}${search}`;
    const isError = line === `POST /api/browser/errors?key=${KEY}`;
    const isBatch = line === `POST /api/browser/metrics?key=${KEY}`;
    const type = request.headers.get("content-type") ?? "";
    if (!isError && !isBatch || !/^text\/plain/i.test(type) || request.headers.has("cookie")) {
      this.strangers.push(`${line} ${type}`);
      return new Response(null, { status: 404, headers });
    }
    const text = await request.text();
    this.sizes.push(new TextEncoder().encode(text).length);
    const body = JSON.parse(text);
    if (isError) this.errors.push(body);
    else this.batches.push(body);
    this.#arrived++;
    this.#arrivals.check();
    const answer = await this.answer(this.sizes.length);
    for (const [name, value] of Object.entries(headers)) answer.headers.set(name, value);
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    assert.deepEqual(this.strangers, []);
    // Not a shutdown: some requests are left without an answer on purpose.
    this.#end.abort();
    await this.#server.finished;
  }
}
