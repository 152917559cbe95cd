/**
 * Commands, their flags and their help. Written by hand: the well-known libraries load Node's process and
 * file layers, 8 MB of resident memory in a program that is to idle below 60, and the flags come ready
 * from the tables of settings anyway.
 */

/** A flag of a command. */
export interface Flag {
  /** Without dashes: `retention-days`. */
  readonly name: string;
  readonly help: string;
  /** What its value is called in help; null for a flag that is there or not. */
  readonly value: string | null;
  readonly hidden?: boolean;
}

export interface Command {
  /** One or two words: `backup`, `errors serve`. */
  readonly name: string;
  readonly summary: string;
  /** Arguments beside flags, as help shows them: `[service...]`, `<file>`; only the last can repeat. */
  readonly args?: string;
  readonly flags: readonly Flag[];
  /** Resolves with the exit code. */
  run(input: CommandInput): Promise<number>;
}

export interface CommandInput {
  /** Values of the flags given, by name; `""` for one without a value. */
  readonly flags: Readonly<Record<string, string | undefined>>;
  readonly args: readonly string[];
}

/** The command line is wrong; the message says how, for standard error. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** What a command line asks for. */
export type Parsed =
  | { readonly kind: "run"; readonly command: Command; readonly input: CommandInput }
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "version" };

/** Finds the command and reads its flags and arguments. Throws a `UsageError`. */
export function parseCommandLine(commands: readonly Command[], argv: readonly string[]): Parsed {
  const words = argv[0] === "help" ? [...argv.slice(1), "--help"] : argv;
  const [first] = words;
  if (first === undefined || first === "--help" || first === "-h") {
    return { kind: "help", text: overview(commands) };
  }
  if (first === "--version") return { kind: "version" };
  const command = commands.find(({ name }) => startsWithWords(words, name));
  if (!command) return missing(commands, words);
  const rest = words.slice(command.name.split(" ").length);
  if (rest.includes("--help") || rest.includes("-h")) return { kind: "help", text: help(command) };
  const input = readInput(command, rest);
  checkArguments(command, input.args);
  return { kind: "run", command, input };
}

function startsWithWords(words: readonly string[], name: string): boolean {
  return name.split(" ").every((word, index) => words[index] === word);
}

/** A group such as `errors` without its second word, or no command at all. */
function missing(commands: readonly Command[], words: readonly string[]): Parsed {
  const [first = "", second] = words;
  const group = commands.filter(({ name }) => name.startsWith(`${first} `));
  if (group.length > 0 && (second === undefined || second.startsWith("-"))) {
    const text = overview(group);
    if (second === "--help" || second === "-h") return { kind: "help", text };
    throw new UsageError(text);
  }
  const asked = group.length > 0 ? `${first} ${second}` : first;
  const names = commands.map(({ name }) => name);
  const firstWords = [...new Set(names.map((name) => name.split(" ")[0] ?? ""))];
  const near = suggestion(asked, names) || suggestion(first, firstWords);
  throw new UsageError(`Unknown command ${JSON.stringify(asked)}${near}`);
}

function readInput(command: Command, words: readonly string[]): CommandInput {
  const flags: Record<string, string> = {};
  const args: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word === "--") {
      args.push(...words.slice(at + 1));
      break;
    }
    if (!word.startsWith("-") || word === "-") {
      args.push(word);
      continue;
    }
    const equals = word.indexOf("=");
    const name = word.slice(0, equals < 0 ? undefined : equals).replace(/^--?/, "");
    const flag = command.flags.find((one) => word.startsWith("--") && one.name === name);
    if (!flag) throw unknownFlag(command, word);
    if (flag.value === null) {
      if (equals >= 0) throw new UsageError(`--${name} takes no value`);
      flags[name] = "";
    } else {
      const value = equals < 0 ? words[++at] : word.slice(equals + 1);
      if (value === undefined) throw new UsageError(`--${name} needs a value: ${flag.help}`);
      flags[name] = value;
    }
  }
  return { flags, args };
}

function unknownFlag({ name, flags }: Command, word: string): UsageError {
  const known = flags.filter(({ hidden }) => !hidden).map((flag) => `--${flag.name}`);
  return new UsageError(
    `Unknown flag ${word}${suggestion(word, known)}; \`monlight ${name} --help\` lists them`,
  );
}

function checkArguments({ name, args: pattern = "" }: Command, args: readonly string[]): void {
  const required = pattern.startsWith("<");
  if (required && args.length === 0) throw new UsageError(`monlight ${name} needs ${pattern}`);
  const most = pattern === "" ? 0 : pattern.includes("...") ? Infinity : 1;
  if (args.length > most) {
    throw new UsageError(`monlight ${name} does not take ${JSON.stringify(args[most])}`);
  }
}

const WIDTH = 100;
const INDENT = 2;

function overview(commands: readonly Command[]): string {
  return [
    "Monlight: errors, logs and metrics of small teams, in one program",
    "",
    "Usage: monlight <command> [flags]",
    "",
    "Commands:",
    ...table(commands.map(({ name, args, summary }) => [args ? `${name} ${args}` : name, summary])),
    "",
    "`monlight help <command>` tells its flags and variables; `monlight --version` the version.",
  ].join("\n");
}

function help({ name, summary, args, flags }: Command): string {
  const shown = flags.filter(({ hidden }) => !hidden);
  return [
    `Usage: monlight ${[name, args, "[flags]"].filter(Boolean).join(" ")}`,
    "",
    summary,
    "",
    "Flags:",
    ...table([
      ...shown.map((
        { name, value, help },
      ): [string, string] => [value === null ? `--${name}` : `--${name} <${value}>`, help]),
      ["--help", "this help"],
    ]),
  ].join("\n");
}

/** Two columns, the second wrapped. */
function table(rows: readonly (readonly [string, string])[]): string[] {
  const left = Math.max(...rows.map(([name]) => name.length)) + 2 * INDENT;
  return rows.flatMap(([name, text]) => {
    const lines = wrap(text, WIDTH - left);
    return lines.map((line, index) =>
      " ".repeat(INDENT) + (index === 0 ? name : "").padEnd(left - INDENT) + line
    );
  });
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** `; did you mean "backup"?` where one of the names is near. */
function suggestion(word: string, names: readonly string[]): string {
  const near = names
    .map((name) => ({ name, distance: editDistance(word, name) }))
    .filter(({ name, distance }) => distance <= Math.max(2, Math.floor(name.length / 3)))
    .sort((one, other) => one.distance - other.distance)[0];
  return near ? `; did you mean ${JSON.stringify(near.name)}?` : "";
}

/** Insertions, deletions and replacements between two words (Wagner and Fischer, 1974). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replace = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
