/** How the demos end. */
import { RefusedError, say } from "./target.ts";

/** What Ctrl-C ends: `after(ms)` resolves with whether it did meanwhile. */
export class Ending {
  readonly #stopped = Promise.withResolvers<"stop">();

  constructor() {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      Deno.addSignalListener(signal, () => this.#stopped.resolve("stop"));
    }
  }

  async after(ms: number): Promise<boolean> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const pause = new Promise<void>((resolve) => timer = setTimeout(resolve, ms));
    const ended = await Promise.race([this.#stopped.promise, pause]);
    clearTimeout(timer);
    return ended === "stop";
  }
}

/** Runs a demo until it ends; a refusal is told in one line. */
export async function runDemo(work: () => Promise<void>): Promise<never> {
  try {
    await work();
    Deno.exit(0);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    say(`${error.message}\n`);
    Deno.exit(1);
  }
}
