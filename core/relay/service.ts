import { type Clock, isoTime } from "../clock.ts";
import { Failure } from "../failure.ts";
import type { ServiceRoutes } from "../http/route.ts";
import type { Logger } from "../logger.ts";
import { memoryLimit } from "../memory_limit.ts";
import type { serviceSettings, SettingValues } from "../settings.ts";
import { observeService } from "../service_gauges.ts";
import type { Telemetry } from "../telemetry.ts";
import { startTrimming } from "../trimming.ts";
import { DsnKeys } from "./dsn_keys.ts";
import { Forwarder } from "./forwarder.ts";
import { type Kind, KINDS } from "./model.ts";
import { forEachKind, Queue } from "./queue.ts";
import { startRetention } from "./retention.ts";
import { browserDoor, relayRoutes } from "./routes.ts";
import type { relaySettings } from "./settings.ts";
import { SourceMaps } from "./source_maps.ts";
import { openRelayStore } from "./sqlite_store.ts";
import { StackMapper } from "./stack_mapper.ts";
import { type RelayStore, TRIMMED } from "./store.ts";
import { Submissions } from "./submissions.ts";
import { Upstream, type UpstreamTarget } from "./upstream.ts";
import type { BrowserRelay } from "./viewer.ts";

/** Memory for source maps that are parsed, in bytes, and the share of what a container may have. */
const MAP_CACHE_BYTES = 48 * 1024 * 1024;
const MAP_CACHE_SHARE = 1 / 16;

export type RelayServiceValues =
  & SettingValues<typeof relaySettings>
  & SettingValues<ReturnType<typeof serviceSettings>>;

export interface RelayServiceOptions {
  readonly values: RelayServiceValues;
  /** The key of administration, where it is not that of the process. */
  readonly adminKey: string | null;
  readonly upstreams: Readonly<Record<Kind, UpstreamTarget>>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
}

export interface RelayHealth {
  readonly status: "ok";
  /** Submissions that wait for the Error Tracker, and for the Metrics Collector. */
  readonly queued_errors: number;
  readonly queued_metrics: number;
}

/** The running Browser Relay. */
export interface RelayService {
  readonly relay: BrowserRelay;
  readonly http: ServiceRoutes;
  health(): Promise<RelayHealth>;
  /** From now on what pages submit is kept rather than sent: nobody waits for an upstream at the end. */
  stopSending(): void;
  /** Ends its jobs and closes the database. */
  close(): Promise<void>;
}

/** Opens the database and starts the Browser Relay on it. */
export function startRelayService(options: RelayServiceOptions): RelayService {
  const { values, adminKey, clock, logger } = options;
  const store = openRelayStore(values.databasePath, logger, values.maxDatabaseSize);
  const keys = new DsnKeys(store, clock);
  keys.seed(values.dsnKeys, logger);
  const queue = new Queue(store, clock);
  const forwarders = startForwarders(options, queue);
  const maps = new SourceMaps(store, logger);
  const maxBytes = Math.min(MAP_CACHE_BYTES, memoryLimit() * MAP_CACHE_SHARE);
  const mapper = new StackMapper({ maps, maxBytes, logger });
  const submissions = new Submissions({
    forwarders,
    mapper,
    clock,
    onMapped: countMapped(options.telemetry),
  });
  const retention = startRetention({
    store,
    maps,
    retentionDays: values.retentionDays,
    clock,
    logger,
  });
  const trimming = startTrimming({
    service: "relay",
    store: { trimToSize: () => maps.trimToSize(store) },
    kinds: TRIMMED,
    maxBytes: values.maxDatabaseSize,
    logger,
    telemetry: options.telemetry,
  });
  const relay = createRelay({ store, maps, keys, forwarders, options });
  observe(options.telemetry, store, forwarders);
  options.telemetry.gauge(
    "monlight_relay_parsed_maps_bytes",
    "What parsed source maps take of memory.",
    {},
    () => mapper.bytes,
  );
  return {
    relay,
    http: {
      name: "relay",
      routes: relayRoutes(relay, submissions, keys),
      maxBodyBytes: values.maxBodySize,
      rateLimit: values.rateLimit,
      door: browserDoor(keys, values.corsOrigins),
      ...(adminKey === null ? {} : { ownKey: adminKey }),
    },
    health: () =>
      Promise.resolve({
        status: "ok",
        queued_errors: forwarders.errors.state.items,
        queued_metrics: forwarders.metrics.state.items,
      }),
    stopSending() {
      for (const kind of KINDS) forwarders[kind].stop();
    },
    async close() {
      await Promise.all([
        retention.close(),
        trimming.close(),
        ...KINDS.map((kind) => forwarders[kind].close()),
      ]);
      await queue.flush();
      store.close();
    },
  };
}

