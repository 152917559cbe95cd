/**
 * What an entry is by now, as far as it decides which lines without indent belong to it:
 * - `object`: a JSON object, which is whole as it is.
 * - `java util`: the line that `java.util.logging` puts above the one with level and message.
 * - `python trace`: a traceback; the next line without indent is its exception.
 * - `python end`: the exception has come. `python fields`: it names fields, as pydantic's does.
 * - `python chain`: another traceback follows.
 * - `frames`: an exception of Java, JavaScript or .NET with its frames.
 * - `php message`: an exception whose message goes on until its place is told.
 * - `rust message`: a panic whose message is the next line.
 * - `place`: the file and line of an error that Node did not expect; its source is the next line.
 * - `marked`: the last line marks, with carets, the place of an error that follows.
 */
export const SHAPES = [
  "plain",
  "object",
  "java util",
  "python trace",
  "python end",
  "python fields",
  "python chain",
  "frames",
  "go",
  "php",
  "php message",
  "ruby",
  "rust",
  "rust message",
  "place",
  "marked",
] as const;
export type Shape = typeof SHAPES[number];

/** No more of a line is looked at, from either end. */
const LENGTH = 400;

const BLANK = 32;
const OPEN = 40;
const COLON = 58;

const TRACEBACK = "Traceback (most recent call last)";
const GROUP_TRACEBACK = "  + Exception Group Traceback (most recent call last)";
const REMOTE_TRACEBACK = "RemoteTraceback: ";
const GO_HEADER = /^(?:panic: |fatal error: |SIG[A-Z]{1,6}: |goroutine \d)/;
const GO_INITIALS = "pfSg";
const RUST_HEADER = /^thread '[^']{0,100}'(?: \(\d{1,9}\))? panicked at /;
const PHP_UNCAUGHT = /Fatal error: {1,2}Uncaught /;
const PHP_PLACE = / in \S.{0,300}:\d{1,7}$/;
const RUBY_PLACE = /:\d{1,7}:in [`']/;
const JAVA_UTIL = /^[A-Z][a-z]{2} \d\d?, \d{4} \d\d?:\d\d:\d\d [AP]M \S{1,200}(?: \S{1,200})?$/;

const SCRIPT_PLACE =
  /^(?:node:[\w/-]{1,100}|(?:\/|file:\/\/|[A-Z]:\\).{1,300}\.[cm]?[jt]sx?):\d{1,7}$/;
const MONTH_INITIALS = "JFMASOND";

/** Whether a traceback of Python begins, a group of them, or one that a worker process handed over. */
export function isTraceback(line: string): boolean {
  const first = line.charCodeAt(0);
  if (first === 84 /* T */) return line.startsWith(TRACEBACK);
  if (first === BLANK) return line.startsWith(GROUP_TRACEBACK);
  return line.endsWith(REMOTE_TRACEBACK);
}

/** The shape that an entry has with this line, if it begins with it. */
export function shapeOfFirst(line: string): Shape {
  const first = line.charCodeAt(0);
  if (first === 123 /* { */) return "object";
  if (line.startsWith(TRACEBACK)) return "python trace";
  // All of a group is indented.
  if (isTraceback(line)) return first === BLANK ? "plain" : "python chain";
  const start = line.slice(0, LENGTH);
  if (GO_INITIALS.includes(line.charAt(0)) && GO_HEADER.test(start)) return "go";
  if (first === 116 /* t */ && RUST_HEADER.test(start)) {
    return line.endsWith(":") ? "rust message" : "rust";
  }
  if (start.includes("Uncaught ") && PHP_UNCAUGHT.test(start)) return shapeOfPhp(line);
  if (start.includes(":in ") && RUBY_PLACE.test(start)) return "ruby";
  if (SCRIPT_PLACE.test(start)) return "place";
  return MONTH_INITIALS.includes(line.charAt(0)) && JAVA_UTIL.test(start) ? "java util" : "plain";
}

function shapeOfPhp(line: string): Shape {
  return PHP_PLACE.test(line.slice(-LENGTH)) ? "php" : "php message";
}

const MARKS = /^[\s^~]{1,300}$/;
const FRAME = /^\s{1,40}at \S/;
const MORE_FRAMES = /^\s{0,40}\.\.\. \d{1,6} (?:more|common frames omitted)/;
const GO_PLACE = /^\t\S{1,300}\.(?:go|s):\d/;
const RUBY_CALLER = /^\s{1,8}from \S.{0,300}:\d/;

/** The shape that an entry of `shape` has with this line, which is indented. */
export function shapeWithIndented(line: string, shape: Shape): Shape {
  switch (shape) {
    case "plain":
    case "place":
    case "marked":
    case "frames":
      if (MARKS.test(line)) return "marked";
      if (FRAME.test(line)) return "frames";
      if (GO_PLACE.test(line)) return "go";
      if (RUBY_CALLER.test(line)) return "ruby";
      return shape === "frames" ? shape : "plain";
    case "rust message":
      return "rust";
    default:
      return shape;
  }
}

/**
 * The shape that an entry of `shape` has with this line, which is not indented; null when the line does not
 * belong to it. `isApart` says that blank lines stand between.
 */
export function shapeWith(line: string, shape: Shape, isApart: boolean): Shape | null {
  return shapeAnywhere(line, shape) ?? shapeWithin(line, shape, isApart) ?? shapeOfRuby(line);
}

function shapeOfRuby(line: string): Shape | null {
  return line.endsWith("'") && RUBY_FRAME.test(line.slice(0, LENGTH)) ? "ruby" : null;
}

/** For lines that always belong to what stands before them. */
function shapeAnywhere(line: string, shape: Shape): Shape | null {
  switch (line.charCodeAt(0)) {
    case 35: // #
      return PHP_CALL.test(line.slice(0, LENGTH)) ? "php" : null;
    case 40: // (
      return line.startsWith("(Use `node --trace-") ? shape : null;
    case 41: // )
    case 93: // ]
    case 125: // }
      return CLOSING.test(line.slice(0, 10)) ? shape : null;
    case 45: // -
      return line.startsWith("--- End of ") ? shape : null;
    case 46: // .
      return MORE_FRAMES.test(line.slice(0, LENGTH)) ? "frames" : null;
    case 67: // C
      if (line.startsWith("Current thread 0x")) return shape;
      return line.startsWith("Caused by: ") ? "frames" : null;
    case 68: // D
      return line.startsWith("During handling of the above exception") ? "python chain" : null;
    case 70: // F
      return PYTHON_FRAME.test(line.slice(0, LENGTH)) ? "python trace" : null;
    case 78: // N
      return line.startsWith("Node.js v") ? "plain" : null;
    case 83: // S
      if (line === "Stack trace:") return "php";
      if (line.startsWith("Stack (most recent call ")) return "plain";
      return line.startsWith("Suppressed: ") ? "frames" : null;
    case 84: // T
      if (line.startsWith("Thread 0x")) return shape;
      return line.startsWith("The above exception was the direct cause") ? "python chain" : null;
    case 87: // W
      return line.startsWith("Wrapped by: ") ? "frames" : null;
    case 91: // [
      return line === "[stacktrace]" || line.startsWith("[previous exception]") ? "php" : null;
    case 97: // a
      return JAVASCRIPT_FRAME.test(line.slice(0, LENGTH)) ? "frames" : null;
    case 102: // f
      return /^future: <(?:Task|Future) /.test(line.slice(0, 20)) ? shape : null;
    case 103: // g
      return /^goroutine \d{1,12} .{0,100}\[/.test(line.slice(0, LENGTH)) ? "go" : null;
    case 110: // n
      return /^note: (?:run with `RUST|Some details are omitted)/.test(line) ? "plain" : null;
    case 115: // s
      return line === "stack backtrace:" ? "rust" : null;
    default:
      return null;
  }
}

const CLOSING = /^[\])}]{1,8}[,;]?$/;
const PHP_CALL = /^#\d{1,4} (?:.{1,300}\(\d{1,7}\): |\[internal function\]: |\{main\})/;
const PYTHON_FRAME = /^File "[^"]{1,300}", line \d/;
const JAVASCRIPT_FRAME =
  /^at (?:\S.{0,200} \((?:[^()]{1,300}:\d{1,7}|native|<anonymous>)\)|[^\s\d]\S{1,300}:\d{1,7}:\d{1,7})$/;
const RUBY_FRAME = /^[^\s'`][^'`]{0,250}:\d{1,7}:in [`'][^'`]{1,100}'$/;

/** For lines that belong only to what is in the course of being told. */
function shapeWithin(line: string, shape: Shape, isApart: boolean): Shape | null {
  if (shape === "plain" || shape === "object" || shape === "frames") return null;
  const start = line.slice(0, LENGTH);
  switch (shape) {
    case "python trace":
      if (isApart || isTraceback(line)) return null;
      return start.includes(" validation error") ? "python fields" : "python end";
    case "python fields":
      if (!isApart && /^[\w.[\]-]{1,200}$/.test(line)) return shape;
      return shapeAfterException(start);
    case "python end":
      return shapeAfterException(start);
    case "python chain":
      if (isTraceback(line)) return "python trace";
      return line === '"""' ? shape : null;
    case "php message":
      return shapeOfPhp(line);
    case "php":
      if (line.startsWith('"}')) return "plain";
      return /^Next [\w\\]{1,200}: /.test(start) ? shapeOfPhp(line) : null;
    case "ruby":
      return RUBY_PLACE.test(start) ? shape : null;
    case "place":
      return isApart ? null : "plain";
    case "rust message":
      return isApart ? null : "rust";
    case "rust":
      return line.startsWith("note: ") ? "plain" : null;
    case "go":
      return isOfGoDump(start) ? shape : null;
    case "marked":
      return isApart ? "plain" : null;
    default:
      return null;
  }
}

/** What databases and worker processes put behind the exception of a traceback. */
const AFTER_EXCEPTION =
  /^(?:\[(?:SQL|parameters): |\[(?:generated in|cached since) |\(Background on this error|LINE \d{1,6}: |(?:DETAIL|HINT|CONTEXT): {1,2})/;

function shapeAfterException(line: string): Shape | null {
  if (line === '"""') return "python chain";
  return AFTER_EXCEPTION.test(line) ? "python end" : null;
}

/** `main.(*Cart).price(0x1)`, and without arguments, as zap and pkg/errors print it. */
const GO_CALL = /^[^\s()]{1,300}(?:\(\*[^\s()]{1,200}\)[^\s()]{0,200})?(?:\(.{0,300}\))?$/;
const OF_GO_DUMP =
  /^(?:goroutine \d|created by |exit status \d|runtime stack:|\[signal |\.\.\.additional frames|PC=0x|panic\(|[a-z]\w{1,6} {1,6}0x[0-9a-f]{1,16}$)/;

function isOfGoDump(line: string): boolean {
  return OF_GO_DUMP.test(line) || isGoCall(line);
}

function isGoCall(line: string): boolean {
  return line.includes(".") && GO_CALL.test(line);
}

/** The name of a class that says of itself that it is an exception, or one in a package. */
const EXCEPTION =
  /^(?:(?:[\w$]{1,100}[.\\]){0,12}[\w$]{0,100}(?:Error|Exception|Throwable|Failure|Fault)|(?:[a-z_][\w$]{0,100}\.){1,12}[A-Z][\w$.]{0,200})(?::|$| \[)/;

/**
 * Whether a line belongs to the entry before if a line that `isProof` follows: the exception under the
 * message of a logger, the first function of a stack in Go.
 */
export function mayBelong(line: string): "exception" | "call" | null {
  let end = 0;
  let code = line.charCodeAt(0);
  while (code > BLANK && code !== COLON && code !== OPEN) code = line.charCodeAt(++end);
  // In a sentence, the first word ends in a blank.
  if (code === BLANK && line.charCodeAt(end + 1) !== 91 /* [ */) return null;
  const start = line.slice(0, LENGTH);
  if (code !== OPEN && EXCEPTION.test(start)) return "exception";
  return code !== COLON && isGoCall(start) ? "call" : null;
}

/** Whether a line shows that those before it are part of a traceback. */
export function isProof(line: string): boolean {
  return FRAME.test(line) || GO_PLACE.test(line) || MORE_FRAMES.test(line) ||
    line.startsWith("Caused by: ");
}

/** Words with which a line announces the traceback below it, where it has no level. */
const ANNOUNCEMENT = /\b(?:error|exception|fail(?:ed|ure)?|unhandled|uncaught|crash(?:ed)?)\b/i;

/** Whether a line speaks of a failure. */
export function announcesFailure(line: string): boolean {
  return ANNOUNCEMENT.test(line.slice(0, LENGTH));
}
