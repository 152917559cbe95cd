import assert from "node:assert/strict";
import { captureLog } from "../tests/support/captured_log.ts";
import { type PeriodicOptions, startPeriodic } from "./periodic.ts";

const NEVER_MS = 2 ** 30;
/** A run that is due comes within milliseconds; one that does not come fails the test, not hangs it. */
const DEADLINE_MS = 60_000;

/** Resolves with each run of a job; a run lasts until it is let go. */
function steppedJob(options: Partial<PeriodicOptions> = {}) {
  const { logger, lines } = captureLog();
  let started = Promise.withResolvers<AbortSignal>();
  let finish = Promise.withResolvers<void>();
  const state = { runs: 0, running: 0, most: 0 };
  const job = startPeriodic({
    name: "Job",
    intervalMs: NEVER_MS,
    logger,
    async run(signal) {
      state.runs++;
      state.most = Math.max(state.most, ++state.running);
      started.resolve(signal);
      try {
        await finish.promise;
      } finally {
        state.running--;
      }
    },
    ...options,
  });
  // The job's own timer does not keep the test alive.
  const alive = setInterval(() => {}, 1000);
  return {
    job,
    state,
    lines,
    /** Waits for the run under way or the next one. */
    async started() {
      const late = Promise.withResolvers<never>();
      const timer = setTimeout(() => late.reject(new Error("No run started")), DEADLINE_MS);
      try {
        return await Promise.race([started.promise, late.promise]);
      } finally {
        clearTimeout(timer);
      }
    },
    /** Ends the run under way, and gets ready for another. */
    finish(error?: Error) {
      const ended = finish;
      started = Promise.withResolvers();
      finish = Promise.withResolvers();
      if (error) ended.reject(error);
      else ended.resolve();
    },
    async [Symbol.asyncDispose]() {
      finish.resolve();
      await job.close();
      clearInterval(alive);
    },
  };
}

Deno.test("startPeriodic() runs at once when told so, else after an interval", async () => {
  await using now = steppedJob({ immediately: true });
  await using later = steppedJob({ intervalMs: 1 });
  await using never = steppedJob();
  await Promise.all([now.started(), later.started()]);
  assert.equal(never.state.runs, 0);
});

Deno.test("startPeriodic() runs again and again, never two at a time", async () => {
  await using job = steppedJob({ intervalMs: 0, immediately: true });
  for (let run = 1; run <= 5; run++) {
    await job.started();
    assert.equal(job.state.runs, run);
    job.job.wake();
    job.finish();
  }
  await job.started();
  assert.equal(job.state.most, 1);
});

Deno.test("startPeriodic() logs a failed run and goes on", async () => {
  await using job = steppedJob({ intervalMs: 0, immediately: true });
  await job.started();
  job.finish(new TypeError("it broke"));
  await job.started();
  assert.equal(job.state.runs, 2);
  assert.deepEqual(job.lines.map(({ level, msg, error }) => ({ level, msg, error })), [
    { level: "ERROR", msg: "Job failed", error: "TypeError: it broke" },
  ]);
});

Deno.test("startPeriodic() logs what a run throws at once, too", async () => {
  const { logger, lines } = captureLog();
  const failed = Promise.withResolvers<void>();
  const job = startPeriodic({
    name: "Job",
    intervalMs: NEVER_MS,
    immediately: true,
    logger,
    run() {
      failed.resolve();
      throw new Error("at once");
    },
  });
  const alive = setInterval(() => {}, 1000);
  await failed.promise;
  await job.close();
  clearInterval(alive);
  assert.equal(lines[0]?.error, "Error: at once");
});

Deno.test("Periodic.wake() starts a run that was not due", async () => {
  await using job = steppedJob();
  job.job.wake();
  await job.started();
  assert.equal(job.state.runs, 1);
});

Deno.test("Periodic.wake() during a run asks for one more, however often it is called", async () => {
  await using job = steppedJob({ immediately: true });
  await job.started();
  job.job.wake();
  job.job.wake();
  job.finish();
  await job.started();
  job.finish();
  await new Promise((resolve) => setTimeout(resolve, 0));
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.equal(job.state.runs, 2);
});

Deno.test("Periodic.close() aborts the run under way, waits for it, and logs nothing of that", async () => {
  const job = steppedJob({ immediately: true });
  const signal = await job.started();
  let closed = false;
  const closing = job.job.close().then(() => closed = true);
  assert.ok(signal.aborted);
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.equal(closed, false);
  job.finish(new Error("aborted"));
  await closing;
  assert.deepEqual(job.lines, []);
  await job[Symbol.asyncDispose]();
});

Deno.test("Periodic.close() ends all runs, and wake() is of no use then", async () => {
  const job = steppedJob({ intervalMs: 0 });
  await job.job.close();
  job.job.wake();
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.equal(job.state.runs, 0);
  await job[Symbol.asyncDispose]();
});

Deno.test("startPeriodic() does not keep a command alive that is done", async () => {
  const module = new URL("./periodic.ts", import.meta.url);
  const script = `import { startPeriodic } from "${module}";
    startPeriodic({ name: "Job", intervalMs: ${NEVER_MS}, logger: null, run: async () => {} });`;
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", script],
    signal: AbortSignal.timeout(DEADLINE_MS),
  }).output();
  assert.equal(code, 0);
});
