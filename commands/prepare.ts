/** Steps before services start. */
import type { Logger } from "../core/logger.ts";
import { CommandError } from "./databases.ts";
import {
  type SettingSources,
  type SettingsTable,
  unknownVariables,
  unprefixedVariables,
} from "../core/settings.ts";

/** Makes the folder that a file will be in; others than the owner have no business there. */
export async function makeParentFolder(path: string): Promise<void> {
  const folder = path.replace(/[/\\][^/\\]*$/, "");
  if (folder !== path && folder !== "") await makeFolder(folder);
}

export async function makeFolder(path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    const inTheWay = error instanceof Deno.errors.AlreadyExists ||
      error instanceof Deno.errors.NotADirectory;
    const why = inTheWay
      ? "a file is in its place"
      : error instanceof Error
      ? error.message
      : error;
    throw new CommandError(`Cannot make folder ${JSON.stringify(path)}: ${why}`, { cause: error });
  }
}

/** The key of clients, which may be in the environment of a server that reports to itself. */
const CLIENT_VARIABLES = new Set(["MONLIGHT_API_KEY"]);

/** A variable that nothing reads, and why. */
export interface IgnoredVariable {
  readonly variable: string;
  /** What to write in its place, where that is known. */
  readonly instead?: string;
}

/** No setting of Monlight begins with its name, so a variable that does is a mistake. */
export function unknownMonlightVariables(env: SettingSources["env"]): readonly IgnoredVariable[] {
  return unknownVariables(env, CLIENT_VARIABLES).map((variable) => ({ variable }));
}

/** In `monlight serve` a variable that several services have needs the prefix of the one it is for. */
export function variablesWithoutPrefix(
  env: SettingSources["env"],
  services: readonly { readonly prefix: string; readonly table: SettingsTable }[],
): readonly IgnoredVariable[] {
  const instead = new Map<string, string[]>();
  for (const { prefix, table } of services) {
    for (const variable of unprefixedVariables(env, table)) {
      instead.set(variable, [...instead.get(variable) ?? [], prefix + variable]);
    }
  }
  return [...instead].map(([variable, names]) => ({ variable, instead: names.join(" or ") }));
}

export function warnOfUnknownVariables(env: SettingSources["env"], logger: Logger): void {
  for (const { variable } of unknownMonlightVariables(env)) {
    logger.warn("Unknown variable is ignored", { variable });
  }
}

export function warnOfUnprefixedVariables(
  env: SettingSources["env"],
  services: readonly { readonly prefix: string; readonly table: SettingsTable }[],
  logger: Logger,
): void {
  for (const { variable, instead } of variablesWithoutPrefix(env, services)) {
    logger.warn("Variable is ignored, since several services have it", { variable, instead });
  }
}
