/** What the tests of the command line share. */
import assert from "node:assert/strict";
import { type Program, runCommand, startProgram } from "../support/program.ts";

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `monlight` to its end, without this machine's own settings. */
export function monlight(
  words: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
): Promise<Outcome> {
  return runCommand(words, { ...options, env: { ...NO_SETTINGS, ...options.env } });
}

/** An empty value counts as absent. */
const NO_SETTINGS = {
  ...{ API_KEY: "", API_KEY_FILE: "", PORT: "", HOST: "", DATA_DIR: "", URL: "" },
  ...{ CONTAINERS: "", LOG_SOURCES: "" },
};

/** A folder that is deleted at the end of the scope. */
export interface Folder extends AsyncDisposable {
  readonly path: string;
  /** Names of what is in it or in a folder of it, sorted. */
  names(folder?: string): Promise<readonly string[]>;
}

export async function makeFolder(): Promise<Folder> {
  const path = await Deno.makeTempDir({ prefix: "monlight-test-" });
  return {
    path,
    async names(folder = ".") {
      return (await Array.fromAsync(Deno.readDir(`${path}/${folder}`), ({ name }) => name)).sort();
    },
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

/** The data of a stopped Error Tracker: groups of these projects, one each. */
export async function makeData(path: string, projects: readonly string[]): Promise<void> {
  await using program = await startProgram({ dataDir: path, args: ["--only", "errors"] });
  for (const project of projects) await report(program, { project });
  assert.equal(await program.stop(), 0);
}

/** Reports an error and expects it to be counted. */
export async function report(
  program: Program,
  fields: Readonly<Record<string, unknown>>,
): Promise<void> {
  const response = await program.report(fields);
  const text = await response.text();
  assert.ok(response.ok, text);
}

/** Records a metric and expects it to be accepted. */
export async function record(program: Program, name: string, value: number): Promise<void> {
  const response = await program.fetch("/api/metrics", {
    method: "POST",
    body: JSON.stringify([{ name, type: "counter", value }]),
  });
  const text = await response.text();
  assert.equal(response.status, 202, text);
}

/** The one line that a command failed with. */
export function oneLine({ code, stdout, stderr }: Outcome, expectedCode = 1): string {
  assert.equal(code, expectedCode, stdout + stderr);
  assert.equal(stdout, "");
  assert.match(stderr, /^[^\n]+\n$/, stderr);
  return stderr.trimEnd();
}

export function expectSuccess({ code, stdout, stderr }: Outcome): string {
  assert.equal(code, 0, stdout + stderr);
  assert.equal(stderr, "");
  return stdout;
}
