/**
 * Stacks of Chrome, Edge, Firefox and Safari, read as frames in Chrome's words. What is not understood is
 * kept as it is: nothing of a stack is lost.
 */

/** A line of a stack. */
export interface StackLine {
  /** In Chrome's words: `    at load (https://shop.example/app.js:1:20)`; other lines as they came. */
  readonly text: string;
  /** Where in a script it is; null for messages, native code and what has no line. */
  readonly frame: StackFrame | null;
}

export interface StackFrame {
  readonly url: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based; null where the browser tells none. */
  readonly column: number | null;
  /** As the browser says it: `load`, `new t`, `o.<anonymous>`. */
  readonly functionName: string | null;
  readonly isAsync: boolean;
  /** Whether the place is where `eval()` or `new Function()` was called, rather than the frame's own. */
  readonly isEvalOrigin: boolean;
  /** Where the text says `url:line:column`. */
  readonly start: number;
  readonly end: number;
}

export interface ThrownError {
  readonly type: string;
  readonly message: string;
  readonly stack: string;
}

/** No frame is shorter than `@/a:1`, or longer than this: other lines are messages, or rubbish. */
const MIN_FRAME_LENGTH = 5;
const MAX_FRAME_LENGTH = 4096;

/**
 * Reads a stack. The first of the lines are type and message; Firefox and Safari leave them out, so they
 * are put in front.
 */
export function readStack(thrown: ThrownError): StackLine[] {
  const headerLength = lengthOfHeader(thrown);
  const rest = thrown.stack.slice(headerLength).replace(/^\r?\n/, "");
  const isChrome = /^[ \t]*at \S/m.test(rest);
  const lines = splitLines(rest).map((line) => isChrome ? chromeLine(line) : geckoLine(line));
  if (headerLength > 0) return [...textLines(thrown.stack.slice(0, headerLength)), ...lines];
  const [first] = lines;
  const hasHeader = first !== undefined && first.text.trim() !== "" && !/^\s*at /.test(first.text);
  return hasHeader ? lines : [...textLines(headerOf(thrown)), ...lines];
}

function textLines(text: string): StackLine[] {
  return splitLines(text).map((text) => ({ text, frame: null }));
}

/** `TypeError: x is not a function`; the type alone without a message. */
function headerOf({ type, message }: ThrownError): string {
  if (message === "") return type;
  return message.startsWith(`${type}: `) ? message : `${type}: ${message}`;
}

/**
 * How much of the stack is type and message, so that a message that quotes a stack is not taken for one.
 * A minified class has another name in the stack than the type that was told.
 */
function lengthOfHeader({ type, message, stack }: ThrownError): number {
  const header = message === "" ? type : `${type}: ${message}`;
  if (header !== "" && stack.startsWith(header) && endsLine(stack, header.length)) {
    return header.length;
  }
  if (message === "") return 0;
  const at = stack.slice(0, message.length + 200).indexOf(message);
  const isInFirstLine = at > 0 && !stack.slice(0, at).includes("\n") &&
    stack.startsWith(": ", at - 2);
  return isInFirstLine && endsLine(stack, at + message.length) ? at + message.length : 0;
}

function endsLine(text: string, at: number): boolean {
  return at === text.length || text[at] === "\n" || text[at] === "\r";
}

function splitLines(text: string): string[] {
  return text.split("\n").map((line) => line.endsWith("\r") ? line.slice(0, -1) : line);
}

/** `    at load (https://shop.example/app.js:1:20)` and all that Chrome and Edge write in its place. */
function chromeLine(text: string): StackLine {
  return { text, frame: text.length > MAX_FRAME_LENGTH ? null : readChromeFrame(text) };
}

function readChromeFrame(text: string): StackFrame | null {
  const indent = text.length - text.trimStart().length;
  if (!text.startsWith("at ", indent)) return null;
  const isAsync = text.startsWith("async ", indent + 3);
  const start = indent + (isAsync ? "at async " : "at ").length;
  const end = text.trimEnd().length;
  const open = text[end - 1] === ")" ? text.indexOf(" (", start) : -1;
  const placeStart = open < 0 ? start : open + 2;
  const placeEnd = open < 0 ? end : end - 1;
  if (text.startsWith("eval at ", placeStart)) return readEvalOrigin(text, placeStart, placeEnd);
  const location = readLocation(text.slice(placeStart, placeEnd));
  if (location === null) return null;
  const functionName = open < 0 ? null : namedFunction(text.slice(start, open));
  return {
    ...location,
    functionName,
    isAsync,
    isEvalOrigin: false,
    start: placeStart,
    end: placeEnd,
  };
}

/** Old Edge has words for code that is in no function. */
function namedFunction(name: string): string | null {
  return /^(?:Anonymous function|Global code|Module code|Eval code)$/.test(name) ? null : name;
}

/**
 * `eval at render (https://shop.example/app.js:10:5), <anonymous>:3:7`, also nested: the innermost place is
 * that of the script. Text that was given a name of its own (`//# sourceURL`) is where that says.
 */
