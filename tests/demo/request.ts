import type { Random } from "./random.ts";

/** What one visitor's request to the shop is, before anything is written of it. */
export interface Request {
  readonly at: number;
  readonly id: string;
  readonly address: string;
  readonly agent: string;
  readonly referer: string;
  readonly user: number;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  /** Milliseconds that the shop needs for it. */
  readonly took: number;
  /** The process of the shop that answers it. */
  readonly worker: number;
}

const AGENTS = [
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:145.0) Gecko/20100101 Firefox/145.0",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
  "python-requests/2.32.5",
] as const;

const SEARCHES = ["lamp", "desk+oak", "chair%20green", "sofa", "k%C3%BCche", "shelf"] as const;

export function makeRequest(random: Random, at: number): Request {
  const [method, path] = makeTarget(random);
  return {
    at,
    id: random.hex(16),
    address: `203.0.113.${random.whole(2, 254)}`,
    agent: random.pick(AGENTS),
    referer: random.chance(0.6) ? "https://shop.example.org/" : "-",
    user: random.whole(1, 4200),
    method,
    path,
    took: random.duration(38),
    worker: random.whole(7, 10),
  };
}

function makeTarget(random: Random): readonly [Request["method"], string] {
  const kind = random.next();
  if (kind < 0.34) return ["GET", `/api/v1/products/${random.whole(1, 900)}`];
  if (kind < 0.5) return ["GET", `/api/v1/products?page=${random.whole(1, 30)}&sort=price`];
  if (kind < 0.62) return ["GET", `/api/v1/search?q=${random.pick(SEARCHES)}`];
  if (kind < 0.74) return ["GET", "/api/v1/cart"];
  if (kind < 0.86) return ["POST", "/api/v1/cart/items"];
  if (kind < 0.94) return ["POST", "/api/v1/orders"];
  if (kind < 0.97) return ["PUT", `/api/v1/users/${random.whole(1, 4200)}/address`];
  return ["DELETE", `/api/v1/cart/items/${random.whole(1, 60)}`];
}
