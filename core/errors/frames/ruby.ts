import { type FrameLine, isDigit, PLAIN_LAYOUT, readLocation } from "./frame.ts";

const CALLER = /^(?:\d{1,6}: )?from /;

/**
 * Reads `/srv/shop/cart.rb:12:in 'price'`, with `from ` or with the message around it, with the
 * backquote of Ruby before 3.4; and the header of a syntax error.
 */
export function readRubyFrame(body: string): FrameLine | null {
  const mark = body.indexOf(":in ");
  if (mark < 0) return readSyntaxError(body);
  const quote = body.charCodeAt(mark + 4);
  if (quote !== 39 /* ' */ && quote !== 96 /* ` */) return null;
  const place = body.slice(0, mark).replace(CALLER, "");
  const close = body.indexOf("'", mark + 5);
  const functionName = body.slice(mark + 5, close < 0 ? undefined : close);
  return rubyFrame(place, functionName);
}

/** `/srv/shop/cart.rb:3: syntax error, unexpected end-of-input (SyntaxError)`. */
function readSyntaxError(body: string): FrameLine | null {
  const mark = body.indexOf(": syntax error");
  if (mark < 0 || !isDigit(body.charCodeAt(mark - 1))) return null;
  return body.includes(".rb:") ? rubyFrame(body.slice(0, mark), null) : null;
}

function rubyFrame(place: string, functionName: string | null): FrameLine | null {
  const location = readLocation(place);
  // A colon and a blank end a prefix of a logger, with its time: not a name to group by.
  if (location === null || location.column !== null || location.file.includes(": ")) return null;
  const { file, line } = location;
  return {
    layout: PLAIN_LAYOUT,
    frame: { file, line, column: null, function: functionName, inApp: !LIBRARY.test(file) },
  };
}

/** Gems, also as Rails shortens them (`actionpack (7.1.2) lib/…`), the standard library. */
const LIBRARY =
  /[\\/]gems[\\/]|[\\/]lib[\\/]ruby[\\/]|^<internal:|^[\w-]{1,100} \(\d[\w.]{0,30}\) |[\\/]bundle[\\/]|^\/usr\/(?:local\/)?bin\//;
