/**
 * Serves a small page that reports to a Monlight that runs: `deno task demo:browser`; until Ctrl-C. The page passes
 * its reports on by its own origin, so Monlight needs no `CORS_ORIGINS` for it. Its key and the source map of its
 * script are made by the API.
 *
 * `--url` and `--api-key` are those of `target.ts`; the page's port is `DEMO_PORT`, 5020 unless given.
 */
import { buildApp } from "./browser/build.ts";
import { servePage } from "./browser/server.ts";
import { ask, pause, RefusedError, say, type Target, targetOf } from "./target.ts";

const PROJECT = "shop-web";
const STEP_MS = 2000;

async function main(args: readonly string[]): Promise<void> {
  const target = targetOf(args);
  const stopped = Promise.withResolvers<"stop">();
  Deno.addSignalListener("SIGINT", () => stopped.resolve("stop"));
  Deno.addSignalListener("SIGTERM", () => stopped.resolve("stop"));

  let key = await publicKey(target);
  if (key === null) say(`Waiting for Monlight at ${target.url}: deno task start\n`);
  while (key === null) {
    if (await Promise.race([stopped.promise, pause(STEP_MS)]) === "stop") Deno.exit(0);
    key = await publicKey(target);
  }
  const url = await openPage(target, key);
  say(`A page to break is on ${url}; its errors are on ${target.url}/errors?project=${PROJECT}\n`);
  await stopped.promise;
  Deno.exit(0);
}

/**
 * Serves the page that reports by this key, as long as the process runs, and gives its address. Throws
 * `AddrInUse` when another program has its port.
 */
export async function openPage(target: Target, key: string): Promise<string> {
  const app = await buildApp();
  const port = Number(Deno.env.get("DEMO_PORT") ?? 5020);
  const { url } = servePage({ port, app, key, monlight: target.url });
  await uploadMap(target, app);
  return url;
}

/** The key of the page's project, a new one at the first run; null when there is no Monlight yet. */
export async function publicKey(target: Target): Promise<string | null> {
  const listed = await ask(target, "/api/dsn-keys");
  if (listed === null) return null;
  const { keys } = await listed.json();
  for (const { project, active, public_key } of keys) {
    if (project === PROJECT && active) return public_key;
  }
  const body = JSON.stringify({ project: PROJECT });
  const made = await ask(target, "/api/dsn-keys", { method: "POST", body });
  return made === null ? null : (await made.json()).public_key;
}

/** Gives Monlight the source map, by which it reads the stacks of the minified script. */
export async function uploadMap(
  target: Target,
  app: { readonly release: string; readonly map: string },
): Promise<void> {
  const body = JSON.stringify({
    project: PROJECT,
    release: app.release,
    file_url: "/assets/shop.js",
    map_content: app.map,
  });
  const answer = await ask(target, "/api/source-maps", { method: "POST", body });
  await answer?.body?.cancel();
  if (answer === null) say("The source map was not taken; errors will show the minified script\n");
}

if (import.meta.main) {
  try {
    await main(Deno.args);
  } catch (error) {
    const isTaken = error instanceof Deno.errors.AddrInUse;
    if (!isTaken && !(error instanceof RefusedError)) throw error;
    say(isTaken ? "Another program has the page's port: set DEMO_PORT\n" : `${error.message}\n`);
    Deno.exit(1);
  }
}
