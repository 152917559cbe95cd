import { type FrameLine, PLAIN_LAYOUT, readLocation } from "./frame.ts";

const PHP = PLAIN_LAYOUT;

/** `#0 /srv/shop/cart.php(12): Shop\Cart->price('n/a')`, `#1 [internal function]: array_map()`. */
const CALL = /^#\d{1,6} (?:(\[internal function\])|([^\n]{1,1024}?)\((\d{1,9})\)): ([^(]{0,300})/;

/**
 * Reads a numbered line of a PHP stack trace. The function is the one that the line calls, as PHP
 * prints it, not the one that the line stands in.
 */
export function readPhpCall(body: string): FrameLine | null {
  const [, internal, file, line, functionName] = CALL.exec(body) ?? [];
  if (internal !== undefined) return phpFrame(internal, null, functionName ?? null);
  if (file === undefined || Number(line) === 0) return null;
  return phpFrame(file, Number(line), functionName || null);
}

/** ` in /srv/shop/cart.php:12`, ` at C:\shop\cart.php:12)`, ` in /srv/shop/cart.php on line 12`. */
const PLACE = /^(?:\/|[A-Za-z]:[\\/]|phar:\/\/)[^\n]{0,1024}\.(?:php|phtml|inc|blade)\w{0,3}\b/;

/** Reads the end of the line that says where PHP threw, warned or gave up. */
export function readPhpThrow(body: string): FrameLine | null {
  const text = body.endsWith(")") ? body.slice(0, -1) : body;
  const location = readLocation(text) ?? readLocation(withColon(text));
  if (location === null) return null;
  const mark = Math.max(location.file.lastIndexOf(" in "), location.file.lastIndexOf(" at "));
  const file = location.file.slice(mark + 4);
  return mark < 0 || !PLACE.test(file) ? null : phpFrame(file, location.line, null);
}

/** `cart.php on line 12` as `cart.php:12`. */
function withColon(text: string): string {
  const words = " on line ";
  const mark = text.lastIndexOf(words);
  return mark < 0 ? text : `${text.slice(0, mark)}:${text.slice(mark + words.length)}`;
}

function phpFrame(file: string, line: number | null, functionName: string | null): FrameLine {
  const inApp = line !== null && !LIBRARY.test(file);
  return { layout: PHP, frame: { file, line, column: null, function: functionName, inApp } };
}

const LIBRARY = /[\\/]vendor[\\/]|^phar:|^\/usr\/share\/(?:php|pear)/;
