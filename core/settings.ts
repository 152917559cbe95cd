/**
 * Settings: declared once as a table, read from flags and environment, all problems at once.
 * The only module that reads the environment.
 */
import { LOG_LEVELS, type LogLevel } from "./logger.ts";
import { boolean, byteSize, choice, integer, key, type Setting, string } from "./setting_kinds.ts";

/** Settings of all types, by the names of their values. */
export type SettingsTable = Readonly<Record<string, Setting<unknown>>>;

export type SettingValues<Table extends SettingsTable> = Readonly<
  { [Key in keyof Table]: Table[Key] extends Setting<infer T> ? T : never }
>;

/** Names a table of settings; it only fixes the types. */
export function settings<Table extends SettingsTable>(table: Table): Table {
  return table;
}

/** What the key of a process is called. */
export interface KeyName {
  readonly name: string;
  readonly help: string;
}

const API_KEY: KeyName = { name: "API_KEY", help: "the key that clients send in X-API-Key" };

/** What every HTTP service has, one time a process. */
export function serverSettings(port: number, { name, help }: KeyName = API_KEY) {
  return settings({
    port: integer("PORT", { help: "port to listen on", fallback: port, min: 0, max: 65535 }),
    host: string("HOST", { help: "address to listen on", fallback: "0.0.0.0" }),
    apiKey: key(name, { help }),
    trustProxy: boolean("TRUST_PROXY", {
      help: "take client addresses from X-Forwarded-For, behind a reverse proxy of yours",
      fallback: false,
    }),
    logLevel: choice<LogLevel>("LOG_LEVEL", {
      help: "least urgent level that is logged",
      fallback: "INFO",
      choices: LOG_LEVELS,
    }),
  });
}

/** A slice's defaults of the settings that every service has. */
export interface ServiceDefaults {
  /** The file's name in the folder of databases. */
  readonly databaseFile: string;
  readonly rateLimit: number;
  readonly maxBodySize: number;
}

/** What each slice has of its own: a database, in this folder unless told otherwise, and limits. */
export function serviceSettings(dataDir: string, defaults: ServiceDefaults) {
  return settings({
    databasePath: string("DATABASE_PATH", {
      help: "the database file",
      wants: "a path",
      fallback: `${dataDir}/${defaults.databaseFile}`,
      shared: true,
    }),
    rateLimit: integer("RATE_LIMIT", {
      help: "requests a minute for each key; 0 turns the limit off",
      fallback: defaults.rateLimit,
      min: 0,
      max: 10_000_000,
      shared: true,
    }),
    maxBodySize: integer("MAX_BODY_SIZE", {
      help: "largest request body in bytes",
      fallback: defaults.maxBodySize,
      min: 1024,
      max: 1024 ** 3,
      shared: true,
    }),
    maxDatabaseSize: byteSize("MAX_DATABASE_SIZE", {
      help: "size on disk beyond which the oldest data make room, such as 500MB or 2GiB; " +
        "0 is no limit",
      fallback: 0,
      min: 32_000_000,
      max: 1000 ** 5,
      shared: true,
    }),
  });
}

/** Where values come from. */
export interface SettingSources {
  /** By flag name without dashes in front: `retention-days`. */
  readonly flags: Readonly<Record<string, string | undefined>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Values in place of the settings' own fallbacks, by variable. */
  readonly defaults?: Readonly<Record<string, string>>;
  /** Reads the file that a `NAME_FILE` variable names. */
  readonly readFile: (path: string) => string;
}

/** The start cannot go on: every problem with flags and variables, a line each. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** The flag of a setting under one of its names: `RETENTION_DAYS` → `retention-days`. */
export function flagName(setting: Setting<unknown>, name: string = setting.name): string {
  if (setting.flag !== undefined && name === setting.name) return setting.flag;
  return name.toLowerCase().replaceAll("_", "-");
}

/** The names a setting goes by, the strongest first. */
export function settingNames(setting: Setting<unknown>, prefix: string): readonly string[] {
  if (prefix === "") return [setting.name];
  const prefixed = prefix + setting.name;
  return setting.shared ? [prefixed] : [prefixed, setting.name];
}

