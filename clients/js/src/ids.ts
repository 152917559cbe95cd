const SESSION_KEY = "monlight_session";

/** 128 random bits as 32 hexadecimal digits. Also where `crypto.randomUUID()` is not: on pages without TLS. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The id of this tab's session; of this page alone, where the browser keeps nothing. */
export function sessionId(): string {
  try {
    const kept = sessionStorage.getItem(SESSION_KEY);
    if (kept && /^[\da-f]{32}$/.test(kept)) return kept;
    const made = randomId();
    sessionStorage.setItem(SESSION_KEY, made);
    return made;
  } catch {
    return randomId();
  }
}
