/** A Node worker that logs with pino: JSON with numeric levels. */
import type { Line } from "./line.ts";
import type { Random } from "./random.ts";

const container = "worker";
const LEVELS = { debug: 20, info: 30, warn: 40, error: 50, fatal: 60 } as const;

function log(
  at: number,
  level: keyof typeof LEVELS,
  msg: string,
  fields: Readonly<Record<string, unknown>>,
): Line {
  const time = Math.floor(at);
  const record = { level: LEVELS[level], time, pid: 1, hostname: "5d0c1e7a9b42", ...fields, msg };
  return { at, container, stream: "stdout", text: JSON.stringify(record) };
}

/** A job from the queue, from its start to its end. */
export function job(
  random: Random,
  at: number,
  request: { id: string; user: number },
): readonly Line[] {
  const queue = random.pick(["mail", "thumbnails", "stock", "invoices"]);
  const fields = { queue, jobId: random.whole(100_000, 999_999), requestId: request.id };
  const took = random.duration(420);
  const lines = [log(at, "debug", "job taken", fields)];
  if (random.chance(0.07)) {
    const attempt = random.whole(1, 3);
    lines.push(log(at + took, "warn", "job failed, will be tried again", {
      ...fields,
      attempt,
      delayMs: 500 * 2 ** attempt,
      err: { type: "Error", code: "ECONNRESET", message: "read ECONNRESET" },
    }));
  }
  const end = at + took * 1.5;
  if (random.chance(0.012)) lines.push(failed(end, fields));
  else {
    const durationMs = Math.round(took);
    lines.push(log(end, "info", "job done", { ...fields, userId: request.user, durationMs }));
  }
  return lines;
}

function failed(at: number, fields: Readonly<Record<string, unknown>>): Line {
  return log(at, "error", "job given up", {
    ...fields,
    err: {
      type: "TypeError",
      message: "Cannot read properties of undefined (reading 'email')",
      stack: "TypeError: Cannot read properties of undefined (reading 'email')\n" +
        "    at renderInvoice (/srv/worker/dist/invoices.js:48:31)\n" +
        "    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)\n" +
        "    at async Worker.run (/srv/worker/dist/worker.js:22:7)",
    },
  });
}

/** What it says of itself now and then. */
export function pulse(random: Random, at: number): Line {
  return log(at, "info", "queue depth", {
    mail: random.whole(0, 12),
    thumbnails: random.whole(0, 40),
    rssMb: random.whole(118, 164),
  });
}
