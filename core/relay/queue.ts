import { type Clock, isoTime } from "../clock.ts";
import { GroupCommit } from "../sqlite/group_commit.ts";
import { byteLength } from "../text.ts";
import { type Kind, KINDS, LIMITS, type QueueState, type Submission } from "./model.ts";
import type { QueueStore } from "./store.ts";

/** Submissions of one transaction at most. */
const MAX_BATCH = 256;

/** Most that one project may have of a kind's queue: others must find room, whatever one of them sends. */
const SHARE = 0.5;

/** A submission that waits. */
export type Queued = Submission & { readonly id: number };

interface Count {
  items: number;
  bytes: number;
}

/**
 * What was accepted and waits for its upstream, on disk and in order. Bounded in items and bytes; what finds no
 * room is refused rather than put in place of something that was accepted.
 */
export class Queue {
  readonly #store: QueueStore;
  readonly #commits: GroupCommit<Submission, boolean>;
  readonly #counts: Readonly<Record<Kind, Count>>;
  /** By kind and project. */
  readonly #shares = new Map<string, Count>();

  constructor(store: QueueStore, clock: Clock) {
    this.#store = store;
    this.#commits = new GroupCommit({
      maxItems: MAX_BATCH,
      commit: (batch) => Promise.resolve(store.enqueue(batch, isoTime(clock.now()))),
    });
    this.#counts = { errors: { items: 0, bytes: 0 }, metrics: { items: 0, bytes: 0 } };
    for (const { kind, project, items, bytes } of store.queued()) {
      this.#count(kind, project, items, bytes);
    }
  }

  state(kind: Kind): QueueState {
    return this.#counts[kind];
  }

  /** Resolves with true once it is durably kept, with false when there is no room for it. */
  async add(submission: Submission): Promise<boolean> {
    const { kind, project, body } = submission;
    const bytes = byteLength(body);
    if (!this.#hasRoom(kind, project, bytes)) return false;
    this.#count(kind, project, 1, bytes);
    let isNew = false;
    try {
      isNew = await this.#commits.submit(submission);
    } finally {
      // One that a page sent again is there already.
      if (!isNew) this.#count(kind, project, -1, -bytes);
    }
    return true;
  }

  /** The first that is committed, or null. */
  first(kind: Kind): Queued | null {
    return this.#store.firstQueued(kind, 0);
  }

  /** The one behind that one, or null. */
  next({ kind, id }: Queued): Queued | null {
    return this.#store.firstQueued(kind, id);
  }

  remove({ id, kind, project, body }: Queued): void {
    this.#store.dequeue(id);
    this.#count(kind, project, -1, -byteLength(body));
  }

  /** Resolves when everything that was to be kept is. */
  flush(): Promise<void> {
    return this.#commits.flush();
  }

  #hasRoom(kind: Kind, project: string, bytes: number): boolean {
    const share = this.#shares.get(shareKey(kind, project));
    return fits(this.#counts[kind], bytes, 1) && fits(share, bytes, SHARE);
  }

  #count(kind: Kind, project: string, items: number, bytes: number): void {
    const key = shareKey(kind, project);
    const share = this.#shares.get(key) ?? { items: 0, bytes: 0 };
    for (const count of [this.#counts[kind], share]) {
      count.items += items;
      count.bytes += bytes;
    }
    if (share.items > 0) this.#shares.set(key, share);
    else this.#shares.delete(key);
  }
}

function shareKey(kind: Kind, project: string): string {
  return `${kind} ${project}`;
}

function fits(count: QueueState | undefined, bytes: number, share: number): boolean {
  return (count?.items ?? 0) < LIMITS.queueItems * share &&
    (count?.bytes ?? 0) + bytes <= LIMITS.queueBytes * share;
}

/** Something for each kind of submission. */
export function forEachKind<T>(make: (kind: Kind) => T): Readonly<Record<Kind, T>> {
  const [errors, metrics] = KINDS;
  return { errors: make(errors), metrics: make(metrics) };
}
