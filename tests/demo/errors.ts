/**
 * Reports the errors of a small shop to a Monlight that runs, one or two a minute and some at once:
 * `deno task demo:errors`, until Ctrl-C. See `target.ts` for where it runs and its key.
 */
import { Ending, runDemo } from "./ending.ts";
import { ask, say, type Target, targetOf } from "./target.ts";
import { comingErrors, type ShopError } from "./shop_errors.ts";

const STEP_MS = 2000;
/** Those of so long before come at once. */
const FIRST_MS = 15 * 60_000;

/** Reports what comes from a moment on, as it comes. */
export async function reportErrors(target: Target, from: number, ending: Ending): Promise<void> {
  const errors = comingErrors(from);
  let { value: next } = errors.next();
  do {
    for (const until = Date.now(); next.at <= until; next = errors.next().value) {
      if (!await report(target, next.error)) break;
    }
  } while (!await ending.after(STEP_MS));
}

async function report(target: Target, error: ShopError): Promise<boolean> {
  const body = JSON.stringify(error);
  const response = await ask(target, "/api/errors", { method: "POST", body });
  await response?.body?.cancel();
  return response !== null;
}

async function main(args: readonly string[]): Promise<void> {
  const target = targetOf(args);
  const ending = new Ending();
  say(
    `Reporting errors to ${target.url} until you press Ctrl-C. They are on ${target.url}/errors\n`,
  );
  await reportErrors(target, Date.now() - FIRST_MS, ending);
}

if (import.meta.main) await runDemo(() => main(Deno.args));
