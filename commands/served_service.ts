/** What the serving commands know of a service, whichever it is. */
import type { Clock } from "../core/clock.ts";
import type { ErrorService } from "../core/errors/service.ts";
import type { LogService } from "../core/logs/service.ts";
import type { MetricService } from "../core/metrics/service.ts";
import type { RelayService } from "../core/relay/service.ts";
import type { Logger } from "../core/logger.ts";
import type { KeyName, SettingsReader, SettingsTable } from "../core/settings.ts";
import type { Post } from "../core/relay/upstream.ts";
import type { Telemetry } from "../core/telemetry.ts";
import type { Finding } from "./finding.ts";

/** A service that can be served, alone or together with the others. */
export interface ServedService {
  /** On the command line, in logs and in `/health`. */
  readonly name: keyof RunningServices;
  /** The prefix of its variables in `monlight serve`. */
  readonly prefix: string;
  /** All its own settings, with the defaults that hold in this place. */
  settings(place: Place): SettingsTable;
  /** What its key is called where it is served alone; `API_KEY` unless given. */
  readonly key?: KeyName;
  /** Reads them; what is wrong with them the reader remembers. */
  prepare(reader: SettingsReader, place: Place, prefix?: string): PreparedService;
}

/** Where a service is served, which decides some of its defaults. */
export interface Place {
  /** The folder of its database. */
  readonly dataDir: string;
  /** Whether services run together in one process. */
  readonly together: boolean;
  /** Names of the services that do. */
  readonly services: readonly string[];
}

/** A service whose settings are read. */
export interface PreparedService {
  readonly name: keyof RunningServices;
  readonly databasePath: string;
  /** Bytes that its database may have on disk; 0 for no limit. */
  readonly maxDatabaseSize: number;
  /** What `monlight doctor` looks at beside the database: what this service needs of the world. */
  diagnose?(): Promise<readonly Finding[]>;
  /** Opens its database and starts it; throws when it cannot. */
  start(parts: ServiceParts): RunningServices;
}

/** What a service gets from the process. */
export interface ServiceParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  /** Asks a service that was started before, by its HTTP API, as a part of this process. */
  readonly ask: (service: keyof RunningServices) => InProcessService | null;
}

/** A service of this process, for another one. */
export interface InProcessService {
  /** The key that it takes from this process alone. */
  readonly apiKey: string;
  /** Posts a text to one of its paths. */
  readonly post: Post;
}

/** The services of this process; a coming one adds its line. */
export interface RunningServices {
  readonly errors?: ErrorService;
  readonly logs?: LogService;
  readonly metrics?: MetricService;
  readonly relay?: RelayService;
}
