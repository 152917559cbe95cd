import { type FrameLine, type Location, PLAIN_LAYOUT, readLocation } from "./frame.ts";

const V8 = PLAIN_LAYOUT;
/** Node prints the source under the place where it could not parse or catch something. */
const UNCAUGHT = { ...PLAIN_LAYOUT, sourceBelow: true };
const GECKO = PLAIN_LAYOUT;

/** Places that are not in any file. */
const NOWHERE = /^(?:<anonymous>|native|\[native code\]|index \d{1,9})$/;

/**
 * Reads what follows `at ` in a stack of Chrome, Edge, Node, Deno or Bun: `price (url:12:5)`,
 * `async url:12:5`, `new Cart (url:12:5)`, `Array.map (<anonymous>)`.
 */
export function readV8Frame(text: string): FrameLine | null {
  const start = text.startsWith("async ") ? "async ".length : 0;
  // console.log() goes on with the error's own properties.
  const body = text.slice(start, text.endsWith(" {") ? -2 : undefined);
  const open = body.endsWith(")") ? body.indexOf(" (") : -1;
  if (open < 0) return readV8Place(null, body);
  return readV8Place(body.slice(0, open), body.slice(open + 2, -1));
}

function readV8Place(functionName: string | null, place: string): FrameLine | null {
  if (NOWHERE.test(place)) return nativeFrame(functionName, place);
  const location = place.startsWith("eval at ") ? readEvalOrigin(place) : readLocation(place);
  if (location === null || !isFile(location.file)) return null;
  return { layout: V8, frame: locatedFrame(functionName, location) };
}

/**
 * `eval at render (app.js:10:5), <anonymous>:3:7`: where the evaluated text is named (a source
 * URL) its own location, else that of the file which evaluates.
 */
function readEvalOrigin(place: string): Location | null {
  const own = readLocation(place.slice(place.lastIndexOf(", ") + 2));
  if (own !== null && own.file !== "<anonymous>") return own;
  const open = place.lastIndexOf(" (");
  const close = place.indexOf(")", open);
  return open < 0 || close < 0 ? null : readLocation(place.slice(open + 2, close));
}

/** What follows the `@` of a Gecko or WebKit frame; names of webpack modules hold an `@` too. */
const GECKO_PLACE = /^(?:[a-z][a-z0-9+.-]{0,40}:|\/|\[native code\]|debugger eval code)/i;

/**
 * Reads a line of a stack of Firefox or Safari: `price@url:12:5`, `@url:12:5`,
 * `eval@url line 10 > eval:3:7`, `map@[native code]`.
 */
export function readGeckoFrame(body: string): FrameLine | null {
  if (body === "[native code]") return nativeFrame(null, body);
  let at = body.indexOf("@");
  while (at >= 0 && !GECKO_PLACE.test(body.slice(at + 1, at + 50))) at = body.indexOf("@", at + 1);
  if (at < 0) return null;
  const functionName = at === 0 ? null : body.slice(0, at);
  const place = body.slice(at + 1);
  if (NOWHERE.test(place)) return nativeFrame(functionName, place);
  const location = readGeckoEvalOrigin(place) ?? readLocation(place);
  if (location === null || (location.column === null && !place.includes(" > "))) return null;
  return { layout: GECKO, frame: locatedFrame(functionName, location) };
}

/** `app.js line 10 > eval line 2 > Function:3:7`: the file which evaluates. */
function readGeckoEvalOrigin(place: string): Location | null {
  const arrow = place.indexOf(" > ");
  const mark = arrow < 0 ? -1 : place.lastIndexOf(" line ", arrow);
  if (mark < 0) return null;
  return readLocation(`${place.slice(0, mark)}:${place.slice(mark + " line ".length, arrow)}`);
}

const SCRIPT_WITH_LINE =
  /^(?:node:[^:]{1,200}|(?:\/|[A-Za-z]:[\\/]|file:\/\/)[^\n]{1,1024}\.[cm]?[jt]sx?):\d{1,9}$/;

/**
 * Reads `/srv/shop/app.js:3`, which Node prints over the source of an uncaught error, and which for
 * a SyntaxError is the only place that names the file. Only the first line of a traceback.
 */
export function readUncaughtHeader(body: string): FrameLine | null {
  const location = SCRIPT_WITH_LINE.test(body) ? readLocation(body) : null;
  return location === null ? null : { layout: UNCAUGHT, frame: locatedFrame(null, location) };
}

function locatedFrame(functionName: string | null, location: Location) {
  const file = withoutQuery(location.file);
  return {
    file,
    line: location.line,
    column: location.column,
    function: functionName,
    inApp: !LIBRARY.test(file),
  };
}

function nativeFrame(functionName: string | null, file: string): FrameLine {
  return {
    layout: V8,
    frame: { file, line: null, column: null, function: functionName, inApp: false },
  };
}

/** A name with a path, an extension or a scheme: `at 12:30:15` is a time, not a place. */
const FILE = /[\\/]|^<|\.[A-Za-z]\w{0,9}$|^[a-z][a-z-]{1,30}:/;

function isFile(text: string): boolean {
  return FILE.test(text);
}

function withoutQuery(file: string): string {
  if (!file.includes("://")) return file;
  const end = file.search(/[?#]/);
  return end < 0 ? file : file.slice(0, end);
}

/**
 * Packages, the runtime, browser extensions, libraries from public CDNs; and code that no file
 * holds (`blob:` URLs are new each time, and would make one error many).
 */
const LIBRARY = new RegExp(
  [
    String.raw`(?:^|[\\/])node_modules[\\/]`,
    String.raw`[\\/]\.yarn[\\/]`,
    String.raw`^(?:node|ext|bun|extensions|resource|chrome|user-script|blob|data):`,
    String.raw`^(?:chrome|moz|safari|safari-web|ms-browser)-extension:`,
    String.raw`^internal[\\/]`,
    String.raw`[\\/]webpack[\\/](?:bootstrap|runtime)`,
    String.raw`^<|^evalmachine\.|^debugger eval code`,
    String
      .raw`^https?://(?:cdn\.jsdelivr\.net|unpkg\.com|cdnjs\.cloudflare\.com|esm\.sh|code\.jquery\.com|ajax\.googleapis\.com|deno\.land|jsr\.io)/`,
  ].join("|"),
);
