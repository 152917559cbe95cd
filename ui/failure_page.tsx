import type { AppContext } from "../core/http/route.ts";
import { barePage, framedPage, type Shell } from "./page.tsx";

const TITLES: Readonly<Record<number, string>> = {
  400: "That address does not work",
  403: "Not from here",
  404: "Not found",
  405: "Not like this",
  408: "Too slow",
  413: "Too much",
  429: "Too many requests",
  503: "Not available",
};

const ADVICE: Readonly<Record<number, string>> = {
  404: "There is nothing at this address. Resolved errors are deleted after a while.",
  405: "This address takes forms, not visits.",
  429: "Wait a minute, then try again.",
  500: "The fault is ours. The server's log has the cause.",
};

/** What a person sees instead of a page that failed. */
export function failurePage(
  shell: Shell,
  context: AppContext,
  status: number,
  detail: string,
): Response {
  const title = TITLES[status] ?? "Something broke";
  const retry = status === 429 || status >= 500;
  const body = (
    <div class="failure">
      <p class="failure-status number">{status}</p>
      <h1>{title}</h1>
      <p class="muted wrap" data-failure>{ADVICE[status] ?? detail}</p>
      <p class="failure-ways">
        {retry && context.req.method === "GET" && (
          <a class="button" href={new URL(context.req.url).pathname}>Try again</a>
        )}
        <a class="button" href="/">Go to the start</a>
      </p>
    </div>
  );
  const isSignedIn = shell.deps.sessions.find(context.req.header("cookie")) !== undefined;
  // Without what is counted: what failed may be the counting.
  return isSignedIn
    ? framedPage(shell, { title, section: null, body }, 0, status)
    : barePage(shell, { title, body }, status);
}
