/** Addresses without what they may give away: query, fragment, credentials, ids. Pure. */

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;
/** A number, a hash, a long word with digits in it (ULID, a token), or a mail address. */
const ID = /^\d+$|^(?=.*\d)[\da-f]{8,}$|^(?=.*\d)[a-z\d]{16,}$|^(?=(?:\D*\d){3})\w{16,}$|@|%40/i;

/** `https://user:word@shop.example/orders/17?token=x#top` as `https://shop.example/orders/:id`. */
export function cleanAddress(url: URL): string {
  const path = url.pathname.split("/")
    .map((part) => ID.test(part) || UUID.test(part) ? ":id" : part)
    .join("/");
  return `${url.protocol}${url.host || url.protocol === "file:" ? "//" : ""}${url.host}${path}`;
}

const QUERY_IN_STACK = /(\bhttps?:\/\/[^\s()?#]+)[?#][^\s()]*?((?::\d+){1,2})(?=[\s)]|$)/gm;

/** A stack without the query and the fragment of its addresses; scripts inside a page have the page's. */
export function cleanStack(stack: string): string {
  return stack.replace(QUERY_IN_STACK, "$1$2");
}
