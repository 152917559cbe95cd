import type { ReadingState } from "../../core/logs/model.ts";
import type { LogViewerAbout } from "../../core/logs/viewer.ts";
import { Time } from "../components/time.tsx";
import { counted, exactCount } from "../format.ts";
import { Database, RateLimit, Row, Section } from "./section.tsx";

/** What the Log Viewer says of itself. */
export interface LogsState {
  readonly about: LogViewerAbout;
  readonly reading: ReadingState;
}

export function AboutLogs({ about, reading, now }: LogsState & { readonly now: number }) {
  const { problem, sources, containersFound, containersFollowed, stored, lastIngest } = reading;
  return (
    <Section title="Log Viewer" about="What it reads, what it keeps, and where.">
      {problem !== null && (
        <p>
          <span class="dot dot-reopened" /> {problem}.{" "}
          <a class="strip-help" href="/logs">How to let it read</a>
        </p>
      )}
      <dl class="rows">
        <Row name="Reads">
          <code class="wrap">{sources}</code>
        </Row>
        <Row name="Containers">
          {containersFollowed === containersFound
            ? counted(containersFound, "container")
            : `${exactCount(containersFollowed)} of ${counted(containersFound, "container")}`}, by
          {" "}
          <code class="wrap">{about.containers.join(", ")}</code>
        </Row>
        <Row name="Last line">
          {lastIngest === null ? "none yet" : <Time at={lastIngest} now={now} />}
        </Row>
        <Database {...about} />
        <Row name="Keeps">
          {counted(stored, "line")} of at most {exactCount(about.maxEntries)}; the oldest make room
        </Row>
        <RateLimit perMinute={about.rateLimit} />
      </dl>
    </Section>
  );
}
