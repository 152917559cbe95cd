/** A Docker engine for tests: the user's, or a private one that touches nothing else. */
import { ensureCommand } from "../support/apt.ts";

const READY_MS = 30_000;
const IMAGE = "monlight-test-busybox:1";
/** Applets that scripts in containers may use. */
const APPLETS = ["sh", "sleep", "usleep", "seq", "printf", "cat", "head", "tr", "yes"] as const;

export interface Engine extends AsyncDisposable {
  /** Where the engine keeps a folder for each container. */
  readonly containers: string;
  readonly version: string;
  /** Name of an image with a shell and little else. */
  readonly image: string;
  /** Whether it was started for the tests alone: its images and networks are nobody else's. */
  readonly isPrivate: boolean;
  /** What `docker` must have in its environment to speak to it. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs `docker` with these words; gives what it printed, throws what it complained about. */
  docker(...words: readonly string[]): Promise<string>;
}

/** A running engine with the image in it. Throws a sentence when there can be none. */
export async function startEngine(): Promise<Engine> {
  const users = await usersEngine();
  const engine = users ?? await privateEngine();
  try {
    await importImage(engine);
    return engine;
  } catch (error) {
    await engine[Symbol.asyncDispose]();
    throw error;
  }
}

/** Why no engine can be used here, as a sentence; null when one can be tried. */
export async function whyNoEngine(): Promise<string | null> {
  if (Deno.build.os === "linux" && Deno.uid() === 0) return null;
  const users = await usersEngine();
  if (users) return null;
  return "No Docker engine answers whose log files can be read here, and only root can start one";
}

/** The engine that `docker` speaks to, if its files are on this machine and readable. */
async function usersEngine(): Promise<Engine | null> {
  try {
    const root = await run("docker", ["info", "--format", "{{.DockerRootDir}}"], {});
    const containers = `${root.trim()}/containers`;
    for await (const _ of Deno.readDir(containers)) break;
    return await describe({ containers, isPrivate: false, env: {}, stop: async () => {} });
  } catch {
    // There is no `docker`, no engine behind it, or it is not for us.
    return null;
  }
}

async function privateEngine(): Promise<Engine> {
  const dockerd = await ensureCommand(["dockerd"], "docker.io");
  await ensureCommand(["docker"], "docker.io");
  const folder = await Deno.makeTempDir({ prefix: "monlight-docker-" });
  const host = `unix://${folder}/docker.sock`;
  const log = await Deno.open(`${folder}/log`, { create: true, write: true });
  const daemon = new Deno.Command(dockerd, {
    args: [
      ...["--data-root", `${folder}/data`, "--exec-root", `${folder}/exec`, "-H", host],
      ...["--pidfile", `${folder}/pid`],
      ...["--bridge=none", "--iptables=false", "--ip6tables=false"],
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const written = Promise.all([
    daemon.stdout.pipeTo(new WritableStream({ write: (part) => writeAll(log, part) })),
    daemon.stderr.pipeTo(new WritableStream({ write: (part) => writeAll(log, part) })),
  ]);
  const stop = async () => {
    daemon.kill("SIGTERM");
    await daemon.status;
    await written;
    log.close();
    await Deno.remove(folder, { recursive: true });
  };
  try {
    const env = { DOCKER_HOST: host };
    await untilReady(env, daemon.status);
    return await describe({ containers: `${folder}/data/containers`, isPrivate: true, env, stop });
  } catch (error) {
    const said = await Deno.readTextFile(`${folder}/log`);
    await stop().catch(() => {});
    throw new Error(`The private Docker engine does not start:\n${said.slice(-3000)}`, {
      cause: error,
    });
  }
}

async function describe({ containers, isPrivate, env, stop }: {
  readonly containers: string;
  readonly isPrivate: boolean;
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}): Promise<Engine> {
  const version = await run("docker", ["version", "--format", "{{.Server.Version}}"], env);
  return {
    containers,
    version: version.trim(),
    image: IMAGE,
    isPrivate,
    env,
    docker: (...words) => run("docker", words, env),
    [Symbol.asyncDispose]: stop,
  };
}

async function untilReady(
  env: Readonly<Record<string, string>>,
  ended: Promise<unknown>,
): Promise<void> {
  let over = false;
  ended.then(() => over = true);
  const deadline = Date.now() + READY_MS;
  while (true) {
    try {
      await run("docker", ["info"], env);
      return;
    } catch (error) {
      if (over || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** Busybox in an otherwise empty image; no registry is asked. */
async function importImage(engine: Engine): Promise<void> {
  const busybox = await ensureCommand(["busybox"], "busybox-static");
  const folder = await Deno.makeTempDir({ prefix: "monlight-image-" });
  try {
    await Deno.mkdir(`${folder}/bin`);
    await Deno.copyFile(await Deno.realPath(busybox), `${folder}/bin/busybox`);
    for (const applet of APPLETS) await Deno.symlink("busybox", `${folder}/bin/${applet}`);
    await run("tar", ["-C", folder, "-cf", `${folder}.tar`, "bin"], {});
    await engine.docker("import", `${folder}.tar`, engine.image);
  } finally {
    await Deno.remove(folder, { recursive: true });
    await Deno.remove(`${folder}.tar`);
  }
}

/** Runs a command to its end; gives what it printed, throws what it complained about. */
export async function run(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd?: string,
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args: [...args],
    env: { ...env },
    ...(cwd === undefined ? {} : { cwd }),
  }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`${command} ${args[0]} failed: ${decoder.decode(stderr).trim()}`);
  return decoder.decode(stdout);
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
}
