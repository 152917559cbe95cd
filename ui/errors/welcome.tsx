import { Connect } from "./connect.tsx";

/** The list before the first error: how to send one. It looks for it every few seconds. */
export function Welcome({ origin }: { readonly origin: string }) {
  return (
    <div class="welcome" data-page="welcome" data-refresh="3">
      <h1>Send your first error</h1>
      <p class="muted">
        Any program that speaks HTTP can report here. Run one of these, and the error appears on
        this page by itself.
      </p>
      <Connect origin={origin} />
      <p class="waiting muted js-only" role="status">
        <span class="waiting-dot" /> Waiting for the first error
      </p>
      <p class="no-js-only">
        <a class="button" href="/errors">Look again</a>
      </p>
    </div>
  );
}
