import { type FrameLine, type Layout, PLAIN_LAYOUT, readLocation } from "./frame.ts";

/** Frames above `panic(` are those that recover and report; the panic's origin is under it. */
const GO: Layout = { ...PLAIN_LAYOUT, laterSectionsWin: true, functionAbove: readGoFunction };

const GO_FILE = /\.(?:go|s)$/;
/** Offset of the program counter; with the frame's registers after a signal. */
const REGISTERS = / (?:\+0x|fp=0x)[0-9a-f]{1,16}(?: [fsp][pc]=0x[0-9a-f]{1,16}){0,3}$/;

/** Reads the location that stands indented under a Go function: `/srv/shop/main.go:31 +0x1d`. */
export function readGoFrame(body: string): FrameLine | null {
  if (!body.includes(".go:") && !body.includes(".s:")) return null;
  const location = readLocation(body.replace(REGISTERS, ""));
  if (location === null || !GO_FILE.test(location.file)) return null;
  const { file, line } = location;
  return {
    layout: GO,
    frame: { file, line, column: null, function: null, inApp: !isLibrary(file) },
  };
}

const CREATED_BY = /^created by (\S{1,500})/;
/** `main.(*Cart).Price(0xc000012345, {0x1, 0x2})`, or the name alone from pkg/errors and zap. */
const GO_FUNCTION = /^[\w./~%-]{0,300}[\w)\]]\.|^panic\(|^main\./;

/** The function on the line above a location, or null where that line is prose. */
function readGoFunction(line: string): string | null {
  const created = CREATED_BY.exec(line)?.[1];
  if (created !== undefined) return created;
  if (!GO_FUNCTION.test(line)) return null;
  if (line.endsWith(")")) return line.slice(0, line.lastIndexOf("("));
  return line.includes(" ") ? null : line;
}

/** GOROOT in its usual homes; modules, vendored packages; the standard library of -trimpath. */
const LIBRARY =
  /(?:^|\/)pkg\/mod\/|(?:^|\/)vendor\/|@v\d|(?:usr\/local\/go|usr\/(?:lib|share)\/go[^/]{0,10}|libexec|\/Go|go\d[^/]{0,10}|go\/\d[^/]{0,10}\/x64|snap\/go\/\d{1,9})\/src\/|^(?:runtime|net|testing|encoding|database|sync|reflect|io|os|fmt|strings|bytes|sort|slices|context|html|text|time)\/|^_cgo_/;

function isLibrary(file: string): boolean {
  return LIBRARY.test(file);
}
