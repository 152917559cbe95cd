import { describeError } from "./failure.ts";
import type { Logger } from "./logger.ts";

export interface PeriodicOptions {
  /** Named in the logs when a run fails. */
  readonly name: string;
  /** Milliseconds from the end of one run to the start of the next. */
  readonly intervalMs: number;
  /** Whether the first run comes at once; otherwise after one interval. */
  readonly immediately?: boolean;
  readonly logger: Logger;
  /** One run; it stops early when the signal aborts. */
  run(signal: AbortSignal): Promise<void> | void;
}

/** A background job under way. */
export interface Periodic {
  /** Asks for a run as soon as the present one, if any, has ended. */
  wake(): void;
  /** Aborts the run under way and waits until it has ended. */
  close(): Promise<void>;
}

/** Starts a named background job. Runs never overlap; one that throws is logged and the next comes. */
export function startPeriodic(options: PeriodicOptions): Periodic {
  const { name, intervalMs, immediately = false, logger, run } = options;
  const abort = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> | undefined;
  let wanted = false;

  const schedule = (delay: number) => {
    clearTimeout(timer);
    timer = setTimeout(start, delay);
    // A background job alone does not keep a finished command alive, unless it is wanted now.
    if (delay > 0) timer.unref();
  };
  const start = () => {
    wanted = false;
    running = runOnce().finally(() => {
      running = undefined;
      if (!abort.signal.aborted) schedule(wanted ? 0 : intervalMs);
    });
  };
  const runOnce = async () => {
    try {
      await run(abort.signal);
    } catch (error) {
      if (!abort.signal.aborted) logger.error(`${name} failed`, { error: describeError(error) });
    }
  };

  schedule(immediately ? 0 : intervalMs);
  return {
    wake() {
      if (abort.signal.aborted) return;
      if (running) wanted = true;
      else schedule(0);
    },
    async close() {
      abort.abort();
      clearTimeout(timer);
      await running;
    },
  };
}
