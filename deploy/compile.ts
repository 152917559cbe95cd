/**
 * Makes `dist/monlight`, one binary for this platform, of `dist/monlight.js` and the runtime. Arguments go
 * to `deno compile`: `--target aarch64-unknown-linux-gnu`, `--output elsewhere`.
 */

import { ABORT_FLAG, V8_FLAGS } from "./runtime.ts";

const root = new URL("../", import.meta.url);

/**
 * What the program may do: everything, as its tests. Who may run commands (`--upload-command`) may do the rest
 * by them; and where anything at all is denied, the runtime takes SQLite's `file:…?immutable=1`, by which
 * backups are checked, for the name of a file. It never asks.
 */
export const PERMISSIONS: readonly string[] = ["--allow-all", "--no-prompt"];

/** To write the cache of compiled code at its first start, which in a container is each, a process keeps 16 MB more. */
const NO_CODE_CACHE = "--no-code-cache";

/** Arguments of `deno` that compile the bundle with flags for V8 baked in, and more arguments from outside. */
export function compileArgs(more: readonly string[], v8Flags = V8_FLAGS): readonly string[] {
  return [
    "compile",
    // By itself: with the project's settings, all of node_modules would go in.
    "--no-config",
    // The types were checked before they were bundled away.
    "--no-check",
    ...PERMISSIONS,
    NO_CODE_CACHE,
    v8Flags,
    ABORT_FLAG,
    ...more.some((word) => /^(-o|--output)/.test(word)) ? [] : ["--output", "dist/monlight"],
    ...more,
    "dist/monlight.js",
  ];
}

/** Arguments of `deno` that run a bundle as a binary would; those of the program follow. */
export function bundleArgs(path: string, v8Flags = V8_FLAGS): readonly string[] {
  return [
    ...["run", "--no-config", "--no-check", NO_CODE_CACHE, "--cached-only"],
    ...PERMISSIONS,
    v8Flags,
    ABORT_FLAG,
    path,
  ];
}

/** Runs `deno compile`; gives its exit code, and says what to do where it cannot. */
export async function compile(more: readonly string[], v8Flags = V8_FLAGS): Promise<number> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...compileArgs(more, v8Flags)],
    cwd: root,
    stdout: "inherit",
    stderr: "piped",
  }).output();
  if (code === 0) return 0;
  const text = new TextDecoder().decode(stderr);
  await say(/denort|base binary/i.test(text) ? noBaseBinary(text) : text);
  return 1;
}

function noBaseBinary(text: string): string {
  const url = /https:\/\/\S*denort\S*\.zip/.exec(text)?.[0] ?? "https://dl.deno.land";
  return `No binary was made: the runtime's base binary cannot be downloaded from ${url}. ` +
    "Run this where that address is reachable, or name a downloaded denort in DENORT_BIN. " +
    "dist/monlight.js is complete and runs by `deno run -A dist/monlight.js`.\n";
}

async function say(text: string): Promise<void> {
  await Deno.stderr.write(new TextEncoder().encode(text));
}

if (import.meta.main) Deno.exit(await compile(Deno.args));
