/**
 * Writes the pages of `docs/` that the program itself tells: `deno task docs`. The settings come from its
 * help, which is made of the tables of settings in the code; the API from its OpenAPI document.
 */
import { apiPage } from "./generate/api_page.ts";
import { configurationPage } from "./generate/configuration_page.ts";

const folder = new URL("./", import.meta.url);

/** The pages by name, formatted. */
export async function generatedPages(): Promise<ReadonlyMap<string, string>> {
  const pages = [
    ["configuration.md", await formatted(await configurationPage())],
    ["api.md", await formatted(await apiPage())],
  ] as const;
  return new Map(pages);
}

/** As `deno fmt` wants Markdown. */
async function formatted(markdown: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext=md", "-"],
    cwd: folder,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(markdown));
  await writer.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error("deno fmt refused a generated page");
  return new TextDecoder().decode(stdout);
}

if (import.meta.main) {
  for (const [name, text] of await generatedPages()) {
    await Deno.writeTextFile(new URL(name, folder), text);
  }
}
