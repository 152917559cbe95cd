/** New lines as they come: a stream of events while the page is looked at, else looking every few seconds. */
import type { LogEntry } from "../../../core/logs/model.ts";
import { UNREACHABLE, whyRefused } from "./api.ts";

/** Waits between attempts, in ms; the last one is repeated. */
const BACKOFF_MS = [500, 1000, 2000, 5000, 10_000, 20_000] as const;
const POLL_MS = 4000;
/** Polls before the stream is tried again. */
const POLLS = 8;

export type TailState =
  | { readonly kind: "off" }
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  | { readonly kind: "waiting" }
  /** Too many streams are open; the reason is the server's. */
  | { readonly kind: "polling"; readonly reason: string };

export interface TailOptions {
  /** The address of the stream. */
  readonly path: string;
  /** Called for each new line. */
  readonly onEntry: (entry: LogEntry) => void;
  /** The server left out so many lines, since the page did not keep up. */
  readonly onDropped: (count: number) => void;
  /** The stream begins now: fetch what came before it. Rejects when that cannot be had. */
  readonly catchUp: () => Promise<void>;
  readonly onState: (state: TailState) => void;
}

export class Tail {
  readonly #options: TailOptions;
  #stream: EventSource | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempts = 0;
  #isOn = false;
  /** Aborts when the tail stops; questions under way are then of no interest. */
  #running = new AbortController();
  #state: TailState = { kind: "off" };

  constructor(options: TailOptions) {
    this.#options = options;
    document.addEventListener("visibilitychange", this.#look);
    addEventListener("online", this.#look);
  }

  get state(): TailState {
    return this.#state;
  }

  start(): void {
    if (this.#isOn) return;
    this.#isOn = true;
    this.#attempts = 0;
    this.#look();
  }

  stop(): void {
    this.#isOn = false;
    this.#disconnect();
    this.#tell({ kind: "off" });
  }

  close(): void {
    this.stop();
    document.removeEventListener("visibilitychange", this.#look);
    removeEventListener("online", this.#look);
  }

  /** A hidden page gives its stream back, and catches up when it is looked at again. */
  readonly #look = (): void => {
    if (!this.#isOn) return;
    if (document.hidden) this.#disconnect();
    else if (this.#stream === null) this.#connect();
  };

  #connect(): void {
    this.#disconnect();
    this.#running = new AbortController();
    if (this.#state.kind !== "waiting") this.#tell({ kind: "connecting" });
    const stream = new EventSource(this.#options.path);
    this.#stream = stream;
    stream.addEventListener("open", () => this.#opened());
    stream.addEventListener("log", ({ data }) => this.#options.onEntry(JSON.parse(data)));
    stream.addEventListener("dropped", ({ data }) => {
      this.#options.onDropped(Number(JSON.parse(data).count));
    });
    stream.addEventListener("close", () => this.#connect());
    stream.addEventListener("error", () => {
      // Closed, the server has answered, and not with a stream.
      if (stream.readyState === EventSource.CLOSED) this.#refused();
      else this.#retry();
    });
  }

  async #opened(): Promise<void> {
    const { signal } = this.#running;
    try {
      await this.#options.catchUp();
      if (signal.aborted) return;
      this.#attempts = 0;
      this.#tell({ kind: "live" });
    } catch {
      if (!signal.aborted) this.#retry();
    }
  }

  #disconnect(): void {
    clearTimeout(this.#timer);
    this.#running.abort();
    this.#stream?.close();
    this.#stream = null;
  }

  #retry(): void {
    this.#disconnect();
    const wait = BACKOFF_MS[Math.min(this.#attempts, BACKOFF_MS.length - 1)] ?? 0;
    this.#attempts++;
    this.#tell({ kind: "waiting" });
    // Many pages lose the same server at once; they need not come back at once.
    this.#timer = setTimeout(this.#look, wait * (0.75 + Math.random() / 2));
  }

  async #refused(): Promise<void> {
    this.#disconnect();
    const running = this.#running = new AbortController();
    try {
      const reason = await whyRefused(this.#options.path, running.signal);
      if (running.signal.aborted) return;
      if (reason === null || reason === UNREACHABLE) this.#retry();
      else await this.#poll(reason, running.signal);
    } catch (error) {
      if (!running.signal.aborted) throw error;
    }
  }

  /** Looks for new lines now and then, and every while for a stream that became free. */
  async #poll(reason: string, signal: AbortSignal): Promise<void> {
    for (let poll = 0; poll < POLLS; poll++) {
      try {
        await this.#options.catchUp();
      } catch {
        if (!signal.aborted) this.#retry();
        return;
      }
      if (signal.aborted) return;
      this.#tell({ kind: "polling", reason });
      await new Promise<void>((resolve) => {
        this.#timer = setTimeout(resolve, POLL_MS);
        signal.addEventListener("abort", () => resolve());
      });
      if (signal.aborted) return;
    }
    this.#connect();
  }

  #tell(state: TailState): void {
    this.#state = state;
    this.#options.onState(state);
  }
}
