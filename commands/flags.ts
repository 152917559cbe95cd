/** Flags of the command line, made from the tables of settings. */
import type { Setting } from "../core/setting_kinds.ts";
import { flagName, settingNames, type SettingsTable } from "../core/settings.ts";
import type { Flag } from "./command_line.ts";

/** A flag for every setting of a table; its help tells variable and default. */
export function settingFlags(table: SettingsTable, prefix = ""): Flag[] {
  return Object.values<Setting<unknown>>(table).flatMap((setting) =>
    settingNames(setting, prefix).map((name, index) => ({
      name: flagName(setting, name),
      value: placeholder(setting),
      help: describe(setting, prefix),
      hidden: index > 0,
    }))
  );
}

function describe(setting: Setting<unknown>, prefix: string): string {
  const names = settingNames(setting, prefix);
  const variables = setting.secret ? names.map((name) => `${name}[_FILE]`) : names;
  const notes = [`env ${variables.join(" or ")}`];
  if (setting.fallback === undefined) notes.push("required");
  else if (isTelling(setting.fallback)) notes.push(`default ${setting.fallback}`);
  return `${setting.help} (${notes.join("; ")})`;
}

function isTelling(fallback: unknown): boolean {
  return fallback !== null && !(Array.isArray(fallback) && fallback.length === 0);
}

function placeholder(setting: Setting<unknown>): string {
  if (setting.secret) return "secret";
  switch (typeof setting.fallback) {
    case "number":
      return "n";
    case "boolean":
      return "true|false";
    default:
      return "value";
  }
}
