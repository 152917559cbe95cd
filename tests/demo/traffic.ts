/** The traffic of a small shop: what its six containers print, in the order of time, for ever. */
import { gatewayDown, payment, poolPulse } from "./billing.ts";
import type { Line } from "./line.ts";
import { Random } from "./random.ts";
import { makeRequest, type Request } from "./request.ts";
import { answered, crash, log, paymentTimeout, slow, working } from "./shop_api.ts";
import { checkpoint, memoryWarning, refusedStatement, save, slowStatement } from "./stores.ts";
import { access, assets, failure, probes } from "./web.ts";
import { job, pulse } from "./worker.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const CONTAINERS = {
  web: "nginx:1.29-alpine",
  "shop-api": "registry.example.org/shop/api:4.12.0",
  worker: "registry.example.org/shop/worker:1.7.3",
  postgres: "postgres:18",
  redis: "redis:8-alpine",
  billing: "registry.example.org/shop/billing:2.8.1",
} as const;

export interface TrafficOptions {
  readonly seed: number;
  /** When it begins, in ms since the epoch. */
  readonly from: number;
  /** Events a second at the height of the day, 2 unless given; an event is one to ten lines. */
  readonly perSecond?: number;
}

/** Endless lines, by time. The same options give the same lines. */
export function* traffic({ seed, from, perSecond = 2 }: TrafficOptions): Generator<Line, never> {
  const random = new Random(seed);
  // What happened is written while it lasts, so lines of later events come in between.
  let waiting: Line[] = [];
  let at = from;
  while (true) {
    at += random.pause(perSecond * rhythm(at));
    const due = waiting.filter((line) => line.at < at).sort((one, other) => one.at - other.at);
    waiting = waiting.filter((line) => line.at >= at);
    yield* due;
    waiting.push(...event(random, at));
  }
}

/** From 0.3 in the small hours to 1 in the evening (UTC), with gusts. */
export function rhythm(at: number): number {
  const day = (1 - Math.cos((at % DAY - 7 * HOUR) / DAY * 2 * Math.PI)) / 2;
  const gust = 0.85 + 0.15 * Math.sin(at / MINUTE / 3.1) * Math.sin(at / MINUTE / 7.7);
  return (0.3 + 0.7 * day) * gust;
}

/** Whether the card company has one of its bad spells: some minutes, every hour and a half. */
export function isIncident(at: number): boolean {
  return at % (95 * MINUTE) < 7 * MINUTE;
}

function event(random: Random, at: number): readonly Line[] {
  const kind = random.next();
  if (kind < 0.008) return checkpoint(random, at);
  if (kind < 0.016) return save(random, at);
  if (kind < 0.03) return [pulse(random, at)];
  if (kind < 0.045) return [poolPulse(random, at, isIncident(at))];
  if (kind < 0.05) return [slowStatement(random, at)];
  if (kind < 0.054) return refusedStatement(random, at, isIncident(at));
  if (kind < 0.055) return [memoryWarning(at)];
  const request = makeRequest(random, at);
  if (kind < 0.06) return probes(random, request);
  return visit(random, request);
}

function visit(random: Random, request: Request): readonly Line[] {
  if (request.path === "/api/v1/orders") return order(random, request);
  const kind = random.next();
  if (kind < 0.003) {
    return [
      crash(random, request),
      answered(request, "500 Internal Server Error"),
      access(request, 500, 21),
    ];
  }
  if (kind < 0.01) {
    const late = { ...request, took: 1000 + random.duration(900) };
    return [
      ...working(random, late),
      slow(late),
      answered(late, "200 OK"),
      access(late, 200, 4210),
    ];
  }
  if (kind < 0.03 && request.method === "GET") {
    return [answered(request, "404 Not Found"), access(request, 404, 22)];
  }
  const changes = request.method === "POST" ? 201 : request.method === "DELETE" ? 204 : 200;
  const status = { 200: "200 OK", 201: "201 Created", 204: "204 No Content" }[changes];
  return [
    ...working(random, request),
    answered(request, status),
    access(request, changes, random.whole(90, 9000)),
    ...(random.chance(0.3) ? assets(random, request) : []),
    ...(random.chance(0.12) ? job(random, request.at + request.took, request) : []),
  ];
}

function order(random: Random, request: Request): readonly Line[] {
  const number = random.whole(70_000, 99_999);
  const payingAt = request.at + request.took / 3;
  if (random.chance(isIncident(request.at) ? 0.5 : 0.01)) {
    const late = { ...request, took: 5000 + random.whole(0, 90) };
    return [
      log(request, "INFO", "checkout", `order ${number} placed, charging`, 4),
      ...gatewayDown(random, payingAt, number),
      log(
        late,
        "ERROR",
        "checkout",
        `order ${number} could not be charged: PaymentUnavailable`,
        late.took,
      ),
      paymentTimeout(late),
      answered(late, "502 Bad Gateway"),
      failure(
        late,
        "error",
        "upstream timed out (110: Operation timed out) while reading response header from upstream",
      ),
      access(late, 502, 157),
    ];
  }
  return [
    log(request, "INFO", "checkout", `order ${number} placed, charging`, 4),
    ...payment(random, payingAt, number, request.id),
    log(request, "INFO", "checkout", `order ${number} paid`, request.took),
    answered(request, "201 Created"),
    access(request, 201, 312),
    ...job(random, request.at + request.took + 30, request),
  ];
}
