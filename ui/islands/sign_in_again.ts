/**
 * A link in a mail comes without the session's cookie, since that is for this site's own requests only.
 * The sign-in page asks once more from within the site, and goes on if there is a session after all.
 */
export async function skipSignIn(): Promise<void> {
  const form = document.querySelector<HTMLFormElement>("form.sign-in");
  const next = form?.querySelector<HTMLInputElement>("input[name=next]")?.value;
  if (next === undefined || document.querySelector("[role=alert]")) return;
  try {
    const answer = await fetch("/login", { redirect: "manual", credentials: "same-origin" });
    if (answer.type === "opaqueredirect") location.replace(next);
  } catch {
    // Then signing in it is.
  }
}
