import { SECOND } from "../clock.ts";
import { EventStreams } from "../http/sse.ts";
import type { Logger } from "../logger.ts";
import type { IngestMessage, IngestOptions, IngestReport } from "./ingest_worker.ts";
import { ingestWorkerUrl } from "./ingest_worker_url.ts";
import type { TailFilter } from "./live_tails.ts";
import { LIMITS, type ReadingState } from "./model.ts";

/** After the thread failed, it is started again so much later. */
const RESTART_MS = 2 * SECOND;
/** It ends after the block it is at; longer than this it is not waited for. */
const STOP_MS = 3 * SECOND;
/** How long the first state is waited for. */
const FIRST_STATE_MS = 2 * SECOND;

/** Has log files read and stored in a thread of their own, and passes what is new on to live tails. */
export class Ingestion {
  readonly #options: IngestOptions;
  readonly #logger: Logger;
  readonly #onMalformed: (lines: number) => void;
  readonly #onTrimmed: (entries: number) => void;
  readonly #streams = new EventStreams({ max: LIMITS.tails });
  readonly #tails = new Map<
    number,
    { readonly filter: TailFilter; readonly send: (frames: string, events: number) => void }
  >();
  readonly #firstState = Promise.withResolvers<void>();
  #stopped = Promise.withResolvers<void>();
  #state: ReadingState;
  #worker: Worker | undefined;
  #restart: ReturnType<typeof setTimeout> | undefined;
  #nextTail = 1;
  #isClosed = false;

  /** What is told are the lines skipped, or the entries that made room, since the last time. */
  constructor(
    options: IngestOptions,
    logger: Logger,
    told: {
      readonly onMalformed: (lines: number) => void;
      readonly onTrimmed: (entries: number) => void;
    },
  ) {
    this.#options = options;
    this.#logger = logger;
    this.#onMalformed = told.onMalformed;
    this.#onTrimmed = told.onTrimmed;
    this.#state = {
      problem: null,
      sources: options.sources,
      containersFound: 0,
      containersFollowed: 0,
      stored: 0,
      lastIngest: null,
    };
    this.#start();
  }

  get state(): ReadingState {
    return this.#state;
  }

  /** Live tails open now. */
  get tails(): number {
    return this.#streams.size;
  }

  /** Resolves when the files were looked at once, or when that takes long. */
  async ready(): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, FIRST_STATE_MS);
    await Promise.race([this.#firstState.promise, late.promise]);
    clearTimeout(timer);
  }

  /** A stream of what is stored from now on. Throws `unavailable` when too many are open. */
  tail(filter: TailFilter): Response {
    return this.#streams.open((channel) => {
      const id = this.#nextTail++;
      this.#tails.set(id, { filter, send: (frames, events) => channel.sendText(frames, events) });
      this.#send({ tail: id, filter });
      return () => {
        this.#tails.delete(id);
        this.#send({ tailEnded: id });
      };
    });
  }

  endStreams(): void {
    this.#streams.closeAll();
  }

  /** Ends the thread, once what it has read is stored. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#restart);
    this.endStreams();
    const worker = this.#worker;
    if (!worker) return;
    const timer = setTimeout(this.#stopped.resolve, STOP_MS);
    this.#send({ stop: true });
    await this.#stopped.promise;
    clearTimeout(timer);
    worker.terminate();
  }

  #start(): void {
    const worker = new Worker(ingestWorkerUrl(), { type: "module", name: "log reading" });
    this.#worker = worker;
    this.#stopped = Promise.withResolvers<void>();
    worker.onmessage = ({ data }: MessageEvent<IngestReport>) => this.#receive(data);
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      this.#worker = undefined;
      this.#firstState.resolve();
      this.#stopped.resolve();
      if (this.#isClosed) return;
      // Everything it did not store it reads again.
      this.#state = { ...this.#state, problem: `Reading of logs stopped: ${event.message}` };
      this.#logger.error("Reading of logs stopped; it is started again", { error: event.message });
      this.#restart = setTimeout(() => this.#start(), RESTART_MS);
    };
    this.#send({ start: this.#options });
    for (const [tail, { filter }] of this.#tails) this.#send({ tail, filter });
  }

  #receive(report: IngestReport): void {
    if ("state" in report) {
      this.#state = report.state;
      if (report.malformed > 0) this.#onMalformed(report.malformed);
      this.#firstState.resolve();
    } else if ("trimmed" in report) {
      this.#onTrimmed(report.trimmed);
    } else if ("tail" in report) {
      const { tail, frames, events } = report;
      this.#tails.get(tail)?.send(frames, events);
      this.#send({ taken: tail, characters: frames.length });
    } else if ("level" in report) {
      const { level, msg, fields } = report;
      const write = { ERROR: "error", WARN: "warn", INFO: "info", DEBUG: "debug" } as const;
      this.#logger[write[level]](msg, fields);
    } else {
      this.#stopped.resolve();
    }
  }

  #send(message: IngestMessage): void {
    this.#worker?.postMessage(message);
  }
}
