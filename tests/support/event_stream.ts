/** A client of server-sent events that reads them one by one. */
import assert from "node:assert/strict";

const PATIENCE_MS = 120_000;

export interface ServerEvent {
  readonly event: string;
  // deno-lint-ignore no-explicit-any -- of many shapes, which tests look into
  readonly data: any;
}

export class EventReader implements AsyncDisposable {
  readonly #reader: ReadableStreamDefaultReader<string>;
  #text = "";

  constructor(response: Response) {
    assert.equal(response.status, 200);
    assert.ok(response.body);
    this.#reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** The next event, or null at the end of the stream. */
  async next(): Promise<ServerEvent | null> {
    while (true) {
      const end = this.#text.indexOf("\n\n");
      if (end >= 0) {
        const [, event = "", data = ""] = /^event: (.*)\ndata: (.*)$/.exec(
          this.#text.slice(0, end),
        ) ?? assert.fail(this.#text.slice(0, end));
        this.#text = this.#text.slice(end + 2);
        return { event, data: JSON.parse(data) };
      }
      const { done, value } = await this.#read();
      if (done) return null;
      this.#text += value;
    }
  }

  /** The next events that are no heartbeats. */
  async take(count: number): Promise<readonly ServerEvent[]> {
    const events: ServerEvent[] = [];
    while (events.length < count) {
      const event = await this.next();
      assert.ok(event, `The stream ended after ${events.length} of ${count} events`);
      if (event.event !== "heartbeat") events.push(event);
    }
    return events;
  }

  /** Fails rather than waits for ever: there is a heartbeat each 15 s. */
  async #read(): Promise<ReadableStreamReadResult<string>> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(new Error(`Nothing came for ${PATIENCE_MS} ms`)),
      PATIENCE_MS,
    );
    try {
      return await Promise.race([this.#reader.read(), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader.cancel();
  }
}
