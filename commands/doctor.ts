import { systemClock } from "../core/clock.ts";
import { text } from "../core/setting_kinds.ts";
import {
  processSources,
  settings,
  SettingsError,
  type SettingSources,
  SettingsReader,
} from "../core/settings.ts";
import { type Command, type CommandInput, type Flag, UsageError } from "./command_line.ts";
import { DATABASES } from "./databases.ts";
import { diagnoseDatabase, type PlacedDatabase } from "./doctor/databases.ts";
import { diagnoseFiles } from "./doctor/files.ts";
import { diagnoseProcess } from "./doctor/process.ts";
import { diagnoseServer } from "./doctor/server.ts";
import { fail, type Finding, ok, warn } from "./finding.ts";
import { settingFlags } from "./flags.ts";
import { print } from "./output.ts";
import { unknownMonlightVariables, variablesWithoutPrefix } from "./prepare.ts";
import { readTogether, serveFlags, SERVICES } from "./serve.ts";
import { aloneFlags, readAlone } from "./serve_alone.ts";
import type { PreparedService, ServedService } from "./served_service.ts";

const NAMES = SERVICES.map(({ name }) => name).join(", ");

const serverUrl = settings({
  url: {
    ...text("HEALTHCHECK_URL", {
      help: "address of a running server, which is asked for its health",
    }),
    flag: "url",
  },
});

const ownFlags: readonly Flag[] = [
  ...settingFlags(serverUrl),
  { name: "full", value: null, help: "check the databases whole, however long that takes" },
  { name: "json", value: null, help: "give the findings as JSON" },
];

/** `monlight doctor`: looks at everything that a service needs, changes nothing, and says what to do. */
export const doctorCommand: Command = {
  name: "doctor",
  args: "[service]",
  summary: "Look at all that `serve` (or `<service> serve`) needs, by its flags and variables",
  flags: [
    // Not shown again: they are many, and `monlight help serve` has them.
    ...[...serveFlags, ...SERVICES.flatMap(aloneFlags)].map((flag) => ({ ...flag, hidden: true })),
    ...ownFlags,
  ],
  run,
};

async function run({ flags, args }: CommandInput): Promise<number> {
  const alone = serviceNamed(args[0]);
  checkFlags(flags, alone);
  const sources = processSources(flags);
  const url = new SettingsReader(sources).read(serverUrl).url;
  const now = () => systemClock.now();
  const { findings, prepared } = await diagnoseSettings(sources, alone);
  const databases = prepared.map(placed);
  findings.push(...await diagnoseFiles(databases));
  for (const database of databases) {
    const full = flags.full !== undefined;
    findings.push(...await diagnoseDatabase(database, { full, now: now() }));
  }
  for (const service of prepared) findings.push(...await service.diagnose?.() ?? []);
  findings.push(...await diagnoseProcess(prepared.length));
  if (url !== null) findings.push(...await diagnoseServer(url, { now }));
  tell(findings, flags.json !== undefined);
  return findings.some(({ status }) => status === "fail") ? 1 : 0;
}

function serviceNamed(name: string | undefined): ServedService | undefined {
  const service = SERVICES.find((one) => one.name === name);
  if (name === undefined || service) return service;
  throw new UsageError(`Unknown service ${JSON.stringify(name)}; there are: ${NAMES}`);
}

/** Throws a `UsageError` at a flag that `serve`, or `<service> serve`, does not know. */
function checkFlags(given: CommandInput["flags"], alone: ServedService | undefined): void {
  const [command, flags] = alone
    ? [`${alone.name} serve`, aloneFlags(alone)] as const
    : ["serve", serveFlags] as const;
  const known = new Set([...flags, ...ownFlags].map(({ name }) => name));
  const unknown = Object.keys(given).find((name) => !known.has(name));
  if (unknown === undefined) return;
  throw new UsageError(`Unknown flag --${unknown}; \`monlight ${command} --help\` lists them`);
}

/** What is wrong with flags and variables; what is not is read all the same. */
async function diagnoseSettings(
  sources: SettingSources,
  alone: ServedService | undefined,
): Promise<{ findings: Finding[]; prepared: readonly PreparedService[] }> {
  const kept = alone ? null : await keptKey(sources);
  const reader = new SettingsReader(
    kept === null ? sources : { ...sources, defaults: { API_KEY: kept } },
  );
  const { prepared, services } = alone
    ? { prepared: [readAlone(reader, alone).prepared], services: [] }
    : readTogether(reader);
  const check = "configuration";
  const findings = problemsOf(reader).map((problem) =>
    fail(check, problem, "Set it right; the service does not start so")
  );
  for (const { variable } of unknownMonlightVariables(sources.env)) {
    findings.push(
      warn(
        check,
        `${variable} is ignored: no setting has that name`,
        "`monlight help serve` lists them",
      ),
    );
  }
  for (const { variable, instead } of variablesWithoutPrefix(sources.env, services)) {
    const why = `${variable} is ignored, since several services have it`;
    findings.push(warn(check, why, `Set ${instead} in its place`));
  }
  if (findings.length === 0) {
    findings.push(
      ok(check, `Settings are right, for ${prepared.map((one) => one.name).join(", ")}`),
    );
  }
  return { findings, prepared };
}

/** The key that `monlight start` made, which then stands for the required one; null without. */
async function keptKey(sources: SettingSources): Promise<string | null> {
  const { dataDir } = readTogether(new SettingsReader(sources));
  try {
    return (await Deno.readTextFile(`${dataDir}/api-key`)).trim();
  } catch {
    return null;
  }
}

function problemsOf(reader: SettingsReader): readonly string[] {
  try {
    reader.finish();
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

function placed({ name, databasePath: path, maxDatabaseSize: maxBytes }: PreparedService) {
  const database = DATABASES.find((one) => one.name === name);
  if (!database) throw new Error(`No database of ${name}`);
  return { ...database, path, maxBytes } satisfies PlacedDatabase;
}

function tell(findings: readonly Finding[], asJson: boolean): void {
  const count = (status: Finding["status"]) =>
    findings.filter((finding) => finding.status === status).length;
  const [failures, warnings] = [count("fail"), count("warn")];
  const status = failures > 0 ? "fail" : warnings > 0 ? "warn" : "ok";
  if (asJson) {
    print(JSON.stringify({ status, findings }, null, 2));
    return;
  }
  const width = Math.max(...findings.map(({ check }) => check.length));
  for (const { status, check, message, advice } of findings) {
    const sentence = advice === null ? message : `${message}. ${advice}`;
    print(`${status.padEnd(4)}  ${check.padEnd(width)}  ${sentence}`);
  }
  print(
    `\n${failures} ${failures === 1 ? "failure" : "failures"}, ${warnings} ${
      warnings === 1 ? "warning" : "warnings"
    }`,
  );
}
