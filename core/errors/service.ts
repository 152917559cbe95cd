import { type Clock, isoTime, MINUTE, SECOND } from "../clock.ts";
import { Failure } from "../failure.ts";
import type { ServiceRoutes } from "../http/route.ts";
import type { Logger } from "../logger.ts";
import { type Periodic, startPeriodic } from "../periodic.ts";
import type { serviceSettings, SettingValues } from "../settings.ts";
import { observeService } from "../service_gauges.ts";
import type { Telemetry } from "../telemetry.ts";
import { type Alerts, createAlerts } from "./alerts.ts";
import { Ingest } from "./ingest.ts";
import { mailFromSettings, type MailSetup } from "./mail/from_settings.ts";
import type { ErrorDetail, ErrorFilter, ErrorPage, ErrorQuery } from "./model.ts";
import { startRetention } from "./retention.ts";
import { errorRoutes } from "./routes.ts";
import type { errorSettings } from "./settings.ts";
import { openErrorStore } from "./sqlite_store.ts";
import { type ErrorStore, TRIMMED } from "./store.ts";
import { startTrimming } from "../trimming.ts";

/** Defaults of the settings that every service has. */
export const ERROR_DEFAULTS = {
  databaseFile: "errors.db",
  rateLimit: 100,
  maxBodySize: 256 * 1024,
} as const;

/** Groups alerted singly within the window before a storm's others are gathered. */
const ALERT_BURST = 10;
const ALERT_WINDOW_MS = 10 * MINUTE;
/** How often owed alerts are looked for, beside being woken by new ones. */
const ALERT_INTERVAL_MS = 10 * SECOND;

export type ErrorServiceValues =
  & SettingValues<typeof errorSettings>
  & SettingValues<ReturnType<typeof serviceSettings>>;

export interface ErrorServiceOptions {
  readonly values: ErrorServiceValues;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
}

/** What the web interface and the HTTP API ask of the Error Tracker. */
export interface ErrorTracker {
  list(query: ErrorQuery): Promise<ErrorPage>;
  /** Throws a `not_found` Failure for an unknown id. */
  detail(id: number): Promise<ErrorDetail>;
  /** Returns those of the ids that exist; so does `reopen`. */
  resolve(ids: readonly number[]): Promise<readonly number[]>;
  reopen(ids: readonly number[]): Promise<readonly number[]>;
  projects(): Promise<readonly string[]>;
  environments(): Promise<readonly string[]>;
  count(filter: ErrorFilter): Promise<number>;
  /** Sends a sample alert in the background; throws `unavailable` naming what is not configured. */
  sendTestAlert(): void;
  /** What the settings page shows. */
  about(): Promise<ErrorTrackerAbout>;
}

export interface ErrorTrackerAbout {
  readonly databasePath: string;
  readonly databaseBytes: number;
  /** What it may have; 0 for no limit. */
  readonly maxDatabaseBytes: number;
  readonly schemaVersion: number;
  readonly retentionDays: number;
  readonly rateLimit: number;
  /** Mail addresses that get alerts, and by which way; null when alerts are not configured. */
  readonly alerts:
    | { readonly by: "postmark" | "smtp"; readonly recipients: readonly string[] }
    | null;
  /** The first setting that is missing before alerts can be sent, when `alerts` is null. */
  readonly alertsMissing: string | null;
}

/** The running Error Tracker. */
export interface ErrorService {
  readonly tracker: ErrorTracker;
  readonly http: ServiceRoutes;
  health(): Promise<{ readonly status: "ok" }>;
  /** Ends its jobs, commits what was accepted, and closes the database. */
  close(): Promise<void>;
}

/** Opens the database and starts the Error Tracker on it. */
export function startErrorService(options: ErrorServiceOptions): ErrorService {
  const { values, clock, logger, telemetry } = options;
  const mail = mailFromSettings(values);
  const store = openErrorStore({
    path: values.databasePath,
    logger,
    maxBytes: values.maxDatabaseSize,
    alerts: {
      enabled: "mailer" in mail,
      onReopen: values.alertOnReopen,
      burst: ALERT_BURST,
      windowMs: ALERT_WINDOW_MS,
    },
  });
  const alerts = createAlerts({
    queue: store,
    mail,
    baseUrl: values.baseUrl,
    clock,
    logger,
    onGivenUp: telemetry.counter(
      "monlight_alerts_given_up_total",
      "Mails to one recipient that were given up after their last attempt.",
      { service: "errors" },
    ),
  });
  const delivery = startDelivery(alerts, logger);
  const retention = startRetention({ store, retentionDays: values.retentionDays, clock, logger });
  const trimming = startTrimming({
    service: "errors",
    store,
    kinds: TRIMMED,
    maxBytes: values.maxDatabaseSize,
    logger,
    telemetry,
  });
  const ingest = new Ingest({ store, clock, onAlertOwed: () => delivery.wake() });
  const tracker = createTracker({ store, alerts, mail, values, clock });
  observe(telemetry, store, ingest);
  return {
    tracker,
    http: {
      name: "errors",
      routes: errorRoutes(tracker, ingest),
      maxBodyBytes: values.maxBodySize,
      rateLimit: values.rateLimit,
    },
    health: () => Promise.resolve({ status: "ok" }),
    async close() {
      await Promise.all([
        delivery.close(),
        retention.close(),
        trimming.close(),
        alerts.close(),
      ]);
      await ingest.flush();
      await store.close();
    },
  };
}

function startDelivery(alerts: Alerts, logger: Logger): Periodic {
  return startPeriodic({
    name: "Alert delivery",
    intervalMs: ALERT_INTERVAL_MS,
    immediately: true,
    logger,
    run: (signal) => alerts.deliver(signal),
  });
}

function createTracker(
  parts: {
    readonly store: ErrorStore;
    readonly alerts: Alerts;
    readonly mail: MailSetup;
    readonly values: ErrorServiceValues;
    readonly clock: Clock;
  },
): ErrorTracker {
  const { store, alerts, mail, values, clock } = parts;
  return {
    list: (query) => store.list(query, clock.now()),
    async detail(id) {
      const detail = await store.detail(id, clock.now());
      if (!detail) throw new Failure("not_found", "Not found");
      return detail;
    },
    resolve: (ids) => store.resolve(ids, isoTime(clock.now())),
    reopen: (ids) => store.reopen(ids),
    projects: () => store.projects(),
    environments: () => store.environments(),
    count: (filter) => store.count(filter),
    sendTestAlert: () => alerts.sendTest(),
    async about() {
      return {
        databasePath: values.databasePath,
        databaseBytes: await store.sizeBytes(),
        maxDatabaseBytes: values.maxDatabaseSize,
        schemaVersion: store.schemaVersion,
        retentionDays: values.retentionDays,
        rateLimit: values.rateLimit,
        alerts: "mailer" in mail
          ? { by: mail.mailer.by, recipients: mail.mailer.recipients }
          : null,
        alertsMissing: "missing" in mail ? mail.missing : null,
      };
    },
  };
}

function observe(telemetry: Telemetry, store: ErrorStore, ingest: Ingest): void {
  observeService(telemetry, "errors", {
    databaseBytes: () => store.sizeBytes(),
    ingestDepth: () => ingest.depth,
    readerDepth: () => store.readsWaiting,
  });
  telemetry.gauge(
    "monlight_alerts_owed",
    "Alerts that were not sent yet, those held back for a digest included.",
    { service: "errors" },
    () => store.owedAlerts(),
  );
  telemetry.gauge(
    "monlight_unresolved_errors",
    "Groups that are not resolved.",
    {},
    () => store.count({ resolved: false }),
  );
}
