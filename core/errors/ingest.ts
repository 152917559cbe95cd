import { type Clock, isoTime } from "../clock.ts";
import { GroupCommit } from "../sqlite/group_commit.ts";
import { memoize } from "../memo.ts";
import { fingerprint, md5Hex } from "./fingerprint.ts";
import { type ErrorReport, LIMITS, type NewOccurrence, type Recorded } from "./model.ts";
import type { ErrorStore } from "./store.ts";

/** Reports of one transaction at most; more wait for the next. */
const MAX_BATCH = 512;

export interface IngestOptions {
  readonly store: ErrorStore;
  readonly clock: Clock;
  /** Told after the commit of reports that made or reopened a group. */
  readonly onAlertOwed: () => void;
}

/** The way of a report into the store: fingerprint, shared commit, then the answer. */
export class Ingest {
  readonly #clock: Clock;
  readonly #commits: GroupCommit<NewOccurrence, Recorded>;
  /** The same few errors come again and again. */
  readonly #digest = memoize(md5Hex, { maxEntries: 2000, maxLength: 400 });
  #lastTime = { ms: NaN, iso: "" };

  constructor({ store, clock, onAlertOwed }: IngestOptions) {
    this.#clock = clock;
    this.#commits = new GroupCommit({
      maxItems: MAX_BATCH,
      async commit(batch) {
        const recorded = await store.recordOccurrences(batch);
        if (recorded.some(({ status }) => status !== "incremented")) onAlertOwed();
        return recorded;
      },
    });
  }

  /** Reports that are not committed yet. */
  get depth(): number {
    return this.#commits.depth;
  }

  /**
   * Resolves once the report is durably counted. One with the key of an earlier one is not counted again, and
   * resolves as that did.
   */
  record(report: ErrorReport, idempotencyKey: string | null = null): Promise<Recorded> {
    const { hash, version, frame } = fingerprint(report, this.#digest);
    return this.#commits.submit({
      report,
      fingerprint: hash,
      fingerprintVersion: version,
      location: frame && locationText(frame),
      receivedAt: this.#time(),
      idempotencyKey,
    });
  }

  /** Now in ISO; writing it out costs more than remembering it for the rest of the millisecond. */
  #time(): string {
    const now = this.#clock.now();
    if (now !== this.#lastTime.ms) this.#lastTime = { ms: now, iso: isoTime(now) };
    return this.#lastTime.iso;
  }

  /** Resolves when everything accepted is committed. */
  flush(): Promise<void> {
    return this.#commits.flush();
  }
}

function locationText(frame: { file: string; line: number; function: string | null }): string {
  const place = `${frame.file}:${frame.line}`;
  const text = frame.function === null ? place : `${place} in ${frame.function}`;
  return text.slice(0, LIMITS.location);
}
