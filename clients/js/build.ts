/**
 * Builds the browser SDK into `clients/js/dist`, ready to publish: `deno task build:sdk`. Ends with exit code 1 when
 * the script for pages is larger than it may be.
 */
import { gzipSync } from "node:zlib";
import { buildBundles, SCRIPT } from "./build/bundles.ts";
import { buildTypes } from "./build/declarations.ts";
import { readNotices } from "./build/notices.ts";

/** What the script for pages may weigh as it is sent, web vitals included. */
export const MAX_GZIPPED_BYTES = 8 * 1024;

const FOLDER = new URL("dist/", import.meta.url);

/** Size of a text as it is sent, in bytes. */
export function gzippedBytes(text: string): number {
  return gzipSync(text, { level: 9 }).length;
}

if (import.meta.main) Deno.exit(await main());

async function main(): Promise<number> {
  const files = new Map([
    ...await buildBundles(),
    ...buildTypes(),
    ["THIRD_PARTY_LICENSES.txt", await readNotices()] as const,
  ]);
  await Deno.remove(FOLDER, { recursive: true }).catch((error: unknown) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  await Deno.mkdir(FOLDER, { recursive: true });
  for (const [name, text] of files) {
    await Deno.writeTextFile(new URL(name, FOLDER), text);
  }

  const lines = [...files].filter(([name]) => /\.c?js$/.test(name)).map(([name, text]) =>
    `${name.padEnd(16)} ${bytes(text.length)}, ${bytes(gzippedBytes(text))} gzipped`
  );
  const size = gzippedBytes(files.get(SCRIPT) ?? "");
  lines.push(
    `${SCRIPT} may have ${bytes(MAX_GZIPPED_BYTES)}: ${bytes(MAX_GZIPPED_BYTES - size)} left`,
  );
  await Deno.stdout.write(new TextEncoder().encode(lines.join("\n") + "\n"));
  return size > MAX_GZIPPED_BYTES ? 1 : 0;
}

function bytes(count: number): string {
  return `${count.toLocaleString("en")} B`;
}
