/** The reference of settings and flags, from the program's help. */
import { type FlagHelp, readHelp } from "../../tests/docs/program_help.ts";
import { code, table } from "./table.ts";

const INTRODUCTION = `# Configuration

<!-- Made by \`deno task docs\` from the settings in the code; changes here are overwritten. -->

Every setting is a variable and a flag; flags win. An empty value counts as not given. A secret can be in
a file, which \`…_FILE\` names (Docker and systemd secrets). Wrong values end the start with exit code 2 and
are all told at once. \`monlight help <command>\` prints what this page has.

In \`monlight serve\` a setting of one service can carry the service's prefix (\`ERRORS_\`, \`LOGS_\`,
\`METRICS_\`, \`RELAY_\`), and must where several services have one of that name. Where both are given, the
prefixed one wins. A variable that begins with \`MONLIGHT_\` is no setting; the server warns about it (but
for \`MONLIGHT_API_KEY\`, which clients use).

The compose files take their values from \`secrets.env\` beside them; see [Operations](operations.md).
`;

/** Commands that serve, in the order of the page. */
const SERVING: readonly (readonly [command: string, title: string])[] = [
  ["serve", "Everything in one process: `monlight serve`"],
  ["errors serve", "The Error Tracker alone: `monlight errors serve`"],
  ["logs serve", "The Log Viewer alone: `monlight logs serve`"],
  ["metrics serve", "The Metrics Collector alone: `monlight metrics serve`"],
  ["relay serve", "The Browser Relay alone: `monlight relay serve`"],
];

export async function configurationPage(): Promise<string> {
  const help = await readHelp();
  const sections = SERVING.map(([command, title]) => {
    const flags = help.get(command);
    if (flags === undefined) throw new Error(`monlight has no command ${command}`);
    return `## ${title}\n\n${settingsTable(flags.filter(({ variables }) => variables.length > 0))}`;
  });
  const served = new Set([...SERVING.map(([command]) => command), "start"]);
  const others = [...help].filter(([command, flags]) => !served.has(command) && flags.length > 0)
    .map(([command, flags]) => `### \`monlight ${command}\`\n\n${settingsTable(flags)}`);
  return [
    INTRODUCTION,
    ...sections,
    "`monlight start` takes what `monlight serve` takes; it makes a key where none is given, and logs " +
    "warnings and errors alone.",
    "## The other commands",
    ...others,
  ].join("\n\n");
}

function settingsTable(flags: readonly FlagHelp[]): string {
  return table(
    ["Variable", "Flag", "Default", "What it is"],
    flags.map(({ flag, variables, fallback, required, help }) => [
      variables.map(code).join(" "),
      code(flag),
      required ? "required" : code(fallback ?? ""),
      help,
    ]),
  );
}
