import { MINUTE, SECOND } from "../clock.ts";
import { Failure } from "../failure.ts";

/** A client that listens. */
export interface EventChannel {
  /** Sends an event, or drops and counts it while the client does not keep up. */
  send(event: string, data: unknown): void;
}

export interface EventStreamOptions {
  /** Streams open at once; one more is refused. */
  readonly max: number;
  readonly heartbeatMs?: number;
  /** A stream ends after this; clients open another. */
  readonly lifetimeMs?: number;
  /** Bytes that may wait for a client before events are dropped. */
  readonly maxWaitingBytes?: number;
}

const encoder = new TextEncoder();

/**
 * Streams of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html): a
 * `heartbeat` now and then, a `close` at the end, and `dropped` with a count for who was too slow. Memory
 * is bounded by streams times waiting bytes.
 */
export class EventStreams {
  readonly #options: Required<EventStreamOptions>;
  readonly #open = new Set<() => void>();

  constructor(options: EventStreamOptions) {
    this.#options = {
      heartbeatMs: 15 * SECOND,
      lifetimeMs: 30 * MINUTE,
      maxWaitingBytes: 1024 * 1024,
      ...options,
    };
  }

  /** Streams open now. */
  get size(): number {
    return this.#open.size;
  }

  /**
   * Answers with a stream. `subscribe` gets the channel and gives back how to unsubscribe, which is called
   * once, when either side ends the stream. Throws `unavailable` when too many are open.
   */
  open(subscribe: (channel: EventChannel) => () => void): Response {
    const { max, heartbeatMs, lifetimeMs, maxWaitingBytes } = this.#options;
    if (this.#open.size >= max) {
      throw new Failure("unavailable", `Too many live streams; at most ${max} can be open`);
    }
    let end = (_tell: boolean) => {};
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        let dropped = 0;
        const write = (event: string, data: unknown) =>
          controller.enqueue(encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));
        const tellDropped = () => {
          if (dropped > 0) write("dropped", { count: dropped });
          dropped = 0;
        };
        const send = (event: string, data: unknown) => {
          if ((controller.desiredSize ?? 0) <= 0) {
            // A heartbeat tells nothing, so nothing is lost with it.
            if (event !== "heartbeat") dropped++;
            return;
          }
          tellDropped();
          write(event, data);
        };
        const unsubscribe = subscribe({ send });
        const heartbeat = setInterval(() => send("heartbeat", {}), heartbeatMs);
        const lifetime = setTimeout(() => end(true), lifetimeMs);
        end = (tell) => {
          end = () => {};
          clearInterval(heartbeat);
          clearTimeout(lifetime);
          this.#open.delete(closeStream);
          unsubscribe();
          if (!tell) return;
          tellDropped();
          write("close", {});
          controller.close();
        };
        const closeStream = () => end(true);
        this.#open.add(closeStream);
      },
      // The client went away.
      cancel: () => end(false),
    }, new ByteLengthQueuingStrategy({ highWaterMark: maxWaitingBytes }));
    return new Response(stream, {
      headers: { "content-type": "text/event-stream", "cache-control": "no-store" },
    });
  }

  /** Ends every stream; part of shutting down, since a server does not stop while one is open. */
  closeAll(): void {
    for (const close of [...this.#open]) close();
  }
}
