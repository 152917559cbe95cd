import { SECOND } from "../clock.ts";
import { Failure } from "../failure.ts";
import { isBusy } from "./database.ts";

/** How long a database that another process holds is asked again, and how often. */
const BUSY_MS = 5 * SECOND;
const BUSY_STEP_MS = 50;

/** An item under way, with the promise of who waits for it. */
interface Waiting<In, Out> {
  readonly item: In;
  readonly resolve: (result: Out) => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupCommitOptions<In, Out> {
  /** Stores the items in one transaction, all or none; returns a result for each, in order. */
  readonly commit: (items: readonly In[]) => Promise<readonly Out[]>;
  /** Most items of one transaction. */
  readonly maxItems: number;
}

/**
 * Gathers what arrives in the same turn of the event loop into one transaction, so that many requests
 * share one commit and each is answered only after it. No timer sets the pace: an idle server commits
 * at once, a busy one in ever larger groups.
 */
export class GroupCommit<In, Out> {
  readonly #options: GroupCommitOptions<In, Out>;
  #waiting: Waiting<In, Out>[] = [];
  #working: Promise<void> | undefined;
  #committing = 0;

  constructor(options: GroupCommitOptions<In, Out>) {
    this.#options = options;
  }

  /** Items that are not committed yet. */
  get depth(): number {
    return this.#waiting.length + this.#committing;
  }

  /** Whether nothing waits or is being committed. */
  get isIdle(): boolean {
    return this.#working === undefined;
  }

  /** Resolves with the item's result once it is committed; rejects when it cannot be. */
  submit(item: In): Promise<Out> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      this.#working ??= this.#work();
    });
  }

  /** Resolves when everything submitted so far is committed or refused. */
  async flush(): Promise<void> {
    await this.#working;
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) {
      // After the sockets that are ready have been read, not before.
      await new Promise<void>((resolve) => setImmediate(resolve));
      const batch = this.#waiting.splice(0, this.#options.maxItems);
      this.#committing = batch.length;
      await this.#commit(batch);
      this.#committing = 0;
    }
    this.#working = undefined;
  }

  async #commit(batch: readonly Waiting<In, Out>[]): Promise<void> {
    try {
      const results = await this.#tryWhileBusy(batch.map(({ item }) => item));
      batch.forEach(({ resolve, reject }, index) => {
        const result = results[index];
        if (result === undefined) reject(new Error("Commit gave no result for an item"));
        else resolve(result);
      });
    } catch (error) {
      // What the disk refuses it refuses for all. But one bad item must not take the others down with it:
      // each gets a transaction of its own.
      if (batch.length === 1 || error instanceof Failure) {
        for (const { reject } of batch) reject(error);
      } else {
        for (const one of batch) await this.#commit([one]);
      }
    }
  }

  /** Others go on meanwhile: SQLite itself would wait with the whole thread. */
  async #tryWhileBusy(items: readonly In[]): Promise<readonly Out[]> {
    const giveUpAt = performance.now() + BUSY_MS;
    while (true) {
      try {
        return await this.#options.commit(items);
      } catch (error) {
        if (!isBusy(error) || performance.now() > giveUpAt) throw error;
        await new Promise((resolve) => setTimeout(resolve, BUSY_STEP_MS));
      }
    }
  }
}
