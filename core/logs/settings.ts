import { integer, list, number, type Setting, string } from "../setting_kinds.ts";
import { settings } from "../settings.ts";

/** Defaults of the settings that every service has. */
export const LOG_DEFAULTS = {
  databaseFile: "logs.db",
  rateLimit: 60,
  maxBodySize: 64 * 1024,
} as const;

/** Defaults that are others when all services run in one process. */
export interface LogSettingDefaults {
  /** Names or globs of containers; `undefined` makes the setting required. */
  readonly containers: readonly string[] | undefined;
  readonly maxEntries: number;
}

/** The variables of the Log Viewer itself; those every service has are in `core/settings.ts`. */
export function logSettings(defaults: LogSettingDefaults) {
  return settings({
    containers: containers(defaults.containers),
    logSources: string("LOG_SOURCES", {
      help: "the folder in which Docker keeps a folder with logs for each container",
      fallback: "/var/lib/docker/containers",
      wants: "a path",
    }),
    maxEntries: integer("MAX_ENTRIES", {
      help: "entries that are kept; the oldest go",
      fallback: defaults.maxEntries,
      min: 1,
      max: 1_000_000_000,
    }),
    pollInterval: number("POLL_INTERVAL", {
      help: "seconds between looks at the log files; a live tail looks more often",
      fallback: 2,
      min: 0.05,
      max: 3600,
    }),
    tailBuffer: integer("TAIL_BUFFER", {
      help: "bytes read from the end of a log file that is seen for the first time; 0 reads all " +
        "of it, rotated files included",
      fallback: 65_536,
      min: 0,
      max: 1024 ** 4,
    }),
  });
}

/** Patterns of container names, each without the slash that Docker itself puts before a name. */
function containers(fallback: readonly string[] | undefined): Setting<readonly string[]> {
  const patterns = list("CONTAINERS", {
    help: "containers whose logs are read: names or globs with *, comma-separated; * alone is all",
    wants: "names of containers, or globs with *, separated by commas",
    check: (pattern) => /^\/?[A-Za-z0-9_.*-]+$/.test(pattern),
  });
  return {
    ...patterns,
    fallback,
    parse(text) {
      const given = patterns.parse(text) ?? [];
      return given.length > 0 ? given.map((pattern) => pattern.replace(/^\//, "")) : undefined;
    },
  };
}
