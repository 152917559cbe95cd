/** How urgent a message is. */
export type Level = "debug" | "info" | "warning" | "error" | "fatal";

/** What `init()` takes; all but `dsn` may be left out. */
export interface MonlightOptions {
  /** The public key of a project; or an address that holds it and the relay's: `https://KEY@relay.example.com`. */
  dsn: string;
  /** Where the relay is, the path before `/api/browser/` included. Default: the origin of the script, else of the page. */
  endpoint?: string | undefined;
  /** Which release of the site this is; source maps are found by it. */
  release?: string | undefined;
  /** Default: `production`. */
  environment?: string | undefined;
  /** Which share of errors is sent, 0 to 1. Default: 1. Metrics are always sent. */
  sampleRate?: number | undefined;
  /** Whether the console tells what is captured, sent and left out. Default: false. */
  debug?: boolean | undefined;
  /** `false` makes everything do nothing. Default: true. */
  enabled?: boolean | undefined;
  /** Whether `console.error()` is an error to report. Default: false. */
  captureConsole?: boolean | undefined;
  /**
   * Sees each error before it is sent; gives what to send, or `null` to drop it. An error is dropped, too, when this
   * throws or gives anything else: what was to be taken out of it must not be sent.
   */
  beforeSend?: ((report: ErrorReport) => ErrorReport | null) | undefined;
}

/** An error as it is sent. */
export interface ErrorReport {
  /** 32 hexadecimal digits; an error that is sent twice is counted once by it. */
  event_id: string;
  /** Name of the error's class: `TypeError`. */
  type: string;
  message: string;
  /** As the browser wrote it, without the query of its addresses. */
  stack: string;
  /** Address of the page without query, fragment and ids. */
  url: string;
  user_agent: string;
  session_id: string;
  release?: string | undefined;
  environment: string;
  /** `user_id`, `breadcrumbs`, what `addContext()` and `captureError()` were given. */
  context: Record<string, unknown>;
}

/** Something that happened on the page before an error. */
export interface Breadcrumb {
  /** ISO 8601. */
  timestamp: string;
  category: "click" | "navigation" | "request" | "console";
  /** A selector, an address, a method with its address, or what was printed. */
  message: string;
  level?: string;
  /** Of a request: its status, or `error`, `aborted`, `opaque`. */
  status?: string;
  duration_ms?: number;
}

/** What `init()` gives. None of it ever throws. */
export interface Monlight {
  /** Reports an error, or anything that was thrown; `context` is kept with it. */
  captureError(error: unknown, context?: Record<string, unknown>): void;
  /** Reports a sentence; `level` is `info` unless given. */
  captureMessage(message: string, level?: Level): void;
  /** Who uses the page, from now on; `null` for nobody. */
  setUser(id: string | number | null): void;
  /** Keeps a value with every error from now on; `undefined` removes it. */
  addContext(key: string, value: unknown): void;
  /** Sends what waits, takes all patches and listeners back, and does nothing from then on. */
  destroy(): void;
}
