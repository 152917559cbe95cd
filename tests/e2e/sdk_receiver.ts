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
  readonly batch_id: string;
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
  readonly #server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => this.#receive(request),
  );
  readonly #errors = new Waiting(() => this.errors.length);
  readonly #batches = new Waiting(() => this.batches.length);

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** All metrics so far. */
  get metrics(): readonly ReceivedMetric[] {
    return this.batches.flatMap(({ metrics }) => metrics);
  }

  /** Waits for the count-th error, and gives it. */
  async error(count: number): Promise<ReceivedError> {
    await this.#inTime(this.#errors.until(count));
    const error = this.errors[count - 1];
    assert.ok(error);
    return error;
  }

  /** Waits for an error with this message. */
  async errorSaying(message: string): Promise<ReceivedError> {
    for (let count = 1;; count++) {
      const error = await this.error(count);
      if (error.message === message) return error;
    }
  }

  /** Waits for as many batches of metrics. */
  async batch(count: number): Promise<ReceivedBatch> {
    await this.#inTime(this.#batches.until(count));
    const batch = this.batches[count - 1];
    assert.ok(batch);
    return batch;
  }

  /** Gives up at last, and says what has arrived. */
  async #inTime(arrival: Promise<void>): Promise<void> {
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const arrived = this.errors.map(({ type, message }) => `${type}: ${message.slice(0, 200)}`);
      reject(
        new Error(`Not there in time. ${this.batches.length} batches and ${arrived.join("; ")}`),
      );
    }, PATIENCE_MS);
    try {
      await Promise.race([arrival, promise]);
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
    this.#errors.check();
    this.#batches.check();
    const answer = await this.answer(this.sizes.length);
    for (const [name, value] of Object.entries(headers)) answer.headers.set(name, value);
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    assert.deepEqual(this.strangers, []);
    // Some are left without an answer on purpose.
    const closed = this.#server.shutdown();
    this.answer = ACCEPTED;
    await closed;
  }
}
