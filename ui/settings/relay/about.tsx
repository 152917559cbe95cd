import type { BrowserRelayAbout, UpstreamAbout } from "../../../core/relay/viewer.ts";
import { byteSize, counted } from "../../format.ts";
import { Database, RateLimit, Row, Section } from "../section.tsx";

/** What the Browser Relay says of itself. */
export function AboutRelay({ about }: { readonly about: BrowserRelayAbout }) {
  const { upstreams, origins } = about;
  return (
    <Section title="Browser Relay" about="Whose pages it hears, and where it sends what they say.">
      <dl class="rows">
        <Row name="Pages of">
          {origins.length === 0
            ? (
              <>
                this server's own address only; name others in <code>CORS_ORIGINS</code>
              </>
            )
            : (
              <ul class="plain">
                {origins.map((origin) => (
                  <li key={origin}>
                    <code class="wrap">{origin}</code>
                  </li>
                ))}
              </ul>
            )}
        </Row>
        <Row name="Errors to">
          <Upstream upstream={upstreams.errors} own="the Error Tracker here" />
        </Row>
        <Row name="Metrics to">
          <Upstream upstream={upstreams.metrics} own="the Metrics Collector here" />
        </Row>
        <Database {...about} />
        <RateLimit perMinute={about.rateLimit} />
      </dl>
    </Section>
  );
}

function Upstream({ upstream, own }: { readonly upstream: UpstreamAbout; readonly own: string }) {
  const { url, queued: { items, bytes }, problem } = upstream;
  return (
    <>
      {url === null ? own : <code class="wrap">{url}</code>}
      {items > 0 && <>, {counted(items, "submission")} ({byteSize(bytes)}) waiting</>}
      {problem !== null && (
        <p>
          <span class="dot dot-reopened" /> {problem}
        </p>
      )}
    </>
  );
}
