/** Addresses within the site. Pure: the server and the islands share it. */

export function errorPath(id: number): string {
  return `/errors/${id}`;
}

/** A line of the logs, which browsers scroll to. */
export function linePath(id: number): string {
  return `/logs?line=${id}#line-${id}`;
}

/** A path with the parameters that have a value. */
export function withQuery(
  path: string,
  params: Readonly<Record<string, string | number | undefined>>,
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined && value !== "") query.set(name, String(value));
  }
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
}

/**
 * Where a form asks to go on to, if that is a path of this site; else `fallback`. Refuses what a browser
 * would read as another host (`//evil`, `/\evil`) and control characters.
 */
export function safeNext(next: string | null | undefined, fallback: string): string {
  if (!next || !/^\/(?![/\\])[^\\\p{C}]*$/u.test(next)) return fallback;
  const base = "http://same.invalid";
  if (!URL.canParse(next, base)) return fallback;
  const url = new URL(next, base);
  // Dots may have folded away what stood before a second slash.
  if (url.origin !== base || url.pathname.startsWith("//")) return fallback;
  return url.pathname + url.search;
}
