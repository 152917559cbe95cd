/** Killing a program in the middle of its work, wherever that is on a machine of any speed. */
import type { Program } from "../support/program.ts";
import { Waiting } from "../support/waiting.ts";

/** Counts what clients send and what is acknowledged, and kills programs under them. */
export class Kills {
  /** How many kills hit at least one request that was under way. */
  hits = 0;
  #acknowledged = 0;
  #unanswered = 0;
  readonly #waiting = new Waiting(() => this.#acknowledged);

  /** To be called for each request: whether it was acknowledged, or null where the connection broke. */
  answered(acknowledged: boolean | null): void {
    if (acknowledged === null) this.#unanswered++;
    if (!acknowledged) return;
    this.#acknowledged++;
    this.#waiting.check();
  }

  /** Waits until so many more requests are acknowledged. */
  acknowledged(more: number): Promise<void> {
    return this.#waiting.until(this.#acknowledged + more);
  }

  /**
   * Has each client send one request after another until `enough` and up to so many ms longer, and kills the
   * program under them.
   */
  async killDuring(
    program: Program,
    clients: readonly (() => Promise<void>)[],
    enough: Promise<unknown>,
    mostLateMs: number,
  ): Promise<void> {
    const before = this.#unanswered;
    let dead = false;
    const sending = Promise.all(clients.map(async (send) => {
      while (!dead) await send();
    }));
    // A client that fails ends the waiting as well.
    await Promise.race([enough, sending]);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * mostLateMs));
    const killed = program.stop("SIGKILL");
    dead = true;
    await Promise.all([killed, sending]);
    if (this.#unanswered > before) this.hits++;
  }
}
