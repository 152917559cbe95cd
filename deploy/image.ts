/**
 * Lays out the files of the container image: `deploy/image.ts <runtime> <architecture> <folder>`, run by
 * the Dockerfile after `deno task bundle`. The runtime is `compiled` (one binary) or `bundle` (the bundle
 * on Deno), the architecture as Docker names it (`amd64`, `arm64`; empty is that of this machine).
 */
import { bundleArgs, compile } from "./compile.ts";

/** User of the image, as in the Dockerfile; its group is root's. */
const USER = 10001;

/** What `deno compile` calls the architectures that Docker names. */
const TARGETS: Readonly<Record<string, string>> = {
  amd64: "x86_64-unknown-linux-gnu",
  arm64: "aarch64-unknown-linux-gnu",
};

async function layOut(runtime: string, architecture: string, folder: string): Promise<number> {
  const bin = `${folder}/usr/local/bin`;
  await Deno.mkdir(bin, { recursive: true });
  await Deno.mkdir(`${folder}/data`);
  await Deno.chmod(`${folder}/data`, 0o770);
  await Deno.chown(`${folder}/data`, USER, 0);
  const target = architecture === "" ? Deno.build.target : TARGETS[architecture];
  switch (runtime) {
    case "compiled":
      if (target === undefined) return await fail(`No binary is made for ${architecture}`);
      return await compile(["--target", target, "--output", `${bin}/monlight`]);
    case "bundle":
      if (target !== Deno.build.target) {
        return await fail(
          `RUNTIME=bundle takes this machine's Deno, which does not run on ${architecture}`,
        );
      }
      return await layOutBundle(folder);
    default:
      return await fail(`RUNTIME: got "${runtime}", wants compiled or bundle`);
  }
}

/** Deno, the bundle, and a launcher that starts one with the other as the binary would. */
async function layOutBundle(folder: string): Promise<number> {
  const bin = `${folder}/usr/local/bin`;
  const bundle = "/usr/local/lib/monlight/monlight.js";
  await Deno.mkdir(`${folder}/usr/local/lib/monlight`, { recursive: true });
  await Deno.copyFile(new URL("../dist/monlight.js", import.meta.url), folder + bundle);
  await Deno.copyFile(Deno.execPath(), `${bin}/deno`);
  await Deno.chmod(`${bin}/deno`, 0o755);
  await Deno.writeTextFile(
    `${bin}/monlight`,
    `#!/bin/sh\nexec /usr/local/bin/deno ${bundleArgs(bundle).join(" ")} "$@"\n`,
    { mode: 0o755 },
  );
  return 0;
}

async function fail(sentence: string): Promise<number> {
  await Deno.stderr.write(new TextEncoder().encode(`${sentence}\n`));
  return 1;
}

if (import.meta.main) {
  const [runtime = "", architecture = "", folder = ""] = Deno.args;
  Deno.exit(await layOut(runtime, architecture, folder));
}
