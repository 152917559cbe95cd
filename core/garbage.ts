/**
 * Memory that nobody needs any more, given back soon: where the program runs with `--expose-gc`, as in the image,
 * whose containers have 64 to 128 MiB. Elsewhere V8 and the C library choose their time. They let several times
 * the live memory pile up first (measured: a third of what a container has).
 */

/** A text from which on its garbage is worth a pause of 10 to 20 ms, in bytes. */
export const LARGE_BYTES = 256 * 1024;

/** How often a thread's memory is looked at, in ms, and what may pile up meanwhile, in bytes. */
const LOOK_MS = 1000;
const MOST_GARBAGE = 4 * 1024 * 1024;

let collector: (() => void) | null | undefined;
/** The least this thread has used since its last collection, in bytes. */
let least = Infinity;

/** Collects this thread's garbage now. */
export function collectGarbage(): void {
  collector ??= findCollector();
  if (collector === null) return;
  collector();
  least = usedBytes();
}

/** Collects this thread's garbage where some MB have piled up: for work that goes on in steps. It costs 10 µs. */
export function collectPiledGarbage(): void {
  collector ??= findCollector();
  if (collector === null) return;
  const used = usedBytes();
  least = Math.min(least, used);
  if (used - least >= MOST_GARBAGE) collectGarbage();
}

/** Collects this thread's garbage now, that of its start, and from then on whenever some MB have piled up. */
export function watchGarbage(): void {
  collector ??= findCollector();
  if (collector === null) return;
  collectGarbage();
  const timer = setInterval(collectPiledGarbage, LOOK_MS);
  timer.unref();
}

function usedBytes(): number {
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

function findCollector(): (() => void) | null {
  const collect: unknown = Reflect.get(globalThis, "gc");
  if (typeof collect !== "function") return null;
  const trim = findTrim();
  return () => {
    collect();
    trim?.();
  };
}

/**
 * What the C library has free within its heap, it gives back only when asked to
 * (https://man7.org/linux/man-pages/man3/malloc_trim.3.html). Null where it cannot be asked.
 */
function findTrim(): (() => void) | null {
  try {
    const { symbols } = Deno.dlopen(
      "libc.so.6",
      { malloc_trim: { parameters: ["usize"], result: "i32" } } as const,
    );
    return () => symbols.malloc_trim(0n);
  } catch {
    return null;
  }
}
