import { SECOND } from "../clock.ts";
import { describeError } from "../failure.ts";
import { upstreamVerdict } from "../http/respond.ts";
import { isObject } from "./fields.ts";
import type { JsonObject, Kind, Submission } from "./model.ts";

/** How long an upstream may take to answer. */
const DEADLINE_MS = 5 * SECOND;
/** Characters of an upstream's answer; its own are a hundred. */
const MAX_ANSWER = 64 * 1024;
/** Characters of a sentence of it that are passed on. */
const MAX_DETAIL = 500;

const PATHS: Readonly<Record<Kind, string>> = { errors: "/api/errors", metrics: "/api/metrics" };

/** Where submissions of a kind go. */
export interface UpstreamTarget {
  /** Its name for people: `Error Tracker`. */
  readonly name: string;
  /** Its address; of a service in this process any that can be parsed. */
  readonly url: string;
  readonly inProcess: boolean;
  readonly apiKey: string;
  readonly post: Post;
}

/** Posts to a path of a service; a redirection is an answer. */
export type Post = (
  path: string,
  request: {
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly signal: AbortSignal;
  },
) => Promise<Answer>;

/** What a service answered; its text is all of it, or the beginning where that is too long for an answer of ours. */
export interface Answer {
  readonly status: number;
  text(): Promise<string>;
}

/** Posts over HTTP to a service at this address. */
export function postTo(url: string): Post {
  return async (path, request) => {
    const response = await fetch(url + path, { method: "POST", redirect: "manual", ...request });
    return { status: response.status, text: () => readText(response) };
  };
}

/** What became of a submission. */
export type Outcome =
  /** The upstream took it; its answer. */
  | { readonly kind: "done"; readonly status: number; readonly body: JsonObject }
  /** It will never take it; why. */
  | { readonly kind: "refused"; readonly status: number; readonly detail: string }
  | Unavailable;

/** It cannot now, or is not what it should be: nobody knows whether it took the submission. */
export interface Unavailable {
  readonly kind: "unavailable";
  readonly reason: string;
  /** Whether only the operator can mend it: a wrong key or address. */
  readonly misconfigured: boolean;
  /** Whether it let the whole deadline pass. */
  readonly timedOut: boolean;
  /** Whether it answered in a way that may be about this submission alone. */
  readonly isSuspect: boolean;
}

/** Sends submissions of one kind to the service that takes them. */
export class Upstream {
  readonly target: UpstreamTarget;
  readonly #underWay = new Set<AbortController>();

  constructor(target: UpstreamTarget) {
    this.target = target;
  }

  /** Sends one, and waits at most 5 s for the answer. Never throws. */
  async send({ kind, idempotencyKey, body }: Submission): Promise<Outcome> {
    const abort = new AbortController();
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      abort.abort();
    }, DEADLINE_MS);
    this.#underWay.add(abort);
    const { apiKey, post } = this.target;
    const { signal } = abort;
    const headers = {
      "content-type": "application/json",
      "x-api-key": apiKey,
      "idempotency-key": idempotencyKey,
    };
    try {
      return await unlessAborted(
        signal,
        async () => await readOutcome(await post(PATHS[kind], { headers, body, signal })),
      );
    } catch (error) {
      const reason = timedOut
        ? `no answer within ${DEADLINE_MS / SECOND} s`
        : abort.signal.aborted
        ? "the relay is stopping"
        : describeError(error);
      return { kind: "unavailable", reason, misconfigured: false, timedOut, isSuspect: false };
    } finally {
      clearTimeout(timer);
      this.#underWay.delete(abort);
    }
  }

  /** Gives up whatever is under way. */
  abort(): void {
    for (const abort of this.#underWay) abort.abort();
  }
}

/** The work's result; rejects as soon as the signal aborts, also where the work does not heed it. */
function unlessAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    work().then(resolve, reject);
  });
}

async function readOutcome({ status, text: read }: Answer): Promise<Outcome> {
  const text = await read();
  const body = parseObject(text);
  const verdict = upstreamVerdict(status);
  if (verdict === "done" && body) return { kind: "done", status, body };
  const detail = typeof body?.detail === "string" ? body.detail.slice(0, MAX_DETAIL) : null;
  if (verdict === "refused" && detail !== null) return { kind: "refused", status, detail };
  const said = detail ?? text.slice(0, 100);
  return {
    kind: "unavailable",
    reason: `it answered ${status}: ${said}`,
    // A refusal or a success that is not in our words is some other server's.
    misconfigured: verdict !== "unavailable" && verdict !== "failed",
    timedOut: false,
    isSuspect: verdict !== "unavailable",
  };
}

async function readText(response: Response): Promise<string> {
  const length = Number(response.headers.get("content-length") ?? NaN);
  // Without streams, which cost more than all the rest.
  if (length <= MAX_ANSWER) return await response.text();
  const decoder = new TextDecoder();
  let text = "";
  for await (const part of response.body ?? []) {
    text += decoder.decode(part, { stream: true });
    // Leaving the loop cancels the rest.
    if (text.length > MAX_ANSWER) break;
  }
  return text;
}

function parseObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
