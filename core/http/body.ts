import { SECOND } from "../clock.ts";
import { Failure } from "../failure.ts";
import { byteLength } from "../text.ts";
import { freeBytes, incomingBody } from "./incoming_body.ts";
import type { AppContext } from "./route.ts";

/** A body that stops arriving for so long is given up. */
export const BODY_IDLE_MS = 10 * SECOND;
/** However steadily it trickles, a body has to be complete after this. */
export const BODY_TOTAL_MS = 120 * SECOND;
/** Bytes of all bodies from their arrival to their answer; parsed, each takes about as much again. */
const HELD_BYTES = 16 * 1024 * 1024;
/** What bodies that come through doors may hold of them: anybody can send those, and others must find room. */
const DOORS_SHARE = 0.5;
/** How often bodies under way are looked at. */
const WATCH_MS = SECOND / 4;

/** Refuses by `Content-Length`, before a byte of the body is read. */
export function checkContentLength(context: AppContext): void {
  const length = context.req.header("content-length");
  if (length !== undefined && Number(length) > context.get("maxBodyBytes")) throw tooLarge();
}

/** A body that is being read. */
interface Reading {
  readonly startedAt: number;
  /** When the last of it came. */
  progressAt: number;
  timedOut: boolean;
  /** Ends the read under way. */
  readonly cancel: () => void;
}

/**
 * Watches over all bodies of the process: gives up those that stop arriving (one timer for all, since one a
 * request costs more than reading it), and bounds the memory they take together.
 */
export class BodyWatch {
  readonly #readings = new Set<Reading>();
  readonly #mostHeld: number;
  #held = 0;
  #heldByDoors = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `largestBody` is what the most generous route takes, in bytes. */
  constructor(largestBody: number) {
    this.#mostHeld = Math.max(HELD_BYTES, 2 * largestBody);
  }

  add(reading: Reading): void {
    this.#readings.add(reading);
    this.#timer ??= this.#schedule();
  }

  remove(reading: Reading): void {
    this.#readings.delete(reading);
  }

  /** Counts bytes that a request's body takes more. Throws `unavailable` when all together are too many. */
  hold(context: AppContext, bytes: number): void {
    const byDoor = cameByDoor(context) ? bytes : 0;
    const isTooMuch = this.#held + bytes > this.#mostHeld ||
      (byDoor > 0 && this.#heldByDoors + byDoor > this.#mostHeld * DOORS_SHARE);
    if (isTooMuch) {
      throw new Failure("unavailable", "Too many large requests at once; try again", {
        retryAfterSeconds: 1,
        closeConnection: true,
      });
    }
    this.#held += bytes;
    this.#heldByDoors += byDoor;
    context.set("bodyBytes", (context.get("bodyBytes") ?? 0) + bytes);
  }

  /** The request is answered, its bytes are free. */
  release(context: AppContext): void {
    const bytes = context.get("bodyBytes");
    if (bytes === undefined) return;
    this.#held -= bytes;
    if (cameByDoor(context)) this.#heldByDoors -= bytes;
  }

  #schedule(): ReturnType<typeof setTimeout> {
    const timer = setTimeout(() => this.#look(), WATCH_MS);
    timer.unref();
    return timer;
  }

  #look(): void {
    const now = performance.now();
    for (const reading of this.#readings) {
      const { startedAt, progressAt } = reading;
      if (now - progressAt < BODY_IDLE_MS && now - startedAt < BODY_TOTAL_MS) continue;
      reading.timedOut = true;
      reading.cancel();
    }
    this.#timer = this.#readings.size > 0 ? this.#schedule() : undefined;
  }
}

function cameByDoor(context: AppContext): boolean {
  return context.get("caller").kind === "door";
}

/**
 * The request's body, at most the route's limit long. Throws `too_large` as soon as it is longer and
 * `timeout` when it stops arriving; the rest is then left unread and the connection closes.
 */
export async function readBody(context: AppContext): Promise<Uint8Array<ArrayBuffer>> {
  const { body } = context.req.raw;
  if (body === null) return new Uint8Array();
  const incoming = incomingBody(body, Number(context.req.header("content-length")));
  const watch = context.get("bodyWatch");
  const startedAt = performance.now();
  const reading: Reading = {
    startedAt,
    progressAt: startedAt,
    timedOut: false,
    cancel: () => incoming.cancel(),
  };
  watch.add(reading);
  try {
    let held = 0;
    while (true) {
      if (incoming.length > context.get("maxBodyBytes")) throw tooLarge();
      watch.hold(context, incoming.room - held);
      held = incoming.room;
      const isMore = await incoming.more();
      if (reading.timedOut) throw stopped();
      if (!isMore) return incoming.whole();
      reading.progressAt = performance.now();
    }
  } catch (error) {
    if (error instanceof Failure) {
      reading.cancel();
      throw error;
    }
    // The client went away, or framed its body wrongly.
    throw stopped(error);
  } finally {
    watch.remove(reading);
  }
}

function tooLarge(): Failure {
  return new Failure("too_large", "Request body exceeds maximum size", { closeConnection: true });
}

function stopped(cause?: unknown): Failure {
  return new Failure(
    "timeout",
    "Request body stopped arriving",
    { closeConnection: true },
    { cause },
  );
}

const utf8 = new TextDecoder();
/** Takes five times as long, and three times the memory: it is asked only where a character may be a broken one. */
const strictUtf8 = new TextDecoder("utf-8", { fatal: true });

async function readText(context: AppContext): Promise<string> {
  const { text } = context.env;
  if (text !== undefined) {
    // At most three bytes a UTF-16 unit, so most need no counting.
    const max = context.get("maxBodyBytes");
    if (text.length * 3 > max && byteLength(text) > max) throw tooLarge();
    return text;
  }
  return textOf(await readBody(context));
}

function textOf(bytes: Uint8Array): string {
  const text = utf8.decode(bytes);
  if (!text.includes("\ufffd")) return text;
  try {
    return strictUtf8.decode(bytes);
  } catch {
    throw new Failure("invalid", "Request body is not valid UTF-8");
  }
}

/** The body as JSON; throws `invalid` when it is none. */
export async function readJson(context: AppContext): Promise<unknown> {
  return parseJson(await readText(context));
}

/** A body that was read before, as JSON, in its place: its bytes are gone then. Throws `invalid` when it is none. */
export function takeJson(body: Uint8Array<ArrayBuffer>): unknown {
  const text = textOf(body);
  freeBytes(body);
  return parseJson(text);
}

function parseJson(text: string): unknown {
  if (text.trim() === "") throw new Failure("invalid", "Request body is empty, JSON is expected");
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure("invalid", "Request body is not valid JSON");
  }
}

/** The body of a form as browsers send it. */
export async function readForm(context: AppContext): Promise<URLSearchParams> {
  return new URLSearchParams(await readText(context));
}
