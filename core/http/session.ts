import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, randomBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { type Clock, DAY, SECOND } from "../clock.ts";

/** A signed-in browser. */
export interface Session {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

const LIFETIME_MS = 14 * DAY;

/**
 * Sessions of the web interface, kept nowhere: the cookie carries an id and an expiry, signed with a key
 * derived from the API key. A new API key therefore ends every session; so does time.
 */
export class Sessions {
  readonly #clock: Clock;
  readonly #signingKey: Uint8Array;
  readonly #cookieName: string;

  /** `scope` sets the cookies of services on one host apart, since cookies know no ports. */
  constructor(options: { readonly apiKey: string; readonly scope: string; readonly clock: Clock }) {
    this.#clock = options.clock;
    this.#signingKey = hmac(
      sha256,
      utf8ToBytes(options.apiKey),
      utf8ToBytes("monlight session v1"),
    );
    this.#cookieName = `monlight_${options.scope}`;
  }

  /** The `Set-Cookie` value that signs a browser in. */
  open(secure: boolean): string {
    const expiresAt = this.#clock.now() + LIFETIME_MS;
    const claim = `${bytesToHex(randomBytes(12))}.${expiresAt}`;
    return this.#cookie(`${claim}.${this.#sign(claim)}`, LIFETIME_MS / SECOND, secure);
  }

  /** The `Set-Cookie` value that signs a browser out. */
  close(secure: boolean): string {
    return this.#cookie("", 0, secure);
  }

  /** The session of a request by its `Cookie` header, if it has a valid one. */
  find(cookieHeader: string | null | undefined): Session | undefined {
    const value = cookieHeader ? cookieValue(cookieHeader, this.#cookieName) : undefined;
    if (value === undefined) return undefined;
    const [id, expiry, signature] = value.split(".");
    if (id === undefined || expiry === undefined || signature === undefined) return undefined;
    if (!sameText(signature, this.#sign(`${id}.${expiry}`))) return undefined;
    const expiresAt = Number(expiry);
    return expiresAt > this.#clock.now() ? { id, expiresAt } : undefined;
  }

  #sign(claim: string): string {
    return bytesToHex(hmac(sha256, this.#signingKey, utf8ToBytes(claim)));
  }

  #cookie(value: string, maxAgeSeconds: number, secure: boolean): string {
    const parts = [`${this.#cookieName}=${value}`, "Path=/", `Max-Age=${maxAgeSeconds}`];
    parts.push("HttpOnly", "SameSite=Strict");
    if (secure) parts.push("Secure");
    return parts.join("; ");
  }
}

function cookieValue(header: string, name: string): string | undefined {
  for (const pair of header.split(";")) {
    const equals = pair.indexOf("=");
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return undefined;
}

/** Whether two texts are the same, in a time that tells nothing about where they differ. */
export function sameText(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (let at = 0; at < one.length; at++) difference |= one.charCodeAt(at) ^ other.charCodeAt(at);
  return difference === 0;
}