/**
 * Collects values and problems of several tables, so that all problems are told at once.
 * Flags win over variables; an empty value counts as absent.
 */
export class SettingsReader {
  readonly #sources: SettingSources;
  readonly #problems: string[] = [];

  constructor(sources: SettingSources) {
    this.#sources = sources;
  }

  /** The values of a table; where one is wrong it is remembered as a problem and holds its fallback. */
  read<Table extends SettingsTable>(table: Table, prefix = ""): SettingValues<Table> {
    const values = Object.entries(table).map(([key, setting]) => [key, this.#one(setting, prefix)]);
    // Built entry by entry from the table, so its keys and types are the table's.
    return Object.freeze(Object.fromEntries(values)) as SettingValues<Table>;
  }

  /** Adds a problem that only the values together show. */
  problem(sentence: string): void {
    this.#problems.push(sentence);
  }

  /** Throws what was wrong, if anything was. */
  finish(): void {
    if (this.#problems.length > 0) throw new SettingsError(this.#problems);
  }

  #one<T>(setting: Setting<T>, prefix: string): T | undefined {
    const names = settingNames(setting, prefix);
    const given = this.#flag(setting, names) ?? this.#variable(setting, names) ??
      this.#default(names);
    if (given === "unreadable") return setting.fallback;
    if (given === undefined) {
      if (setting.fallback === undefined) {
        this.problem(`${names.at(-1)}: got nothing, wants ${setting.wants} (${setting.help})`);
      }
      return setting.fallback;
    }
    const value = setting.parse(given.value);
    if (value !== undefined) return value;
    const got = setting.secret ? "a value that is not shown" : JSON.stringify(given.value);
    this.problem(`${given.from}: got ${got}, wants ${setting.wants}`);
    return setting.fallback;
  }

  #flag(setting: Setting<unknown>, names: readonly string[]): Given | undefined {
    for (const name of names) {
      const flag = flagName(setting, name);
      const value = this.#sources.flags[flag]?.trim();
      if (value) return { value, from: `--${flag}` };
    }
    return undefined;
  }

  #variable(
    { secret }: Setting<unknown>,
    names: readonly string[],
  ): Given | "unreadable" | undefined {
    for (const name of names) {
      const value = this.#sources.env[name]?.trim();
      if (value) return { value, from: name };
      const path = secret ? this.#sources.env[`${name}_FILE`] : undefined;
      const content = path ? this.#file(`${name}_FILE`, path) : undefined;
      if (content !== undefined) return content;
    }
    return undefined;
  }

  #file(variable: string, path: string): Given | "unreadable" | undefined {
    try {
      const content = this.#sources.readFile(path).trim();
      return content === "" ? undefined : { value: content, from: variable };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.problem(`${variable}: got ${JSON.stringify(path)}, wants a file to read (${why})`);
      return "unreadable";
    }
  }

  #default(names: readonly string[]): Given | undefined {
    for (const name of names) {
      const value = this.#sources.defaults?.[name];
      if (value !== undefined) return { value, from: name };
    }
    return undefined;
  }
}

/** A value with the name of where it was given. */
interface Given {
  readonly value: string;
  readonly from: string;
}

/** Flags from the command line with this process's environment and files. */
export function processSources(flags: SettingSources["flags"]): SettingSources {
  return { flags, env: Deno.env.toObject(), readFile: Deno.readTextFileSync };
}

/** Variables that several services have and that are there without a prefix, where they mean nothing. */
export function unprefixedVariables(
  env: SettingSources["env"],
  table: SettingsTable,
): readonly string[] {
  return Object.values<Setting<unknown>>(table)
    .filter(({ shared, name }) => shared && env[name]?.trim())
    .map(({ name }) => name);
}

/** Variables named `MONLIGHT_…` that no setting knows: most likely mistaken. */
export function unknownVariables(
  env: SettingSources["env"],
  known: ReadonlySet<string>,
): readonly string[] {
  return Object.keys(env).filter((name) => name.startsWith("MONLIGHT_") && !known.has(name)).sort();
}
