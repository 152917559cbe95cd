/** Python for the tests: an interpreter, and a virtual environment with the package and its tools. */
import { ensure } from "./apt.ts";
import { exists } from "./exists.ts";

const root = new URL("../../", import.meta.url).pathname;
export const PACKAGE = `${root}clients/python`;

/** Without it pip speaks of its own newer versions. */
const PIP_ENV = { PIP_DISABLE_PIP_VERSION_CHECK: "1", PIP_NO_INPUT: "1" };

/** What can make a virtual environment, and is new enough for the package. */
const CAN_MAKE = "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))";

/**
 * The interpreter of an environment with `clients/python` and all it can be used with. It is made anew when
 * what the package needs changes. Throws a sentence where there is no Python.
 */
export async function testEnvironment(): Promise<string> {
  const python = await findPython();
  const needs = await Deno.readTextFile(`${PACKAGE}/pyproject.toml`);
  const version = (await run(python, ["-VV"])).trim();
  const name = `venv-${await shortHash(`${root}\n${version}\n${needs}`)}`;
  const folder = `${root}dist/${name}`;
  await Deno.mkdir(`${root}dist`, { recursive: true });
  if (!await exists(`${folder}/complete`)) {
    for await (const { name } of Deno.readDir(`${root}dist`)) {
      if (name.startsWith("venv-")) await Deno.remove(`${root}dist/${name}`, { recursive: true });
    }
    await makeEnvironment(python, folder, ["-e", `${PACKAGE}[dev,fastapi,flask,django]`]);
    // Last: an environment that was interrupted is none.
    await Deno.writeTextFile(`${folder}/complete`, version);
  }
  return `${folder}/bin/python`;
}

/** Makes a virtual environment with these requirements; gives its interpreter. */
export async function makeEnvironment(
  python: string,
  folder: string,
  requirements: readonly string[],
): Promise<string> {
  await run(python, ["-m", "venv", folder]);
  const own = `${folder}/bin/python`;
  await run(own, ["-m", "pip", "install", "--quiet", ...requirements]);
  return own;
}

/** A Python that can make virtual environments. */
export function findPython(): Promise<string> {
  return ensure(
    async () => {
      for (const command of ["python3", "/usr/bin/python3"]) {
        if (await isCapable(command)) return command;
      }
      return null;
    },
    "Python 3.10 or later with venv and pip",
    "python3-venv",
  );
}

/** Runs a command to its end; gives its standard output. Throws with all it said where it fails. */
export async function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args: [...args],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...PIP_ENV, ...options.env },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  const said = decoder.decode(stdout);
  if (success) return said;
  throw new Error(`${command} ${args.join(" ")} failed:\n${said}${decoder.decode(stderr)}`);
}

async function isCapable(command: string): Promise<boolean> {
  try {
    return (await new Deno.Command(command, { args: ["-c", CAN_MAKE] }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function shortHash(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex().slice(0, 16);
}
