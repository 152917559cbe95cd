/** A FastAPI shop under Uvicorn: its own lines with the request's id, tracebacks among them. */
import { type Line, plainTime } from "./line.ts";
import type { Random } from "./random.ts";
import type { Request } from "./request.ts";

const container = "shop-api";

/** Uvicorn's line of a request, answered with this status. */
export function answered(request: Request, status: string): Line {
  const { at, took, worker, method, path } = request;
  const text = `INFO:     172.18.0.5:${
    40_000 + worker * 311
  } - "${method} ${path} HTTP/1.1" ${status}`;
  return { at: at + took, container, stream: "stdout", text };
}

type Level = "DEBUG" | "INFO" | "WARNING" | "ERROR";

/** A line of the shop's own logger, `after` ms into the request. */
export function log(
  request: Request,
  level: Level,
  module: string,
  message: string,
  after = request.took / 2,
): Line {
  const at = request.at + after;
  const text =
    `${plainTime(at, ",")} ${level.padEnd(7)} [shop.${module}] request_id=${request.id} ` +
    `user_id=${request.user} ${message}`;
  return { at, container, stream: "stdout", text };
}

/** What the shop says on the way to an answer. */
export function working(random: Random, request: Request): readonly Line[] {
  const lines: Line[] = [];
  if (random.chance(0.25)) {
    const ms = random.duration(3).toFixed(1);
    lines.push(
      log(request, "DEBUG", "db", `SELECT on products took ${ms} ms, ${random.whole(1, 40)} rows`),
    );
  }
  if (request.path.startsWith("/api/v1/search")) {
    const hits = random.chance(0.15) ? 0 : random.whole(1, 260);
    lines.push(
      log(request, "INFO", "search", `query="${request.path.split("=")[1]}" hits=${hits}`),
    );
  }
  if (request.path === "/api/v1/cart/items") {
    const sku = `SKU-${random.whole(10_000, 99_999)}`;
    lines.push(log(request, "INFO", "cart", `added ${sku} quantity=${random.whole(1, 3)}`));
    if (random.chance(0.04)) {
      lines.push(
        log(request, "WARNING", "cart", `${sku} is nearly sold out: ${random.whole(1, 4)} left`),
      );
    }
  }
  return lines;
}

/** A request that took long. */
export function slow(request: Request): Line {
  const took = `slow request: ${request.method} ${request.path} took ${
    Math.round(request.took)
  } ms`;
  return log(request, "WARNING", "middleware", took, request.took);
}

type Frames = readonly string[];

const CRASHES: readonly [Frames, ...Frames[]] = [
  [
    '  File "/srv/shop/app/checkout.py", line 88, in parse_price',
    "    return Decimal(text)",
    "           ^^^^^^^^^^^^^",
    "decimal.InvalidOperation: [<class 'decimal.ConversionSyntax'>]",
  ],
  [
    '  File "/srv/shop/app/cart.py", line 141, in totals',
    '    return cart["discounts"][code]["percent"]',
    "           ~~~~~~~~~~~~~~~~~~~~~~~^^^^^^^^^^^",
    "KeyError: 'percent'",
  ],
  [
    '  File "/srv/shop/app/recommend.py", line 27, in ranked',
    "    return best / len(purchases)",
    "           ~~~~~^~~~~~~~~~~~~~~~",
    "ZeroDivisionError: division by zero",
  ],
];

/** A request that ends in an exception: Uvicorn's traceback, on stderr in one go. */
export function crash(random: Random, request: Request): Line {
  return traceback(request, random.pick(CRASHES));
}

/** An exception that was raised while another was handled. */
export function paymentTimeout(request: Request): Line {
  return traceback(request, [
    '  File "/usr/local/lib/python3.13/site-packages/httpx/_transports/default.py", line 101, in map_httpcore_exceptions',
    "    yield",
    '  File "/usr/local/lib/python3.13/site-packages/httpcore/_async/connection.py", line 124, in _connect',
    "    stream = await self._network_backend.connect_tcp(**kwargs)",
    "httpcore.ConnectTimeout",
    "",
    "The above exception was the direct cause of the following exception:",
    "",
    "Traceback (most recent call last):",
    '  File "/srv/shop/app/checkout.py", line 212, in charge',
    '    response = await billing.post("/payments", json=payment)',
    '  File "/srv/shop/app/checkout.py", line 219, in charge',
    "    raise PaymentUnavailable(order.id) from error",
    `shop.errors.PaymentUnavailable: billing did not answer within ${Math.round(request.took)} ms`,
  ]);
}

function traceback(request: Request, end: Frames): Line {
  const lines = [
    "ERROR:    Exception in ASGI application",
    "Traceback (most recent call last):",
    '  File "/usr/local/lib/python3.13/site-packages/uvicorn/protocols/http/httptools_impl.py", line 409, in run_asgi',
    "    result = await app(  # type: ignore[func-returns-value]",
    '  File "/usr/local/lib/python3.13/site-packages/fastapi/applications.py", line 1134, in __call__',
    "    await super().__call__(scope, receive, send)",
    ...end,
  ];
  const at = request.at + request.took + 2;
  return { at, container, stream: "stderr", text: lines.join("\n") };
}
