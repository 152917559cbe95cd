/** The parts of the HTTP API that the list asks, by the browser's session. */
import type { LogContext, LogHistogram, LogPage } from "../../../core/logs/model.ts";
import { LoadError } from "../loading.ts";

export const PAGE = 500;

/** What a LoadError says when there was no answer at all. */
export const UNREACHABLE = "the server cannot be reached";

/** Which lines: a filter as a query, and where from. */
export interface PageRequest {
  readonly filter: string;
  readonly olderThan?: number;
  readonly newerThan?: number;
  readonly limit?: number;
}

/** A page of lines, newest first. */
export function fetchPage(request: PageRequest, signal: AbortSignal): Promise<LogPage> {
  const query = new URLSearchParams(request.filter);
  const { olderThan, newerThan, limit = PAGE } = request;
  if (olderThan !== undefined) query.set("older_than", String(olderThan));
  if (newerThan !== undefined) query.set("newer_than", String(newerThan));
  query.set("limit", String(limit));
  return getJson<LogPage>(`/api/logs?${query}`, signal);
}

/** One line, by the API's context without any. */
export function fetchContext(id: number, signal: AbortSignal): Promise<LogContext> {
  return getJson<LogContext>(`/api/logs/${id}/context?before=0&after=0`, signal);
}

export function fetchHistogram(
  filter: string,
  buckets: number,
  signal: AbortSignal,
): Promise<LogHistogram> {
  const query = new URLSearchParams(filter);
  query.set("buckets", String(buckets));
  return getJson<LogHistogram>(`/api/logs/histogram?${query}`, signal);
}

/** A part of a page as HTML. */
export async function fetchPart(path: string, signal: AbortSignal): Promise<string> {
  const response = await get(path, { "x-monlight-part": "1", accept: "text/html" }, signal);
  return await response.text();
}

/** Why the server refuses a request, in its own words; null when it does not. */
export async function whyRefused(path: string, signal: AbortSignal): Promise<string | null> {
  try {
    const response = await get(path, {}, signal);
    await response.body?.cancel();
    return null;
  } catch (error) {
    if (error instanceof LoadError) return error.message;
    throw error;
  }
}

async function getJson<T>(path: string, signal: AbortSignal): Promise<T> {
  const response = await get(path, { accept: "application/json" }, signal);
  return await response.json();
}

async function get(
  path: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Response> {
  const response = await fetch(path, { credentials: "same-origin", headers, signal })
    .catch((error) => {
      if (signal.aborted) throw error;
      throw new LoadError(UNREACHABLE);
    });
  if (response.ok && !response.redirected) return response;
  const detail = response.redirected ? SIGNED_OUT : await detailOf(response);
  if (detail === SIGNED_OUT) return await signInAgain();
  throw new LoadError(detail ?? `the server answered ${response.status}`);
}

/** What every route says where there is no session any more. */
const SIGNED_OUT = "Invalid API key";

/** Goes to the sign-in page and never comes back. */
async function signInAgain(): Promise<never> {
  location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
  return await new Promise<never>(() => {});
}

async function detailOf(response: Response): Promise<string | null> {
  try {
    const body: unknown = await response.json();
    if (typeof body !== "object" || body === null || !("detail" in body)) return null;
    return typeof body.detail === "string" ? body.detail : null;
  } catch {
    // A proxy in between may answer with anything.
    return null;
  }
}
