/** Runs the shell scripts of `deploy/`. */
import { programArgs } from "../support/program.ts";

const root = new URL("../../", import.meta.url).pathname;

/** `deploy/` of this tree. */
export const DEPLOY = `${root}deploy`;

/** The command that the scripts start as `monlight`, as words for a shell. */
export const MONLIGHT = [Deno.execPath(), ...programArgs([])].join(" ");

export interface Outcome {
  readonly code: number;
  /** Standard output and error. */
  readonly output: string;
}

/** Runs a script of `deploy/` with the shell that is called `sh` here. */
export async function sh(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const { code, stdout, stderr } = await new Deno.Command("sh", {
    args: [`${DEPLOY}/${script}`, ...args],
    env: { ...env },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, output: decoder.decode(stdout) + decoder.decode(stderr) };
}
