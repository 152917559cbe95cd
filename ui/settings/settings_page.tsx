import type { ComponentChildren } from "preact";
import type { ErrorTrackerAbout } from "../../core/errors/service.ts";
import { Notice } from "../components/notice.tsx";
import { Connect } from "../errors/connect.tsx";
import { byteSize, counted, exactCount } from "../format.ts";

interface SettingsProps {
  readonly version: string;
  /** What the Error Tracker says of itself, where it runs. */
  readonly errors: ErrorTrackerAbout | null;
  readonly origin: string;
  /** Whether a test alert was sent just now. */
  readonly alertSent: boolean;
}

export function SettingsPage({ version, errors, origin, alertSent }: SettingsProps) {
  return (
    <div class="settings-page">
      <h1>Settings</h1>
      {alertSent && <Notice>A test alert is on its way.</Notice>}
      {errors && <Alerts alerts={errors.alerts} missing={errors.alertsMissing} />}
      {errors && (
        <Section title="Report errors" about="Programs that send an error to this server.">
          <Connect origin={origin} />
        </Section>
      )}
      {errors && <AboutErrors about={errors} />}
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
  const { databasePath, databaseBytes, schemaVersion, retentionDays, rateLimit } = about;
  return (
    <Section title="Error Tracker" about="What it keeps, where, and for how long.">
      <dl class="rows">
        <Row name="Database">
          <code class="wrap">{databasePath}</code>
        </Row>
        <Row name="Size">
          <span class="number" title={counted(databaseBytes, "byte")}>
            {byteSize(databaseBytes)}
          </span>
        </Row>
        <Row name="Schema">version {schemaVersion}</Row>
        <Row name="Retention">
          {counted(retentionDays, "day")} after an error was resolved; unresolved ones stay
        </Row>
        <Row name="Rate limit">
          {rateLimit === 0 ? "none" : `${exactCount(rateLimit)} requests a minute for each key`}
        </Row>
      </dl>
    </Section>
  );
}

function Section(
  { title, about, children }: {
    readonly title: string;
    readonly about: string;
    readonly children: ComponentChildren;
  },
) {
  const id = `settings-${title.toLowerCase().replaceAll(" ", "-")}`;
  return (
    <section class="settings-section" aria-labelledby={id}>
      <div>
        <h2 id={id}>{title}</h2>
        <p class="muted">{about}</p>
      </div>
      <div class="settings-body">{children}</div>
    </section>
  );
}

function Row({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
