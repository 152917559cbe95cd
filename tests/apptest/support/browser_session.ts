/** Session cookies as the program makes them, for tests that need a wrong one. */
import assert from "node:assert/strict";
import type { Api } from "./api.ts";

/** Signs in by the form; gives the cookie as a browser would send it. */
export async function signIn(api: Api): Promise<string> {
  const answer = await api.post("/login", new URLSearchParams({ key: api.program.apiKey }), {
    key: null,
  });
  assert.equal(answer.status, 303, answer.text);
  return cookieOf(answer.headers);
}

export function cookieOf(headers: Headers): string {
  return headers.get("set-cookie")?.split(";")[0] ?? "";
}

/** The value of a cookie signed with this API key: `id.expiry.signature`. */
export async function signedValue(apiKey: string, id: string, expiresAt: number): Promise<string> {
  const signingKey = await hmac(new TextEncoder().encode(apiKey), "monlight session v1");
  const claim = `${id}.${expiresAt}`;
  const signature = await hmac(signingKey, claim);
  return `${claim}.${signature.toHex()}`;
}

async function hmac(key: Uint8Array<ArrayBuffer>, text: string): Promise<Uint8Array<ArrayBuffer>> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", key, algorithm, false, ["sign"]);
  return new Uint8Array(
    await crypto.subtle.sign("HMAC", imported, new TextEncoder().encode(text)),
  );
}
