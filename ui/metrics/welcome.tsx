import { CopyButton } from "../components/copy_button.tsx";
import { withQuery } from "../links.ts";
import { EXPLORE_PATH } from "./links.ts";
import { curlSnippet, pythonSnippet } from "./snippets.ts";

/** The page before the first metric: how to send one. It looks for it every few seconds. */
export function MetricsWelcome({ origin }: { readonly origin: string }) {
  return (
    <div class="welcome" data-page="metrics-welcome" data-refresh="3" data-metrics>
      <h1>Send your first metric</h1>
      <p class="muted">
        Any program that speaks HTTP can send numbers here. Run one of these: the first counts a
        request and tells how long it took, and both appear on this page by themselves.
      </p>
      <Ways origin={origin} />
      <p class="waiting muted js-only" role="status">
        <span class="waiting-dot" /> Waiting for the first metric
      </p>
      <p class="no-js-only">
        <a class="button" href="/dashboard">Look again</a>
      </p>
    </div>
  );
}

/** There are metrics, but none that this page is made of. */
export function MeasureRequests(
  { origin, project }: { readonly origin: string; readonly project: string | undefined },
) {
  return (
    <section class="measure-requests" aria-labelledby="measure-requests">
      <h2 id="measure-requests">
        No requests are measured yet{project !== undefined && ` in ${project}`}
      </h2>
      <p class="muted">
        There are metrics, and the explorer shows all of them. What this page tells of requests
        comes from <code>http_requests_total</code> and{" "}
        <code>http_request_duration_seconds</code>, with the labels <code>method</code>,{" "}
        <code>endpoint</code> and <code>status</code>.
      </p>
      <p>
        <a class="button primary" href={withQuery(EXPLORE_PATH, { project })}>
          Explore the metrics that are here
        </a>
      </p>
      <Ways origin={origin} />
    </section>
  );
}

function Ways({ origin }: { readonly origin: string }) {
  return (
    <fieldset class="connect" data-keep={`connect ${origin}`}>
      <legend class="sr-only">Language</legend>
      <div class="segments">
        <label>
          <input type="radio" name="language" value="curl" checked />
          curl
        </label>
        <label>
          <input type="radio" name="language" value="python" />
          Python
        </label>
      </div>
      <Way name="curl" code={curlSnippet(origin)}>
        Run it in a shell where MONLIGHT_API_KEY holds the key you signed in with.
      </Way>
      <Way name="python" title="Python" code={pythonSnippet(origin)}>
        With the package “monlight”, for FastAPI: it measures every request from then on.
      </Way>
    </fieldset>
  );
}

function Way(
  { name, title = name, code, children }: {
    readonly name: "curl" | "python";
    readonly title?: string;
    readonly code: string;
    readonly children: string;
  },
) {
  return (
    <div class={`connect-panel connect-${name}`}>
      <div class="code">
        <pre id={`snippet-${name}`} tabIndex={0} aria-label={`${title} program`}>{code}</pre>
        <CopyButton label={`Copy ${title} program`} from={{ element: `snippet-${name}` }} />
      </div>
      <p class="muted">{children}</p>
    </div>
  );
}
