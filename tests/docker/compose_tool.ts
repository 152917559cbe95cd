/** `docker compose`, version 2: this machine's, or built from its Go module. */
import { run } from "./engine.ts";
import { exists } from "../support/exists.ts";

const MODULE = "github.com/docker/compose/v2";
const VERSION = "v2.40.3";

/** A folder for `DOCKER_CONFIG` with which `docker compose` works; empty where it does without. */
export async function composeConfig(): Promise<string> {
  try {
    await run("docker", ["compose", "version"], {});
    return "";
  } catch {
    return await ownConfig();
  }
}

/** Builds the plugin once, and keeps it outside of the tree. */
async function ownConfig(): Promise<string> {
  const config = `${cacheFolder()}/compose-${VERSION}`;
  const plugin = `${config}/cli-plugins/docker-compose`;
  if (await exists(plugin)) return config;
  const folder = await Deno.makeTempDir({ prefix: "monlight-compose-" });
  try {
    await run("go", ["version"], {}).catch((error) => {
      throw new Error("The tests need `docker compose` version 2, or Go to build it", {
        cause: error,
      });
    });
    const found = await run("go", ["mod", "download", "-json", `${MODULE}@${VERSION}`], {}, folder);
    const { Dir } = JSON.parse(found);
    // A module's folder in Go's cache cannot be written to, and its `exclude` holds in the main module alone.
    const source = `${folder}/source`;
    await run("cp", ["-r", "--no-preserve=mode", Dir, source], {});
    const flags = ["-trimpath", "-buildvcs=false", "-ldflags=-s -w"];
    await run("go", ["build", ...flags, "-o", `${folder}/docker-compose`, "./cmd"], {
      CGO_ENABLED: "0",
    }, source);
    await Deno.mkdir(`${config}/cli-plugins`, { recursive: true });
    // Whole or not at all; the temporary folder may lie on another disk.
    await Deno.copyFile(`${folder}/docker-compose`, `${plugin}.new`);
    await Deno.chmod(`${plugin}.new`, 0o755);
    await Deno.rename(`${plugin}.new`, plugin);
    return config;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Where what is slow to make is kept between runs. */
export function cacheFolder(): string {
  const home = Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME") ?? "/root"}/.cache`;
  return `${home}/monlight-tests`;
}
