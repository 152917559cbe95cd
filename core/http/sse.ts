import { MINUTE, SECOND } from "../clock.ts";
import { Failure } from "../failure.ts";

/** A client that listens. */
export interface EventChannel {
  /** Sends an event, or drops and counts it while the client does not keep up. */
  send(event: string, data: unknown): void;
  /**
   * Sends several events, formatted by `eventFrame()` and joined; dropped, they count as `events`. For
   * what goes to many clients: it is formatted once, and one write costs less than many.
   */
  sendText(frames: string, events: number): void;
  /** Bytes that the client has not taken yet. */
  readonly waitingBytes: number;
}

export interface EventStreamOptions {
  /** Streams open at once; one more is refused. */
  readonly max: number;
  readonly heartbeatMs?: number;
  /** A stream ends after this; clients open another. */
  readonly lifetimeMs?: number;
  /** Once so many bytes wait for a client, events are dropped. */
  readonly maxWaitingBytes?: number;
}

const encoder = new TextEncoder();

/** An event as it goes over the wire; `json` is its data, in one line. */
export function eventFrame(event: string, json: string): string {
  return `event: ${event}\ndata: ${json}\n\n`;
}

const HEARTBEAT = eventFrame("heartbeat", "{}");
const CLOSE = eventFrame("close", "{}");

/**
 * Streams of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html): a
 * `heartbeat` now and then, a `close` at the end, and `dropped` with a count for who was too slow. Memory
 * is bounded: for each stream what may wait, and one write more.
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
        let ended = false;
        const write = (frames: string) => controller.enqueue(encoder.encode(frames));
        const tellDropped = () => {
          if (dropped > 0) write(eventFrame("dropped", JSON.stringify({ count: dropped })));
          dropped = 0;
        };
        const hasRoom = () => (controller.desiredSize ?? 0) > 0;
        const sendText = (frames: string, events: number) => {
          if (!hasRoom()) {
            dropped += events;
            return;
          }
          tellDropped();
          write(frames);
        };
        const unsubscribe = subscribe({
          send(event, data) {
            if (hasRoom()) sendText(eventFrame(event, JSON.stringify(data)), 1);
            else dropped++;
          },
          sendText,
          get waitingBytes() {
            return ended ? 0 : maxWaitingBytes - (controller.desiredSize ?? maxWaitingBytes);
          },
        });
        // It tells nothing, so where there is no room for it nothing is lost.
        const heartbeat = setInterval(() => sendText(HEARTBEAT, 0), heartbeatMs);
        const lifetime = setTimeout(() => end(true), lifetimeMs);
        end = (tell) => {
          end = () => {};
          ended = true;
          clearInterval(heartbeat);
          clearTimeout(lifetime);
          this.#open.delete(closeStream);
          unsubscribe();
          if (!tell) return;
          tellDropped();
          write(CLOSE);
          controller.close();
        };
        const closeStream = () => end(true);
        this.#open.add(closeStream);
      },
      // The client went away.
      cancel: () => end(false),
    }, new ByteLengthQueuingStrategy({ highWaterMark: maxWaitingBytes }));
    return new Response(stream, {
      headers: {
        "content-type": "text/event-stream",
        "cache-control": "no-store",
        // nginx would otherwise hold events back until it has a page of them.
        "x-accel-buffering": "no",
      },
    });
  }

  /** Ends every stream; part of shutting down, since a server does not stop while one is open. */
  closeAll(): void {
    for (const close of [...this.#open]) close();
  }
}
