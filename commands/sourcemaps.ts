import { LIMITS } from "../core/relay/model.ts";
import { secret, url } from "../core/setting_kinds.ts";
import { processSources, settings, SettingsReader } from "../core/settings.ts";
import { characters } from "../core/text.ts";
import { type Command, type CommandInput, UsageError } from "./command_line.ts";
import { CommandError } from "./databases.ts";
import { settingFlags } from "./flags.ts";
import { findMaps, type Found, type FoundMap } from "./found_maps.ts";
import { clearProgress, formatBytes, print, printError, showProgress } from "./output.ts";
import { NoRelayError, sendMap, type Target, uploadBody } from "./send_map.ts";

const relaySettings = settings({
  url: {
    ...url("RELAY_URL", { help: "address of the relay", fallback: "http://127.0.0.1:5010" }),
    flag: "url",
  },
});

/** The key has no flag: what is on a command line, others on the machine can read. */
const keySettings = settings({
  adminApiKey: secret("ADMIN_API_KEY", { help: "the relay's admin key" }),
  apiKey: secret("API_KEY", { help: "the relay's admin key" }),
});

/** `monlight sourcemaps upload`, for the build of a page. */
export const sourcemapsUploadCommand: Command = {
  name: "sourcemaps upload",
  args: "<folder>",
  summary:
    "Upload the source maps of built scripts to the relay, to make errors of a release readable",
  flags: [
    { name: "project", value: "value", help: "the project, as its DSN key has it; required" },
    { name: "release", value: "value", help: "the release, as the page tells it; required" },
    {
      name: "url-prefix",
      value: "value",
      help: "where the folder is served: `/static` or `https://cdn.example/app`; `/` unless given",
    },
    ...settingFlags(relaySettings),
    {
      name: "api-key-file",
      value: "path",
      help: "file with the relay's admin key, where ADMIN_API_KEY and API_KEY are not set " +
        "(env API_KEY_FILE)",
    },
    { name: "dry-run", value: null, help: "only tell what would be uploaded" },
  ],
  run,
};

async function run({ flags, args }: CommandInput): Promise<number> {
  const isDry = flags["dry-run"] !== undefined;
  const target = readTarget(flags, isDry);
  const prefix = (flags["url-prefix"] || "/").replace(/\/*$/, "/");
  const [folder = "."] = args;
  const found = await findMaps(folder, (count) => {
    if (count % 100 === 0) showProgress(`${count} files looked at`);
  });
  clearProgress();
  if (found.maps.length === 0) throw new CommandError(nothingFound(folder, found));
  const outcome = await uploadAll(found.maps, { target, prefix, isDry });
  clearProgress();
  print(summary(outcome, found, target, isDry));
  return outcome.failed === 0 ? 0 : 1;
}

function readTarget(flags: CommandInput["flags"], isDry: boolean): Target {
  const project = name(flags, "project", LIMITS.project);
  const release = name(flags, "release", LIMITS.release);
  const sources = processSources(flags);
  const file = flags["api-key-file"];
  // The file that is named on the command line wins.
  const keyEnv = file ? { API_KEY_FILE: file } : sources.env;
  const reader = new SettingsReader(sources);
  const { url: address } = reader.read(relaySettings);
  const keyReader = new SettingsReader({ ...sources, flags: {}, env: keyEnv });
  const { adminApiKey, apiKey } = keyReader.read(keySettings);
  const key = adminApiKey ?? apiKey ?? "";
  reader.finish();
  keyReader.finish();
  if (!isDry && key === "") {
    throw new UsageError("No key: set ADMIN_API_KEY or API_KEY, or name a file by --api-key-file");
  }
  if (!isDry && !/^[\x21-\x7e]{1,512}$/.test(key)) {
    throw new UsageError("The key is not one: it wants 1 to 512 visible ASCII characters");
  }
  return { url: address, key, project, release };
}

function name(flags: CommandInput["flags"], flag: string, most: number): string {
  const value = flags[flag]?.trim() ?? "";
  if (value === "") throw new UsageError(`monlight sourcemaps upload needs --${flag}`);
  if (characters(value) > most) {
    throw new UsageError(`--${flag} must be at most ${most} characters`);
  }
  return value;
}

interface Outcome {
  uploaded: number;
  failed: number;
  bytes: number;
}

async function uploadAll(
  maps: readonly FoundMap[],
  { target, prefix, isDry }: {
    readonly target: Target;
    readonly prefix: string;
    readonly isDry: boolean;
  },
): Promise<Outcome> {
  const outcome = { uploaded: 0, failed: 0, bytes: 0 };
  for (const [index, map] of maps.entries()) {
    showProgress(`${index + 1} of ${maps.length}: ${map.path}`);
    const fileUrl = prefix + addressPath(map.script);
    try {
      const text = await map.read();
      const body = uploadBody(target, fileUrl, text);
      if (isDry) print(`${fileUrl}  ${formatBytes(body.length)}  ${map.path}`);
      else await sendMap(target, body);
      outcome.uploaded++;
      outcome.bytes += body.length;
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      clearProgress();
      outcome.failed++;
      printError(`${map.path} failed: ${error.message}`);
      if (!(error instanceof NoRelayError)) continue;
      const left = maps.length - index - 1;
      if (left > 0) printError(`${left} more were not tried`);
      outcome.failed += left;
      break;
    }
  }
  return outcome;
}

/** A path as it stands in an address: what would begin a query, a fragment or an encoding is encoded. */
function addressPath(path: string): string {
  return path.replace(/[%?#]/g, encodeURIComponent);
}

function summary(
  { uploaded, failed, bytes }: Outcome,
  { withoutMap }: Found,
  { project, release }: Target,
  isDry: boolean,
): string {
  const total = uploaded + failed;
  const done = isDry ? "Would upload" : "Uploaded";
  const lines = [
    `${done} ${uploaded} of ${total} source maps for ${project} ${release} (${formatBytes(bytes)})`,
  ];
  if (withoutMap === 1) lines.push("1 script has none");
  if (withoutMap > 1) lines.push(`${withoutMap} scripts have none`);
  return lines.join("; ");
}

function nothingFound(folder: string, { withoutMap }: Found): string {
  const scripts = withoutMap === 0 ? "no scripts" : `${withoutMap} scripts, none with a map`;
  return `No source maps in ${folder}: it has ${scripts}. Does the build write them?`;
}
