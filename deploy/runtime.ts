/**
 * How the program is run wherever it is: by `deno task start`, from the bundle, as the binary, in the image, by
 * systemd and in tests. `tests/deploy/runtime_test.ts` checks that those that cannot read this say the same.
 */

/**
 * MiB that V8 may fill before it clears away: by default it lets much more pile up under load, which is hardly
 * quicker. Long-lived objects stay far below their bound.
 */
export const V8_FLAGS = "--v8-flags=--max-semi-space-size=2,--max-old-space-size=128";

/**
 * Those of the image, whose containers have 64 to 128 MiB: a fifth less memory under load, for a fourth of the
 * speed at which logs and metrics are taken (measured), of which a small team uses hundredths.
 */
export const IMAGE_V8_FLAGS = "--v8-flags=--max-semi-space-size=1,--optimize-for-size,--expose-gc";

/**
 * Variables of glibc, which nothing can bake into a binary: few heaps, where each thread would have its own and
 * hardly return it (9 MB less), and what they have free given back at once (up to 7 MB less under load).
 */
export const MALLOC_ENV = { MALLOC_ARENA_MAX: "2", MALLOC_TRIM_THRESHOLD_: "65536" } as const;

/** As in deno.json: a request's signal aborts when its client goes away, not when it is answered. */
export const ABORT_FLAG = "--unstable-no-legacy-abort";
