import type { ErrorTrackerAbout } from "../../core/errors/service.ts";
import type { MetricViewerAbout } from "../../core/metrics/viewer.ts";
import type { DsnKey, SourceMapPage } from "../../core/relay/model.ts";
import type { BrowserRelayAbout } from "../../core/relay/viewer.ts";
import { Notice } from "../components/notice.tsx";
import { Connect } from "../errors/connect.tsx";
import { counted } from "../format.ts";
import { AboutLogs, type LogsState } from "./about_logs.tsx";
import { AboutMetrics } from "./about_metrics.tsx";
import { AboutRelay } from "./relay/about.tsx";
import { Keys } from "./relay/keys.tsx";
import { SourceMaps } from "./relay/source_maps.tsx";
import { Database, RateLimit, Row, Section } from "./section.tsx";

/** What the Browser Relay says of itself, and what it keeps. */
export interface RelayState {
  readonly about: BrowserRelayAbout;
  readonly keys: readonly DsnKey[];
  readonly maps: SourceMapPage;
  /** The key that was made just now. */
  readonly madeId: number | null;
}

interface SettingsProps {
  readonly version: string;
  /** What the Error Tracker says of itself, where it runs. */
  readonly errors: ErrorTrackerAbout | null;
  /** The same of the Log Viewer. */
  readonly logs: LogsState | null;
  /** And of the Metrics Collector. */
  readonly metrics: MetricViewerAbout | null;
  readonly relay: RelayState | null;
  readonly origin: string;
  readonly now: number;
  /** What was done just now. */
  readonly done: string | null;
}

export function SettingsPage(
  { version, errors, logs, metrics, relay, origin, now, done }: SettingsProps,
) {
  return (
    <div class="settings-page">
      <h1>Settings</h1>
      {done !== null && <Notice>{done}</Notice>}
      {errors && <Alerts alerts={errors.alerts} missing={errors.alertsMissing} />}
      {errors && (
        <Section title="Report errors" about="Programs that send an error to this server.">
          <Connect origin={origin} />
        </Section>
      )}
      {relay && <Keys keys={relay.keys} madeId={relay.madeId} origin={origin} now={now} />}
      {relay && (
        <SourceMaps
          page={relay.maps}
          retentionDays={relay.about.retentionDays}
          origin={origin}
          now={now}
        />
      )}
      {errors && <AboutErrors about={errors} />}
      {logs && <AboutLogs {...logs} now={now} />}
      {metrics && <AboutMetrics about={metrics} />}
      {relay && <AboutRelay about={relay.about} />}
      <Section title="About" about="Settings are environment variables, read at the start.">
        <dl class="rows">
          <Row name="Monlight">{version}</Row>
        </dl>
      </Section>
    </div>
  );
}

function Alerts(
  { alerts, missing }: {
    readonly alerts: ErrorTrackerAbout["alerts"];
    readonly missing: string | null;
  },
) {
  return (
    <Section title="Alerts" about="One mail for each new error, and when a resolved one returns.">
      {alerts === null
        ? (
          <p>
            <span class="dot dot-off" /> Alerts are off: <code>{missing ?? "ALERT_EMAILS"}</code>
            {" "}
            is not set.
          </p>
        )
        : (
          <dl class="rows">
            <Row name="Sent by">{alerts.by === "postmark" ? "Postmark" : "SMTP"}</Row>
            <Row name={alerts.recipients.length === 1 ? "Recipient" : "Recipients"}>
              <ul class="plain">
                {alerts.recipients.map((address) => <li key={address}>{address}</li>)}
              </ul>
            </Row>
          </dl>
        )}
      {alerts && (
        <form method="post" action="/settings/test-alert" data-act>
          <button type="submit" class="button">Send a test alert</button>
        </form>
      )}
    </Section>
  );
}

function AboutErrors({ about }: { readonly about: ErrorTrackerAbout }) {
  return (
    <Section title="Error Tracker" about="What it keeps, where, and for how long.">
      <dl class="rows">
        <Database {...about} />
        <Row name="Retention">
          {counted(about.retentionDays, "day")} after an error was resolved; unresolved ones stay
        </Row>
        <RateLimit perMinute={about.rateLimit} />
      </dl>
    </Section>
  );
}
