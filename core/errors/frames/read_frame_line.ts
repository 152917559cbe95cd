import { type FrameLine, isDigit } from "./frame.ts";
import { readDotnetFrame, readDotnetMethod } from "./dotnet.ts";
import { readGoFrame } from "./go.ts";
import { readGeckoFrame, readUncaughtHeader, readV8Frame } from "./javascript.ts";
import { readJvmFrame } from "./jvm.ts";
import { readPhpCall, readPhpThrow } from "./php.ts";
import { readFlatTraceback, readPythonFrame } from "./python.ts";
import { readRubyFrame } from "./ruby.ts";
import { readRustFrame, readRustPanic } from "./rust.ts";

/** No frame is longer; only PHP puts a message of any length in front of a location. */
const MAX_FRAME_LENGTH = 4096;
const PHP_TAIL_LENGTH = 1024;

/**
 * Reads one line of a traceback, in any language; null when it is not a frame. `indent` is the
 * index of its first character that counts, `isFirst` says that it is the traceback's first line.
 *
 * The first character or the last one tells which readers can succeed, so most lines cost no
 * regular expression at all.
 */
export function readFrameLine(line: string, indent: number, isFirst: boolean): FrameLine | null {
  if (line.length > MAX_FRAME_LENGTH) return readPhpThrow(line.slice(-PHP_TAIL_LENGTH).trimEnd());
  const body = line.slice(indent).trimEnd();
  return readByBeginning(body) ?? readByEnding(body, indent) ??
    (isFirst ? readUncaughtHeader(body) : null);
}

function readByBeginning(body: string): FrameLine | null {
  switch (body.charCodeAt(0)) {
    case 67: // C
    case 70: // F
      return readPythonFrame(body);
    case 84: // T
      return body.startsWith("Traceback (most recent call last): ")
        ? readFlatTraceback(body)
        : null;
    case 97: // a
      return body.startsWith("at ") ? readAt(body.slice("at ".length)) : null;
    case 35: // #
      return readPhpCall(body);
    default:
      return null;
  }
}

/** The runtimes that write `at `, those with the most telling form first. */
function readAt(text: string): FrameLine | null {
  return readDotnetFrame(text) ?? readRustFrame(text) ?? readV8Frame(text) ??
    readJvmFrame(text) ?? readDotnetMethod(text);
}

function readByEnding(body: string, indent: number): FrameLine | null {
  const last = body.charCodeAt(body.length - 1);
  if (!body.includes(":") && !body.includes(" on line ") && last !== 93) return null;
  if (isDigit(last) || last === 93 /* ] */) {
    const frame = readGeckoFrame(body) ?? readPhpThrow(body) ?? readRustPanic(body);
    if (frame !== null) return frame;
  }
  if (last === 58 /* : */) return readRustPanic(body);
  if (indent > 0) {
    const frame = readGoFrame(body);
    if (frame !== null) return frame;
  }
  return readRubyFrame(body) ?? (last === 41 /* ) */ ? readPhpThrow(body) : null);
}
