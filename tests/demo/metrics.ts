/**
 * Sends the metrics of a small shop to a Monlight that runs: `deno task demo:metrics`. The last 55 minutes at
 * once, since older samples are refused, then on and on until Ctrl-C.
 * See `target.ts` for where it runs and its key.
 */
import { Ending, runDemo } from "./ending.ts";
import { shopMetrics, type ShopSample } from "./shop_metrics.ts";
import { ask, say, type Target, targetOf } from "./target.ts";

const HISTORY_MS = 55 * 60_000;
const MINUTE = 60_000;
const BATCH = 1000;
/** From one batch to the next, and from one attempt to the next. */
const STEP_MS = 2000;

async function main(args: readonly string[]): Promise<void> {
  const target = targetOf(args);
  const ending = new Ending();
  let from = await lastSent(target);
  if (from === null) say(`Waiting for Monlight at ${target.url}: deno task start\n`);
  while (from === null) {
    if (await ending.after(STEP_MS)) return;
    from = await lastSent(target);
  }
  await sendMetrics(target, from, ending, (count) => say(greeting(target, count)));
}

/** Sends what comes from a moment on, as it comes; tells once how many came at first. */
export async function sendMetrics(
  target: Target,
  from: number,
  ending: Ending,
  onFirst: (count: number) => void,
): Promise<void> {
  const samples = shopMetrics({ seed: Math.floor(from), from });
  let { value: next } = samples.next();
  let waiting: ShopSample[] = [];
  let sent = 0;
  do {
    for (const until = Date.now(); next.at <= until; next = samples.next().value) {
      waiting.push(next);
    }
    // What could not be sent in time would be refused.
    waiting = waiting.filter(({ at }) => at > Date.now() - HISTORY_MS - MINUTE);
    const wasGreeted = sent > 0;
    const taken = await sendAll(target, waiting);
    waiting = waiting.slice(taken);
    sent += taken;
    if (!wasGreeted && sent > 0) onFirst(sent);
  } while (!await ending.after(STEP_MS));
}

/** Where to begin, so that a second run doubles nothing; null when there is no Monlight yet. */
async function lastSent(target: Target): Promise<number | null> {
  const path = "/api/metrics?name=http_requests_total&project=shop&period=1h";
  const response = await ask(target, path);
  if (response === null) return null;
  const { data } = await response.json();
  const now = Date.now();
  const last = data.at(-1)?.bucket;
  const known = last === undefined ? 0 : Math.min(now, Date.parse(last) + MINUTE);
  return Math.max(now - HISTORY_MS, known);
}

/** Sends samples in batches, the oldest first; gives how many were taken before one was not. */
export async function sendAll(target: Target, samples: readonly ShopSample[]): Promise<number> {
  for (let sent = 0; sent < samples.length; sent += BATCH) {
    const batch = samples.slice(sent, sent + BATCH);
    const body = JSON.stringify(
      batch.map(({ at, ...sample }) => ({ ...sample, timestamp: new Date(at).toISOString() })),
    );
    const response = await ask(target, "/api/metrics", { method: "POST", body });
    if (response === null) return sent;
    await response.body?.cancel();
  }
  return samples.length;
}

function greeting({ url }: Target, count: number): string {
  return `Sent ${count.toLocaleString("en")} samples to ${url}, of up to the last 55 minutes.
New ones follow until you press Ctrl-C. They are on ${url}/dashboard

`;
}

if (import.meta.main) await runDemo(() => main(Deno.args));