function readEvalOrigin(text: string, from: number, to: number): StackFrame | null {
  const comma = text.lastIndexOf(", ", to);
  const own = comma > from ? readLocation(text.slice(comma + 2, to)) : null;
  const evaluated = { functionName: null, isAsync: false, isEvalOrigin: true };
  if (own !== null && own.url !== "<anonymous>") {
    return { ...own, ...evaluated, start: comma + 2, end: to };
  }
  const open = text.lastIndexOf(" (", to);
  const close = text.indexOf(")", open);
  if (open < from || close < 0) return null;
  const location = readLocation(text.slice(open + 2, close));
  if (location === null) return null;
  return { ...location, ...evaluated, start: open + 2, end: close };
}

/** What follows the `@`; names of webpack's modules hold an `@` too. */
const GECKO_PLACE =
  /^(?:[a-z][a-z0-9+.-]{0,40}:(?!\d)|self-hosted:|[\\/]|<anonymous>|debugger eval code|\[(?:native|wasm) code\])/i;
/** How the frame above came to be called: `promise callback*load`, `EventListener.handleEvent*load`. */
const ASYNC_CAUSE = /^[A-Za-z][A-Za-z. ]{0,60}\*/;
/** Safari's words for code that is in no function. */
const NO_FUNCTION = /^(?:global|module) code$/;

/** A line of Firefox or Safari, in Chrome's words if it is a frame. */
function geckoLine(line: string): StackLine {
  const isFrameLong = line.length >= MIN_FRAME_LENGTH && line.length <= MAX_FRAME_LENGTH;
  if (!isFrameLong) return { text: line, frame: null };
  const text = chromeWords(line.trim());
  return text === null ? { text: line, frame: null } : chromeLine(text);
}

function chromeWords(line: string): string | null {
  if (/^(?:\[native code\]|(?:eval|global|module) code)$/.test(line)) {
    return `    at ${line} (<anonymous>)`;
  }
  const cause = ASYNC_CAUSE.exec(line)?.[0] ?? "";
  const at = cause === "" ? 0 : cause.length;
  const split = placeMark(line, at);
  // Safari writes some frames without a name as the place alone.
  if (split < 0) return /^[a-z-]{2,40}:\/\/.*:\d+:\d+$/i.test(line) ? `    at ${line}` : null;
  const name = functionWord(line.slice(at, split));
  const place = line.slice(split + 1);
  const called = cause === "" ? "at" : "at async";
  if (/^\[(?:native|wasm) code\]$/.test(place)) {
    return `    ${called} ${name ?? "<anonymous>"} (<anonymous>)`;
  }
  const evaluated = evalWords(place);
  if (evaluated !== null) return `    ${called} ${name ?? "eval"} (${evaluated})`;
  // A place without a line, or of wasm (`app.wasm:wasm-function[3]:0x12`), needs the brackets as well.
  return name === null ? `    ${called} ${place}` : `    ${called} ${name} (${place})`;
}

/** The index of the `@` between name and place; -1 without one. */
function placeMark(line: string, from: number): number {
  let at = line.indexOf("@", from);
  while (at >= 0 && !GECKO_PLACE.test(line.slice(at + 1, at + 50))) at = line.indexOf("@", at + 1);
  return at;
}

function functionWord(name: string): string | null {
  if (name === "" || NO_FUNCTION.test(name)) return null;
  // Chrome's form takes the first ` (` for the begin of the place.
  return name.replaceAll(" (", "(");
}

/** `app.js line 10 > eval:3:7` as Chrome has it: `eval at <anonymous> (app.js:10), <anonymous>:3:7`. */
function evalWords(place: string): string | null {
  const arrow = place.indexOf(" > ");
  const mark = arrow < 0 ? -1 : place.lastIndexOf(" line ", arrow);
  if (mark < 0) return null;
  const own = /:\d{1,9}(?::\d{1,9})?$/.exec(place)?.[0] ?? "";
  const origin = `${place.slice(0, mark)}:${place.slice(mark + " line ".length, arrow)}`;
  return `eval at <anonymous> (${origin}), <anonymous>${own}`;
}

interface Location {
  readonly url: string;
  readonly line: number;
  readonly column: number | null;
}

const MAX_DIGITS = 9;

/** `url:line:column` or `url:line`; null where there is no url, no number, or line 0. */
function readLocation(text: string): Location | null {
  const lastColon = colonBeforeNumber(text, text.length);
  if (lastColon <= 0) return null;
  const last = Number(text.slice(lastColon + 1));
  const firstColon = colonBeforeNumber(text, lastColon);
  const hasBoth = firstColon > 0;
  const line = hasBoth ? Number(text.slice(firstColon + 1, lastColon)) : last;
  if (line === 0) return null;
  return {
    url: text.slice(0, hasBoth ? firstColon : lastColon),
    line,
    column: hasBoth ? last : null,
  };
}

/** The index of the colon in front of the digits that end at `end` (exclusive); -1 without. */
function colonBeforeNumber(text: string, end: number): number {
  let at = end - 1;
  while (at >= 0 && end - at <= MAX_DIGITS && isDigit(text.charCodeAt(at))) at--;
  return at < end - 1 && text[at] === ":" ? at : -1;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
