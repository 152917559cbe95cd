/** The licences of what is inside of the bundles, as they ask for. */
export async function readNotices(): Promise<string> {
  const place = new URL(import.meta.resolve("web-vitals"));
  const licence = await Deno.readTextFile(new URL("../LICENSE", place));
  return `The scripts in this folder contain web-vitals (https://github.com/GoogleChrome/web-vitals),\n` +
    `Copyright Google LLC, under this licence:\n\n${licence}`;
}
