import { type Kind, KINDS } from "../core/relay/model.ts";
import { forEachKind } from "../core/relay/queue.ts";
import { startRelayService } from "../core/relay/service.ts";
import {
  adminKeySettings,
  RELAY_DEFAULTS,
  relaySettings,
  upstreamSettings,
} from "../core/relay/settings.ts";
import { postTo, type UpstreamTarget } from "../core/relay/upstream.ts";
import { serviceSettings, type SettingsReader, type SettingValues } from "../core/settings.ts";
import { diagnoseUpstreams, type Upstream } from "./doctor/upstreams.ts";
import type { Place, ServedService, ServiceParts } from "./served_service.ts";

/** Where submissions of a kind go, as people call it, the settings that say where it is, and a path of its own. */
const UPSTREAMS = {
  errors: {
    name: "Error Tracker",
    url: "errorTrackerUrl",
    key: "errorTrackerApiKey",
    path: "/api/projects",
  },
  metrics: {
    name: "Metrics Collector",
    url: "metricsCollectorUrl",
    key: "metricsCollectorApiKey",
    path: "/api/metrics/projects",
  },
} as const;

/** The Browser Relay, for either way of serving it. */
export const relayService: ServedService = {
  name: "relay",
  prefix: "RELAY_",
  key: { name: "ADMIN_API_KEY", help: "the key for DSN keys, source maps and the web interface" },
  settings: table,
  prepare(reader, place, prefix = "") {
    const values = reader.read(tableOf(place.dataDir), prefix);
    const adminKey = place.together ? reader.read(adminKeySettings, prefix).adminApiKey : null;
    const targets = readTargets(reader, place, prefix);
    return {
      name: "relay",
      databasePath: values.databasePath,
      maxDatabaseSize: values.maxDatabaseSize,
      diagnose: () => diagnoseUpstreams(remoteUpstreams(targets)),
      start(parts) {
        const upstreams = forEachKind((kind) => targetOf(kind, parts, targets[kind]));
        return { relay: startRelayService({ values, adminKey, upstreams, ...parts }) };
      },
    };
  },
};

function table({ dataDir, together }: Place) {
  return {
    ...tableOf(dataDir),
    ...(together ? adminKeySettings : {}),
    ...upstreamSettings({ required: !together }),
  };
}

function tableOf(dataDir: string) {
  return { ...serviceSettings(dataDir, RELAY_DEFAULTS), ...relaySettings };
}

/** A service of another process. */
interface Remote {
  readonly url: string;
  readonly apiKey: string;
}

/** Where the services are that this process does not run; what is missing the reader remembers. */
function readTargets(
  reader: SettingsReader,
  { together, services }: Place,
  prefix: string,
): Readonly<Record<Kind, Remote | null>> {
  const settings = upstreamSettings({ required: !together });
  const values: SettingValues<typeof settings> = reader.read(settings, prefix);
  return forEachKind((kind) => {
    if (services.includes(kind)) return null;
    const { url, key, name } = UPSTREAMS[kind];
    if (together) {
      for (const field of [url, key]) {
        if (values[field] !== null) continue;
        const { name: variable, wants } = settings[field];
        reader.problem(`${variable}: got nothing, wants ${wants} (the ${name} is not run here)`);
      }
    }
    return { url: values[url] ?? "", apiKey: values[key] ?? "" };
  });
}

/** The services of other processes, for the doctor; those whose address is missing are told already. */
function remoteUpstreams(
  targets: Readonly<Record<Kind, Remote | null>>,
): readonly Upstream[] {
  const settings = upstreamSettings({ required: false });
  return KINDS.flatMap((kind) => {
    const target = targets[kind];
    if (target === null || target.url === "") return [];
    const { name, url, key, path } = UPSTREAMS[kind];
    const variables = { urlVariable: settings[url].name, keyVariable: settings[key].name };
    return [{ name, path, ...target, ...variables }];
  });
}

function targetOf(kind: Kind, { ask }: ServiceParts, remote: Remote | null): UpstreamTarget {
  const { name } = UPSTREAMS[kind];
  if (remote) {
    const { url, apiKey } = remote;
    return { name, url, inProcess: false, apiKey, post: postTo(url) };
  }
  const sibling = ask(kind);
  if (!sibling) throw new Error(`The ${name} does not run before the Browser Relay`);
  return { name, url: `http://${kind}`, inProcess: true, ...sibling };
}
