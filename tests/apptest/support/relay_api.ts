/** What the tests of the relay share. */
import type { ProgramOptions } from "../../support/program.ts";
import { type Answer, Api, type Request } from "./api.ts";

/** Keys that are there from the start, of two projects. */
export const SHOP_KEY = "5b0e4c8f8e6d4c39a6c2a4d0a7f1e111";
export const BLOG_KEY = "5b0e4c8f8e6d4c39a6c2a4d0a7f1e222";
export const DSN_KEYS = `shop:${SHOP_KEY}, blog:${BLOG_KEY}`;

export const ORIGIN = "https://shop.example";

/** Everything in one process, without logs. */
export function startTogether(options: ProgramOptions = {}): Promise<Api> {
  return Api.start({
    ...options,
    args: ["--only", "errors,metrics,relay", ...options.args ?? []],
    env: { DSN_KEYS, CORS_ORIGINS: ORIGIN, ...options.env },
  });
}

/** The relay alone. */
export function startRelay(options: ProgramOptions = {}): Promise<Api> {
  return Api.start(relayAlone(options));
}

export function relayAlone(options: ProgramOptions = {}): ProgramOptions {
  return {
    ...options,
    command: ["relay", "serve"],
    env: { DSN_KEYS, CORS_ORIGINS: ORIGIN, ...options.env },
  };
}

/** An error of a page; the fields given win. */
export function browserError(fields: Readonly<Record<string, unknown>> = {}) {
  return {
    type: "TypeError",
    message: "Cannot read properties of undefined (reading 'price')",
    stack: stackAt(1),
    url: "https://shop.example/cart/1042?step=pay",
    user_agent: "Mozilla/5.0 (X11; Linux x86_64) Chrome/141.0",
    session_id: "8d1c0f5e",
    ...fields,
  };
}

/** A stack whose place is its own for each line. */
export function stackAt(line: number): string {
  return "TypeError: Cannot read properties of undefined (reading 'price')\n" +
    `    at total (https://shop.example/assets/app.js:${line}:20)\n` +
    "    at https://shop.example/assets/app.js:9000:1";
}

export function browserMetrics(fields: Readonly<Record<string, unknown>> = {}) {
  return {
    metrics: [{ name: "web_vitals_lcp", type: "histogram", value: 1200 }],
    url: "https://shop.example/cart/1042",
    session_id: "8d1c0f5e",
    ...fields,
  };
}

/** A request with a page's key, and nothing else that lets in. */
export function withDsn(key: string | null, rest: Partial<Request> = {}): Omit<Request, "path"> {
  const headers: Record<string, string> = { ...rest.headers };
  if (key !== null) headers["x-monlight-key"] = key;
  return { key: null, ...rest, headers };
}

export function submitError(
  api: Api,
  body: unknown,
  key: string | null = SHOP_KEY,
): Promise<Answer> {
  return api.post("/api/browser/errors", body, withDsn(key));
}

export function submitMetrics(
  api: Api,
  body: unknown,
  key: string | null = SHOP_KEY,
): Promise<Answer> {
  return api.post("/api/browser/metrics", body, withDsn(key));
}
