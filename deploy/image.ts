/**
 * Lays out the files of the container image: `deploy/image.ts <runtime> <architecture> <folder>`, run by
 * the Dockerfile after `deno task bundle`. The runtime is `compiled` (one binary) or `bundle` (the bundle
 * on Deno), the architecture as Docker names it (`amd64`, `arm64`; empty is that of this machine).
 */
import { bundleArgs, compile } from "./compile.ts";
import { IMAGE_V8_FLAGS } from "./runtime.ts";

/** User of the image, as in the Dockerfile; its group is root's. */
const USER = 10001;

/** What `deno compile` calls the architectures that Docker names. */
const TARGETS: Readonly<Record<string, string>> = {
  amd64: "x86_64-unknown-linux-gnu",
  arm64: "aarch64-unknown-linux-gnu",
};

/** Where the program lies, and what its launcher needs. */
const HOME = "/usr/local/lib/monlight";

async function layOut(runtime: string, architecture: string, folder: string): Promise<number> {
  const home = folder + HOME;
  await Deno.mkdir(home, { recursive: true });
  await Deno.mkdir(`${folder}/data`);
  await Deno.chmod(`${folder}/data`, 0o770);
  await Deno.chown(`${folder}/data`, USER, 0);
  const target = architecture === "" ? Deno.build.target : TARGETS[architecture];
  switch (runtime) {
    case "compiled":
      if (target === undefined) return await fail(`No binary is made for ${architecture}`);
      await writeLauncher(folder, [`${HOME}/monlight`]);
      return await compile(["--target", target, "--output", `${home}/monlight`], IMAGE_V8_FLAGS);
    case "bundle":
      if (target !== Deno.build.target) {
        return await fail(
          `RUNTIME=bundle takes this machine's Deno, which does not run on ${architecture}`,
        );
      }
      await Deno.copyFile(new URL("../dist/monlight.js", import.meta.url), `${home}/monlight.js`);
      await Deno.copyFile(Deno.execPath(), `${home}/deno`);
      await Deno.chmod(`${home}/deno`, 0o755);
      await writeLauncher(folder, [
        `${HOME}/deno`,
        ...bundleArgs(`${HOME}/monlight.js`, IMAGE_V8_FLAGS),
      ]);
      return 0;
    default:
      return await fail(`RUNTIME: got "${runtime}", wants compiled or bundle`);
  }
}

/** `monlight` of the image: starts the program by these words. */
async function writeLauncher(folder: string, words: readonly string[]): Promise<void> {
  const bin = `${folder}/usr/local/bin`;
  await Deno.mkdir(bin, { recursive: true });
  const launcher = await Deno.readTextFile(new URL("image-launcher.bash", import.meta.url));
  const text = launcher.replace("exec monlight", () => `exec ${words.join(" ")}`);
  await Deno.writeTextFile(`${bin}/monlight`, text, { mode: 0o755 });
}

async function fail(sentence: string): Promise<number> {
  await Deno.stderr.write(new TextEncoder().encode(`${sentence}\n`));
  return 1;
}

if (import.meta.main) {
  const [runtime = "", architecture = "", folder = ""] = Deno.args;
  Deno.exit(await layOut(runtime, architecture, folder));
}
