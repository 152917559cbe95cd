import { SECOND } from "../core/clock.ts";
import { describeError } from "../core/failure.ts";
import { text } from "../core/setting_kinds.ts";
import { processSources, serverSettings, settings, SettingsReader } from "../core/settings.ts";
import type { Command, CommandInput, Flag } from "./command_line.ts";
import { settingFlags } from "./flags.ts";
import { printError } from "./output.ts";

const TIMEOUT_MS = 5 * SECOND;
const PORT = 5010;

/** The flag of serving commands that checks a running one instead of starting. */
export const HEALTHCHECK_FLAG: Flag = {
  name: "healthcheck",
  value: null,
  help: "check the one that runs on this port instead: exit 0 if it is well, else 1",
};

const healthcheckSettings = settings({
  port: serverSettings(PORT).port,
  url: {
    ...text("HEALTHCHECK_URL", { help: "its address; http://127.0.0.1:PORT unless given" }),
    flag: "url",
  },
});

/** `monlight healthcheck`, for container health checks. */
export const healthcheckCommand: Command = {
  name: "healthcheck",
  summary: "Ask a running Monlight for its health; exit 0 if it is well, else 1",
  flags: settingFlags(healthcheckSettings),
  async run({ flags }: CommandInput) {
    const reader = new SettingsReader(processSources(flags));
    const { port, url } = reader.read(healthcheckSettings);
    reader.finish();
    return await checkHealth(url ?? localUrl("", port));
  },
};

/** The `--healthcheck` of a serving command: asks the server of these flags and variables. */
export async function checkServed(flags: CommandInput["flags"], port: number): Promise<number> {
  const reader = new SettingsReader(processSources(flags));
  const { host, port: own } = serverSettings(port);
  const values = reader.read(settings({ host, port: own }));
  reader.finish();
  return await checkHealth(localUrl(values.host, values.port));
}

/** Where a server that listens on `host` is reached from the same machine. */
export function localUrl(host: string, port: number): string {
  const everywhere = host === "" || host === "0.0.0.0" || host === "::";
  const shown = everywhere ? "127.0.0.1" : host;
  return `http://${shown.includes(":") ? `[${shown}]` : shown}:${port}`;
}

/** 0 when `GET base/health` answers 200 in time, else 1 and why on standard error. */
export async function checkHealth(base: string): Promise<number> {
  const url = `${base.replace(/\/+$/, "")}/health`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const body = await response.text();
    if (response.status === 200) return 0;
    printError(`${url} answered ${response.status}: ${body.slice(0, 200)}`);
  } catch (error) {
    printError(`${url} did not answer: ${describeError(error)}`);
  }
  return 1;
}
