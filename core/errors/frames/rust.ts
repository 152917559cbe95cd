import { type FrameLine, type Location, PLAIN_LAYOUT, readLocation } from "./frame.ts";

const PANIC = PLAIN_LAYOUT;
const BACKTRACE = { ...PLAIN_LAYOUT, functionAbove: readRustFunction };

/** Reads the location in a backtrace, what follows `at `: `./src/main.rs:2:5`. */
export function readRustFrame(text: string): FrameLine | null {
  return rustFrame(BACKTRACE, readLocation(text));
}

/**
 * Reads the header of a panic: `thread 'main' panicked at src/main.rs:2:5:`, and until Rust 1.72
 * `thread 'main' panicked at 'no price', src/main.rs:2:5`, whose message may take many lines.
 */
export function readRustPanic(body: string): FrameLine | null {
  const mark = " panicked at ";
  const panicked = body.startsWith("thread ") ? body.indexOf(mark) : -1;
  if (panicked >= 0 && body.endsWith(":")) {
    return rustFrame(PANIC, readLocation(body.slice(panicked + mark.length, -1)));
  }
  const quote = body.lastIndexOf("', ");
  return quote < 0 ? null : rustFrame(PANIC, readLocation(body.slice(quote + 3)));
}

function rustFrame(layout: FrameLine["layout"], location: Location | null): FrameLine | null {
  if (location === null || !SOURCE_FILE.test(location.file)) return null;
  const inApp = location.file.endsWith(".rs") && !LIBRARY.test(location.file);
  return { layout, frame: { ...location, function: null, inApp } };
}

/** Backtraces end in the C of the operating system. */
const SOURCE_FILE = /\.(?:rs|c|cc|cpp|S)$/;

const FUNCTION = /^\s{0,10}\d{1,6}: +(?:0x[0-9a-f]{1,16} - )?(\S.*)$/;

/** Differs from build to build. */
const HASH = /::h[0-9a-f]{16}$/;

/** The function on the line above a location: `   3: shop::price`. */
function readRustFunction(line: string): string | null {
  return FUNCTION.exec(line)?.[1]?.replace(HASH, "") ?? null;
}

/** The compiler's own sources, and crates. */
const LIBRARY =
  /^\/rustc\/|[\\/]\.?cargo[\\/](?:registry|git)[\\/]|[\\/]rustlib[\\/]|^library[\\/](?:std|core|alloc)[\\/]|[\\/]vendor[\\/]/;
