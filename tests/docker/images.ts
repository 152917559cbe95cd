/** Images for the tests: the real one by the real Dockerfile, and stand-ins for what it is based on. */
import { ensureCommand } from "../support/apt.ts";
import { exists } from "../support/exists.ts";
import { cacheFolder } from "./compose_tool.ts";
import { type Engine, run } from "./engine.ts";

const root = new URL("../../", import.meta.url).pathname;
const BASE = "debian:bookworm-slim";

const ARCHITECTURE = Deno.build.arch === "aarch64" ? "arm64" : "amd64";

/** Flags with which `docker build` makes the image here, where no registry of images is asked. */
export const BUILD_FLAGS = [
  ...["--network", "none", "--build-arg", `BUILDPLATFORM=linux/${ARCHITECTURE}`],
  ...["--build-arg", "RUNTIME=bundle"],
];

/** The classic builder: the engine of Debian has no other. */
const CLASSIC = { DOCKER_BUILDKIT: "0" };

/** Builds `deploy/Dockerfile` under a name. */
export async function buildImage(engine: Engine, name: string): Promise<void> {
  if (engine.isPrivate) await importBases(engine);
  const flags = engine.isPrivate ? BUILD_FLAGS : ["--build-arg", "RUNTIME=bundle"];
  const env = engine.isPrivate ? { ...engine.env, ...CLASSIC } : engine.env;
  await run("docker", ["build", ...flags, "-f", "deploy/Dockerfile", "-t", name, "."], env, root);
}

/** An image made of another by more lines of a Dockerfile. */
export async function deriveImage(
  engine: Engine,
  name: string,
  lines: readonly string[],
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "monlight-image-" });
  try {
    await Deno.writeTextFile(`${folder}/Dockerfile`, lines.join("\n"));
    const env = { ...engine.env, ...CLASSIC };
    await run("docker", ["build", "--network", "none", "-t", name, folder], env);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/**
 * Stand-ins under the names of the images that the Dockerfile begins from: a small Debian, and the same with
 * this machine's Deno and the packages that it has in its cache.
 */
async function importBases(engine: Engine): Promise<void> {
  await engine.docker("import", await debianTar(), BASE);
  const folder = await Deno.makeTempDir({ prefix: "monlight-image-" });
  try {
    // Whatever deno.lock names must be in the cache.
    await run(Deno.execPath(), ["install", "--quiet"], {}, root);
    const info = JSON.parse(await run(Deno.execPath(), ["info", "--json"], {}, root));
    await run("cp", ["-r", info.npmCache, `${folder}/npm`], {});
    await Deno.copyFile(Deno.execPath(), `${folder}/deno`);
    await Deno.writeTextFile(
      `${folder}/Dockerfile`,
      `FROM ${BASE}\nCOPY deno /usr/bin/deno\nCOPY npm /deno-dir/npm\nENV DENO_DIR=/deno-dir/\n`,
    );
    const name = `denoland/deno:${Deno.version.deno}`;
    await run("docker", ["build", "-t", name, folder], { ...engine.env, ...CLASSIC });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The essential packages of Debian as an archive, kept between runs. */
async function debianTar(): Promise<string> {
  const path = `${cacheFolder()}/bookworm.tar`;
  if (await exists(path)) return path;
  const mmdebstrap = await ensureCommand(["mmdebstrap"], "mmdebstrap");
  await Deno.mkdir(cacheFolder(), { recursive: true });
  const left = [
    "usr/share/doc",
    "usr/share/man",
    "usr/share/locale",
    "var/cache/apt",
    "var/lib/apt/lists",
  ];
  await run(mmdebstrap, [
    "--variant=essential",
    `--customize-hook=cd "$1" && rm -rf ${left.join(" ")}`,
    "bookworm",
    `${path}.new.tar`,
  ], {});
  await Deno.rename(`${path}.new.tar`, path);
  return path;
}
