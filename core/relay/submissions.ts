/** What pages submit: read, mapped, and sent on as their project's. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, randomBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { type Clock, isoTime } from "../clock.ts";
import { type BrowserError, parseBrowserError, trackerReport } from "./browser_error.ts";
import { batchText, parseBrowserMetrics, timed } from "./browser_metrics.ts";
import { cut } from "./fields.ts";
import type { Forwarded, Forwarder } from "./forwarder.ts";
import { type JsonObject, type Kind, LIMITS } from "./model.ts";
import type { StackMapper } from "./stack_mapper.ts";

/** Bytes of an idempotency key: as many as tell all submissions of a day apart. */
const KEY_BYTES = 16;

export interface SubmissionsOptions {
  readonly forwarders: Readonly<Record<Kind, Forwarder>>;
  readonly mapper: StackMapper;
  readonly clock: Clock;
  /** Told whether an error's stack could be mapped. */
  readonly onMapped: (isMapped: boolean) => void;
}

export class Submissions {
  readonly #options: SubmissionsOptions;

  constructor(options: SubmissionsOptions) {
    this.#options = options;
  }

  /** Sends on an error of a project, from its JSON body; `userAgent` is the browser's own header. */
  async error(project: string, body: unknown, userAgent: string | undefined): Promise<Forwarded> {
    const { forwarders, clock } = this.#options;
    const error = withUserAgent(parseBrowserError(body), userAgent);
    const { fields, text } = trackerReport(project, error, await this.#map(project, error));
    const submission = {
      kind: "errors",
      project,
      idempotencyKey: idempotencyKey(project, error.eventId),
      body: text,
    } as const;
    // The tracker counts an error when it gets it, so one that comes late says when it was.
    const late = (): string => {
      const extra = { ...asObject(fields.extra), received_at: isoTime(clock.now()) };
      return JSON.stringify({ ...fields, extra });
    };
    return await forwarders.errors.forward(submission, late);
  }

  /** Sends on samples of a project, from their JSON body. */
  async metrics(project: string, body: unknown): Promise<Forwarded> {
    const { forwarders, clock } = this.#options;
    const { eventId, samples } = parseBrowserMetrics(body, project);
    const submission = {
      kind: "metrics",
      project,
      idempotencyKey: idempotencyKey(project, eventId),
      body: batchText(samples),
    } as const;
    const late = () => JSON.stringify(timed(samples, isoTime(clock.now())));
    return await forwarders.metrics.forward(submission, late);
  }

  async #map(project: string, { release, type, message, stack }: BrowserError) {
    const { mapper, onMapped } = this.#options;
    const mapped = await mapper.map({ project, release, type, message, stack });
    onMapped(mapped.mappedFrames > 0);
    return mapped;
  }
}

function withUserAgent(error: BrowserError, header: string | undefined): BrowserError {
  if (error.userAgent !== null || header === undefined) return error;
  return { ...error, userAgent: cut(header, LIMITS.userAgent) };
}

/** The key of an event within its project: what one project sends is never taken for another's. */
function idempotencyKey(project: string, eventId: string | null): string {
  if (eventId === null) return bytesToHex(randomBytes(KEY_BYTES));
  return bytesToHex(sha256(utf8ToBytes(`${eventId} ${project}`)).subarray(0, KEY_BYTES));
}

function asObject(value: unknown): JsonObject {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
