/** What goes wrong in a small shop, in several languages, and when. The tracebacks are those of the tests. */
import { Random } from "./random.ts";

/** The body of `POST /api/errors`. */
export interface ShopError {
  readonly project: string;
  readonly exception_type: string;
  readonly message: string;
  readonly traceback: string;
  readonly environment: string;
  readonly request_url?: string;
  readonly request_method?: string;
  readonly request_headers?: Readonly<Record<string, unknown>>;
  readonly user_id?: string;
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** A kind of error: one group. */
interface Kind {
  readonly project: string;
  readonly type: string;
  readonly message: string;
  /** In `tests/golden/tracebacks`. */
  readonly traceback: string;
  readonly url?: string;
  readonly method?: string;
  readonly extra?: Readonly<Record<string, unknown>>;
  /** Days ago it was first and, in hours, last seen; how often in all. */
  readonly firstDays: number;
  readonly quietHours: number;
  readonly count: number;
  /** Whether somebody has marked it resolved. */
  readonly resolved?: true;
}

const KINDS: readonly [Kind, ...Kind[]] = [
  {
    project: "shop-api",
    type: "ValueError",
    message: "could not convert string to float: 'n/a'",
    traceback: "python_fastapi",
    url: "https://shop.example.org/api/v1/orders",
    method: "POST",
    extra: { order: 48_213, release: "4.12.0" },
    ...{ firstDays: 17, quietHours: 0.04, count: 1284 },
  },
  {
    project: "shop-api",
    type: "TimeoutError",
    message: "billing did not answer within 5000 ms",
    traceback: "python_async_timeout",
    url: "https://shop.example.org/api/v1/orders",
    method: "POST",
    extra: { upstream: "billing", attempt: 3 },
    ...{ firstDays: 26, quietHours: 0.2, count: 861 },
  },
  {
    project: "shop-web",
    type: "TypeError",
    message: "Cannot read properties of undefined (reading 'total')",
    traceback: "chrome_simple",
    url: "https://shop.example.org/cart",
    method: "BROWSER",
    extra: { release: "web-2026.48", session_id: "5f0c2f0e" },
    ...{ firstDays: 6, quietHours: 0.1, count: 412 },
  },
  {
    project: "shop-web",
    type: "RangeError",
    message: "Invalid time value",
    traceback: "chrome_webpack_dev",
    url: "https://shop.example.org/search",
    method: "BROWSER",
    ...{ firstDays: 12, quietHours: 5, count: 77 },
  },
  {
    project: "shop-admin",
    type: "TypeError",
    message: 'can\'t access property "price", item is undefined',
    traceback: "firefox_simple",
    url: "https://shop.example.org/products/318",
    method: "BROWSER",
    ...{ firstDays: 0.7, quietHours: 0.5, count: 23 },
  },
  {
    project: "billing",
    type: "IllegalStateException",
    message: "checkout of cart 8812 is closed already",
    traceback: "java_spring",
    url: "https://billing.internal/payments",
    method: "POST",
    extra: { tenant: "eu-1" },
    ...{ firstDays: 29, quietHours: 1.5, count: 540 },
  },
  {
    project: "billing",
    type: "IllegalArgumentException",
    message: "no price for sku-17",
    traceback: "kotlin_coroutine",
    ...{ firstDays: 9, quietHours: 60, count: 31, resolved: true },
  },
  {
    project: "search",
    type: "runtime.errorString",
    message: "invalid memory address or nil pointer dereference",
    traceback: "go_nil",
    ...{ firstDays: 3, quietHours: 9, count: 4 },
  },
  {
    project: "search",
    type: "runtime.boundsError",
    message: "index out of range [5] with length 1",
    traceback: "go_http",
    url: "https://search.internal/suggest?q=desk",
    method: "GET",
    ...{ firstDays: 21, quietHours: 30, count: 118 },
  },
  {
    project: "worker",
    type: "NoMethodError",
    message: "undefined method `total' for nil",
    traceback: "ruby_rails",
    extra: { queue: "mails", job: "ReceiptJob" },
    ...{ firstDays: 24, quietHours: 2, count: 302 },
  },
  {
    project: "worker",
    type: "ExceptionGroup",
    message: "3 of 40 exports failed (3 sub-exceptions)",
    traceback: "python_exception_group",
    extra: { queue: "exports" },
    ...{ firstDays: 4, quietHours: 12, count: 9 },
  },
  {
    project: "backoffice",
    type: "QueryException",
    message: "SQLSTATE[40001]: Serialization failure: could not serialize access",
    traceback: "php_laravel",
    url: "https://office.example.org/orders/48213",
    method: "PUT",
    ...{ firstDays: 15, quietHours: 20, count: 65 },
  },
  {
    project: "backoffice",
    type: "InvalidOperationException",
    message: "checkout failed",
    traceback: "dotnet_async",
    ...{ firstDays: 28, quietHours: 200, count: 12, resolved: true },
  },
  {
    project: "search",
    type: "panic",
    message: "called `Option::unwrap()` on a `None` value",
    traceback: "rust_backtrace",
    ...{ firstDays: 19, quietHours: 110, count: 2, resolved: true },
  },
];

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const TRACEBACKS = new URL("../golden/tracebacks/", import.meta.url);
const AGENT =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

/** An error and when it happened (ms since the epoch). */
export interface PastError {
  readonly at: number;
  readonly error: ShopError;
}

/** A month of errors up to `now`, by time. */
export function errorHistory(now: number): readonly PastError[] {
  const random = new Random(30);
  return KINDS.flatMap((kind) => {
    const last = now - kind.quietHours * HOUR;
    const span = kind.firstDays * DAY - kind.quietHours * HOUR;
    return Array.from({ length: kind.count }, (_, index) => {
      // The first and the last are as told; between them in waves, denser towards now.
      const isEdge = index === 0 || index === kind.count - 1;
      const share = isEdge ? index / Math.max(1, kind.count - 1) : 1 - random.next() ** 1.4;
      const wave = isEdge ? 0 : 0.03 * Math.sin(share * 40) * (1 - share);
      return { at: last - Math.max(0, 1 - share + wave) * span, error: errorOf(kind, random) };
    });
  }).sort((one, other) => one.at - other.at);
}

/** Types and projects of what was marked resolved. */
export const RESOLVED: readonly Pick<ShopError, "project" | "exception_type">[] = KINDS
  .filter(({ resolved }) => resolved).map(({ project, type }) => ({
    project,
    exception_type: type,
  }));

/** What happens next: endless errors, by time, one or two a minute. */
export function* comingErrors(from: number): Generator<PastError, never> {
  const random = new Random(from);
  const recent = KINDS.filter(({ quietHours }) => quietHours < 6);
  for (let at = from;;) {
    at += random.pause(1 / 40);
    // Those that came often come most.
    let left = random.next() * recent.reduce((sum, { count }) => sum + count, 0);
    const kind = recent.find(({ count }) => (left -= count) < 0) ?? KINDS[0];
    yield { at, error: errorOf(kind, random) };
  }
}

function errorOf(kind: Kind, random: Random): ShopError {
  const { project, type, message, traceback, url, method, extra } = kind;
  return {
    project,
    exception_type: type,
    message,
    traceback: textOf(traceback),
    environment: random.chance(0.86) ? "production" : "staging",
    ...url === undefined ? {} : {
      request_url: url,
      request_method: method ?? "GET",
      request_headers: { "user-agent": AGENT, "x-request-id": random.hex(16) },
      user_id: `${random.whole(1, 4200)}`,
    },
    ...extra === undefined ? {} : { extra },
  };
}

const texts = new Map<string, string>();

function textOf(name: string): string {
  const known = texts.get(name);
  if (known !== undefined) return known;
  const text = Deno.readTextFileSync(new URL(`${name}.txt`, TRACEBACKS)).trimEnd();
  texts.set(name, text);
  return text;
}
