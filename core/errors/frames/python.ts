import { type FrameLine, type Layout, PLAIN_LAYOUT, readNumber } from "./frame.ts";

const PYTHON: Layout = { ...PLAIN_LAYOUT, failing: "last", sourceBelow: true };
/** `faulthandler` and `py-spy` print "most recent call first". */
const FAULT_HANDLER: Layout = PLAIN_LAYOUT;

const OPENING = 'File "';
const CLOSING = '", line ';

/**
 * Reads `File "app.py", line 12, in price`; without the function for a SyntaxError; with ` in`
 * and no comma from `faulthandler`. `body` is the line without its indent.
 */
export function readPythonFrame(body: string): FrameLine | null {
  if (!body.startsWith(OPENING)) return readNotebookFrame(body);
  const close = body.indexOf(CLOSING, OPENING.length);
  const line = close < 0 ? null : readNumber(body, close + CLOSING.length);
  if (line === null) return null;
  const file = body.slice(OPENING.length, close);
  if (body.startsWith(", in ", line.end)) {
    return pythonFrame(PYTHON, file, line.value, body.slice(line.end + 5));
  }
  if (body.startsWith(" in ", line.end)) {
    return pythonFrame(FAULT_HANDLER, file, line.value, body.slice(line.end + 4));
  }
  return line.end === body.length ? pythonFrame(PYTHON, file, line.value, null) : null;
}

/**
 * Reads the last frame of a traceback whose newlines got lost on the way: `Traceback (most recent
 * call last): File "app.py", line 12, in price ValueError: n/a`.
 */
export function readFlatTraceback(body: string): FrameLine | null {
  const start = body.lastIndexOf(OPENING);
  const close = start < 0 ? -1 : body.indexOf(CLOSING, start);
  const line = close < 0 ? null : readNumber(body, close + CLOSING.length);
  if (line === null) return null;
  const functionName = /^, in (\S{1,200})/.exec(body.slice(line.end, line.end + 210))?.[1];
  const file = body.slice(start + OPENING.length, close);
  return pythonFrame(PYTHON, file, line.value, functionName ?? null);
}

/** `Cell In[3], line 2, in price(raw)` and `File /srv/shop/cart.py:12, in price(raw)`. */
const NOTEBOOK =
  /^(?:Cell (In ?\[\d{1,9}\]), line |File ((?:[A-Za-z]:)?[^":]{1,1024}):)(\d{1,9})(?:, in ([^(]{1,200})(?:\(.*)?)?$/;

/** Reads a frame as IPython and Jupyter print it. */
function readNotebookFrame(body: string): FrameLine | null {
  const match = NOTEBOOK.exec(body);
  const file = match?.[1] ?? match?.[2];
  const line = Number(match?.[3]);
  return file === undefined || line === 0
    ? null
    : pythonFrame(PYTHON, file, line, match?.[4] ?? null);
}

function pythonFrame(
  layout: Layout,
  file: string,
  line: number,
  functionName: string | null,
): FrameLine {
  const inApp = !isLibrary(file);
  return { layout, frame: { file, line, column: null, function: functionName, inApp } };
}

/** The standard library in its usual homes: Unix, PyPy, the Windows installer and Conda, Lambda. */
const STANDARD_LIBRARY =
  /[\\/]lib(?:64)?[\\/](?:python|pypy)\d|[\\/]lib-python[\\/]|[\\/]python\d{0,3}\.zip[\\/]|[\\/](?:python|(?:ana|mini)conda|miniforge)\d{0,3}(?:-32)?[\\/](?:envs[\\/][^\\/]{1,100}[\\/])?lib[\\/]|^\/var\/runtime\//i;

/** Launchers that pip writes (`/usr/local/bin/gunicorn`): under every error of that server alike. */
const LAUNCHER =
  /^\/usr\/(?:local\/)?bin\/[^/.]{1,100}$|[\\/]\.?v?env[\\/](?:bin|Scripts)[\\/][^\\/.]{1,100}$|\.exe[\\/]__main__\.py$/;

/**
 * Code that is built into the interpreter or was written at run time: methods of dataclasses and
 * named tuples, what exec() runs. `<stdin>`, `<console>` and the like are somebody's own.
 */
const GENERATED =
  /^<(?:frozen |string>|attrs generated |decorator-gen|makefun-gen|__array_function__ internals)/;

function isLibrary(file: string): boolean {
  if (file.startsWith("<")) return GENERATED.test(file);
  return file.includes("site-packages") || file.includes("dist-packages") ||
    STANDARD_LIBRARY.test(file) || LAUNCHER.test(file);
}
