import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { build, type OutputFile, stop } from "esbuild";
import type { AssetFile, BuiltAssets } from "../assets.ts";
import { type Sources, UI_FOLDER } from "./inputs.ts";
import { buildStyles } from "./styles_build.ts";

const SCRIPT_TYPE = "text/javascript; charset=utf-8";
const STYLE_TYPE = "text/css; charset=utf-8";
const ICON_TYPE = "image/svg+xml; charset=utf-8";

/** Builds every script, style and image; files are named by their content. */
export async function buildAssets(sources: Sources): Promise<Omit<BuiltAssets, "inputs">> {
  try {
    const [theme, scripts, styles] = await Promise.all([
      // Blocks the first paint, so it is a classic script of its own.
      bundleScripts({ theme: "islands/theme.ts" }, "iife"),
      bundleScripts({
        app: "islands/app.ts",
        logs: "islands/logs/start.ts",
        metrics: "islands/metrics/start.ts",
      }, "esm"),
      buildStyles(sources),
    ]);
    const icon = sources.get("icon.svg") ?? "";
    const styleName = hashedName("styles", styles, "css");
    const iconName = hashedName("icon", icon, "svg");
    return {
      entries: {
        styles: styleName,
        theme: entryPath(theme, "theme"),
        app: entryPath(scripts, "app"),
        logs: entryPath(scripts, "logs"),
        metrics: entryPath(scripts, "metrics"),
        icon: iconName,
      },
      files: {
        ...scriptFiles([...theme, ...scripts]),
        [styleName]: { type: STYLE_TYPE, body: styles },
        [iconName]: { type: ICON_TYPE, body: icon },
      },
    };
  } finally {
    await stop();
  }
}

async function bundleScripts(
  entryPoints: Readonly<Record<string, string>>,
  format: "iife" | "esm",
): Promise<readonly OutputFile[]> {
  const result = await build({
    absWorkingDir: UI_FOLDER,
    entryPoints: { ...entryPoints },
    bundle: true,
    minify: true,
    format,
    splitting: format === "esm",
    platform: "browser",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    write: false,
    outdir: join(UI_FOLDER, "assets"),
    entryNames: "[name]-[hash]",
    chunkNames: "chunk-[hash]",
    jsx: "automatic",
    jsxImportSource: "preact",
  });
  return result.outputFiles;
}

function scriptFiles(outputs: readonly OutputFile[]): Record<string, AssetFile> {
  const files = outputs.map((output) => [
    `/assets/${basename(output.path)}`,
    { type: SCRIPT_TYPE, body: output.text },
  ]);
  return Object.fromEntries(files);
}

function entryPath(outputs: readonly OutputFile[], entry: string): string {
  const name = outputs.map((output) => basename(output.path))
    .find((name) => name.startsWith(`${entry}-`));
  if (name === undefined) throw new Error(`esbuild wrote no file for the entry "${entry}"`);
  return `/assets/${name}`;
}

function hashedName(name: string, content: string, extension: string): string {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase();
  return `/assets/${name}-${hash}.${extension}`;
}
