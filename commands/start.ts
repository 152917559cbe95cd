import { bytesToHex, randomBytes } from "@noble/hashes/utils.js";
import type { Server } from "../core/http/server.ts";
import { processSources, serverSettings, settings, SettingsReader } from "../core/settings.ts";
import { CommandError, dataDirSettings, exists } from "./databases.ts";
import type { Command, CommandInput } from "./command_line.ts";
import { print } from "./output.ts";
import { makeFolder } from "./prepare.ts";
import { PORT, serve, serveFlags } from "./serve.ts";

const KEY_HELP =
  "the key that clients send in X-API-Key (env API_KEY[_FILE]; made and kept in DATA_DIR " +
  "unless given)";

/** `monlight start`: `serve` without any configuration, for a first look and for small servers. */
export const startCommand: Command = {
  name: "start",
  summary: "Serve everything without configuration: makes a key and tells how to begin",
  flags: serveFlags.map((flag) => flag.name === "api-key" ? { ...flag, help: KEY_HELP } : flag),
  run,
};

async function run({ flags }: CommandInput): Promise<number> {
  const sources = processSources(flags);
  const { dataDir } = new SettingsReader(sources).read(dataDirSettings);
  const { env } = sources;
  const hasKey = [flags["api-key"], env.API_KEY, env.API_KEY_FILE].some((value) => value?.trim());
  const keyPath = `${dataDir}/api-key`;
  const made: Record<string, string> = {};
  if (!hasKey) {
    await makeFolder(dataDir);
    made.API_KEY = await keptKey(keyPath);
  }
  const { port } = new SettingsReader(sources).read(settings({ port: serverSettings(PORT).port }));
  const defaults = { LOG_LEVEL: "WARN", BASE_URL: `http://localhost:${port}`, ...made };
  return await serve({ ...sources, defaults }, (server) => {
    greet(server, made.API_KEY ? { key: made.API_KEY, path: keyPath } : null);
  });
}

/** The key of earlier runs, or a new one that only the owner can read. */
async function keptKey(path: string): Promise<string> {
  if (await exists(path)) {
    const key = (await Deno.readTextFile(path)).trim();
    if (key === "") {
      throw new CommandError(`The key file ${path} is empty; delete it to get a new key`);
    }
    return key;
  }
  const key = bytesToHex(randomBytes(16));
  // Written whole under another name first: a half-written key would lock everyone out.
  await Deno.writeTextFile(`${path}.new`, `${key}\n`, { mode: 0o600 });
  await Deno.rename(`${path}.new`, path);
  return key;
}

function greet({ port }: Server, made: { key: string; path: string } | null): void {
  const url = `http://localhost:${port}`;
  const key = made?.key ?? "$API_KEY";
  print(`
  Monlight is running.

    Open      ${url}
    Sign in   ${made ? `${made.key}   (kept in ${made.path})` : "with your API_KEY"}

  Report a first error:

    curl ${url}/api/errors \\
      -H 'X-API-Key: ${key}' -H 'Content-Type: application/json' \\
      -d '{"project":"shop","exception_type":"ValueError","message":"could not convert string to float: \\"n/a\\"","traceback":"Traceback (most recent call last):\\n  File \\"/srv/shop/app/checkout.py\\", line 88, in parse_price\\n    return float(text)\\nValueError: could not convert string to float: \\"n/a\\""}'

  Ctrl-C ends it.
`);
}
