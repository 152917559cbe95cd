/** What the program says of its commands and flags, read from its help. */
import assert from "node:assert/strict";
import { runCommand } from "../support/program.ts";

export interface FlagHelp {
  readonly flag: string;
  /** The strongest first, each with its `_FILE` where there is one; none for flags without a variable. */
  readonly variables: readonly string[];
  readonly fallback: string | null;
  readonly required: boolean;
  /** What it is, without the notes. */
  readonly help: string;
}

/** The flags of every command, by the command's name. */
export async function readHelp(): Promise<ReadonlyMap<string, readonly FlagHelp[]>> {
  const commands = commandNames(await helpText([]));
  const entries = commands.map(async (command) =>
    [command, flagsOf(await helpText(command.split(" ")))] as const
  );
  return new Map(await Promise.all(entries));
}

async function helpText(words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runCommand(["help", ...words]);
  assert.equal(code, 0, stderr);
  return stdout;
}

function commandNames(overview: string): string[] {
  const listed = /^Commands:\n([\s\S]*?)\n\n/m.exec(overview)?.[1] ?? "";
  // A name, perhaps its arguments, then at least two blanks.
  return listed.split("\n").flatMap((line) =>
    /^ {2}([a-z]+(?: [a-z]+)*)(?: [[<]\S+)? {2,}/.exec(line)?.[1] ?? []
  );
}

/** `--help` left out. */
function flagsOf(help: string): FlagHelp[] {
  // A flag begins a line; what is indented deeper goes on with it.
  const entries = (help.split("Flags:\n")[1] ?? "").split(/\n(?= {2}--)/);
  return entries.map((entry) => entry.trim().replaceAll(/\s+/g, " ")).flatMap((entry) => {
    const flag = /^--[a-z-]+/.exec(entry)?.[0] ?? "";
    if (flag === "--help") return [];
    const [names = "", ...notes] = /\(env ([^()]*)\)$/.exec(entry)?.[1]?.split("; ") ?? [];
    return {
      flag,
      variables: names.split(" or ").filter((name) => name !== "").flatMap(withFile),
      fallback: notes.find((note) => note.startsWith("default "))?.slice("default ".length) ?? null,
      required: notes.includes("required"),
      help:
        / {1,}(.*?)(?: \(env [^()]*\))?$/.exec(entry.replace(/^--[a-z-]+( <[^>]+>)?/, ""))?.[1] ??
          "",
    };
  });
}

/** `API_KEY[_FILE]` is two names. */
function withFile(name: string): string[] {
  const plain = name.replace("[_FILE]", "");
  return plain === name ? [name] : [plain, `${plain}_FILE`];
}
