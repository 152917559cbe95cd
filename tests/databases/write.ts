/** Writes the databases of the present schema versions into `tests/golden/databases`, where they are not there yet. */
import { DATABASES } from "../../commands/databases.ts";
import { CONTENTS } from "./contents.ts";
import { dumpDatabase } from "./dump.ts";

for (const { name, migrations } of DATABASES) {
  const version = String(migrations.length).padStart(4, "0");
  const path = new URL(`../golden/databases/${name}-${version}`, import.meta.url).pathname;
  if (await Deno.stat(`${path}.sql`).then(() => true, () => false)) continue;
  const content = CONTENTS[name];
  if (!content) throw new Error(`No content of ${name}: say in contents.ts what goes into it`);
  const folder = await Deno.makeTempDir();
  const answers = await content.fill(folder);
  await Deno.writeTextFile(`${path}.sql`, dumpDatabase(`${folder}/${name}.db`));
  await Deno.writeTextFile(`${path}.json`, JSON.stringify(answers, null, 1) + "\n");
  await Deno.remove(folder, { recursive: true });
}