function startForwarders(
  { upstreams, logger, telemetry }: RelayServiceOptions,
  queue: Queue,
): Readonly<Record<Kind, Forwarder>> {
  return forEachKind((kind) => {
    const sent = telemetry.counter(
      "monlight_relay_forwarded_total",
      "Submissions that their upstream took.",
      { kind },
    );
    const lost = (why: string) =>
      telemetry.counter(
        "monlight_relay_lost_total",
        "Submissions that are lost: the queue was full, or the upstream refused what was kept.",
        { kind, why },
      );
    const [full, refused] = [lost("full"), lost("refused")];
    return new Forwarder({
      kind,
      upstream: new Upstream(upstreams[kind]),
      queue,
      logger,
      onSent: () => sent(),
      onLost: (why) => why === "full" ? full() : refused(),
    });
  });
}

function createRelay(
  { store, maps, keys, forwarders, options: { values, upstreams, clock } }: {
    readonly store: RelayStore;
    readonly maps: SourceMaps;
    readonly keys: DsnKeys;
    readonly forwarders: Readonly<Record<Kind, Forwarder>>;
    readonly options: RelayServiceOptions;
  },
): BrowserRelay {
  const now = () => isoTime(clock.now());
  // Asynchronous as other stores will be; what is thrown becomes a rejection.
  return {
    keys: async () => await keys.list(),
    createKey: async (project) => await keys.create(project),
    deactivateKey: async (id) => await keys.deactivate(id),
    sourceMaps: async (query) => await store.maps(query),
    putSourceMap: (map) => maps.put(map, now()),
    async deleteSourceMap(id) {
      if (!await maps.delete(id)) throw new Failure("not_found", "Not found");
    },
    about: async () => ({
      databasePath: values.databasePath,
      databaseBytes: await store.sizeBytes(),
      maxDatabaseBytes: values.maxDatabaseSize,
      schemaVersion: store.schemaVersion,
      rateLimit: values.rateLimit,
      retentionDays: values.retentionDays,
      origins: values.corsOrigins,
      sourceMaps: store.mapCount(),
      upstreams: forEachKind((kind) => ({
        url: upstreams[kind].inProcess ? null : upstreams[kind].url,
        queued: { ...forwarders[kind].state },
        problem: forwarders[kind].problem,
      })),
    }),
  };
}

function countMapped(telemetry: Telemetry): (isMapped: boolean) => void {
  const [mapped, unmapped] = ["true", "false"].map((mapped) =>
    telemetry.counter(
      "monlight_relay_stacks_total",
      "Stacks of errors, by whether a frame of them was mapped to its source.",
      { mapped },
    )
  );
  return (isMapped) => isMapped ? mapped?.() : unmapped?.();
}

function observe(
  telemetry: Telemetry,
  store: RelayStore,
  forwarders: Readonly<Record<Kind, Forwarder>>,
): void {
  observeService(telemetry, "relay", { databaseBytes: () => store.sizeBytes() });
  for (const kind of KINDS) {
    telemetry.gauge(
      "monlight_relay_queue_depth",
      "Submissions that wait for their upstream.",
      { kind },
      () => forwarders[kind].state.items,
    );
    telemetry.gauge(
      "monlight_relay_queue_bytes",
      "Bytes of submissions that wait for their upstream.",
      { kind },
      () => forwarders[kind].state.bytes,
    );
  }
  telemetry.gauge(
    "monlight_relay_source_maps",
    "Source maps that are stored.",
    {},
    () => store.mapCount(),
  );
}
