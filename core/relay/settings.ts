import { integer, key, list, type Setting, text } from "../setting_kinds.ts";
import { settings } from "../settings.ts";
import { characters } from "../text.ts";
import type { SeededKey } from "./dsn_keys.ts";
import { LIMITS } from "./model.ts";

/** Defaults of the settings that every service has. */
export const RELAY_DEFAULTS = {
  databaseFile: "browser-relay.db",
  rateLimit: 300,
  maxBodySize: 64 * 1024,
} as const;

/** The variables of the Browser Relay itself; those every service has are in `core/settings.ts`. */
export const relaySettings = settings({
  corsOrigins: list("CORS_ORIGINS", {
    help: "origins whose pages may read answers, exactly as browsers send them, comma-separated; " +
      "those of this server alone unless given",
    wants: `at most ${LIMITS.origins} origins such as https://shop.example.org, separated by ` +
      "commas, without a path or a slash at the end",
    max: LIMITS.origins,
    check: isOrigin,
  }),
  dsnKeys: seededKeys("DSN_KEYS", {
    help: "public keys to be there from the start: project:key, comma-separated",
  }),
  retentionDays: integer("RETENTION_DAYS", {
    help: "days a source map is kept after its upload",
    fallback: 90,
    min: 1,
    max: 36500,
    shared: true,
  }),
});

/**
 * Where submissions go, and with which key. Not `required` where the services may be in this process, which then
 * win.
 */
export function upstreamSettings({ required }: { readonly required: boolean }) {
  const note = required ? "" : ", where it is not run here";
  const url = (name: string, whose: string) =>
    orRequired(required, upstreamUrl(name, { help: `address of ${whose}${note}` }));
  const apiKey = (name: string, whose: string) =>
    orRequired(required, optionalKey(name, { help: `API_KEY of ${whose}${note}` }));
  return settings({
    errorTrackerUrl: url("ERROR_TRACKER_URL", "the Error Tracker"),
    errorTrackerApiKey: apiKey("ERROR_TRACKER_API_KEY", "the Error Tracker"),
    metricsCollectorUrl: url("METRICS_COLLECTOR_URL", "the Metrics Collector"),
    metricsCollectorApiKey: apiKey("METRICS_COLLECTOR_API_KEY", "the Metrics Collector"),
  });
}

function orRequired(required: boolean, setting: Setting<string | null>): Setting<string | null> {
  return required ? { ...setting, fallback: undefined } : setting;
}

/** The key of administration, where it is not that of the process. */
export const adminKeySettings = settings({
  adminApiKey: optionalKey("ADMIN_API_KEY", {
    help: "the key for DSN keys and source maps; API_KEY unless given",
  }),
});

/** An origin as browsers write it: in small letters, without a default port, a path or a slash. */
function isOrigin(text: string): boolean {
  // An address may have a star in it, but no host has: it would be meant as a pattern, and match nothing.
  if (text.includes("*")) return false;
  if (/^https?:/.test(text)) return URL.canParse(text) && new URL(text).origin === text;
  // Apps made of pages have origins of their own, such as capacitor://localhost.
  return /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9.-]+$/.test(text);
}

/** An http or https address without a slash at its end; null when not given. */
function upstreamUrl(name: string, options: { readonly help: string }): Setting<string | null> {
  return {
    ...text(name, options),
    wants: "an http:// or https:// address",
    parse(value) {
      if (!URL.canParse(value)) return undefined;
      const { protocol, search, hash } = new URL(value);
      if (!/^https?:$/.test(protocol) || search !== "" || hash !== "") return undefined;
      return value.replace(/\/+$/, "");
    },
  };
}

/** A key that goes in an HTTP header; null when not given. */
function optionalKey(name: string, options: { readonly help: string }): Setting<string | null> {
  return { ...key(name, options), fallback: null };
}

/** Pairs of a project and a key, separated by commas. */
function seededKeys(
  name: string,
  options: { readonly help: string },
): Setting<readonly SeededKey[]> {
  return {
    ...list(name, { ...options, wants: "" }),
    wants: "pairs project:key separated by commas, each key once, of 8 to 128 letters, digits, " +
      `_ and -, and each project of at most ${LIMITS.project} characters`,
    fallback: [],
    parse(value) {
      const keys = new Map<string, SeededKey>();
      for (const pair of value.split(",").map((item) => item.trim())) {
        if (pair === "") continue;
        const colon = pair.lastIndexOf(":");
        const project = pair.slice(0, Math.max(0, colon)).trim();
        const publicKey = pair.slice(colon + 1).trim();
        const known = keys.get(publicKey);
        const isGood = project !== "" && characters(project) <= LIMITS.project &&
          /^[\w-]{8,128}$/.test(publicKey) && (known === undefined || known.project === project);
        if (!isGood) return undefined;
        keys.set(publicKey, { project, publicKey });
      }
      return keys.size <= LIMITS.keys ? [...keys.values()] : undefined;
    },
  };
}
