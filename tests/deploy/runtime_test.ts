/** How the program is run is told once, in deploy/runtime.ts; what cannot read that says the same. */
import assert from "node:assert/strict";
import { bundleArgs, compileArgs } from "../../deploy/compile.ts";
import { ABORT_FLAG, IMAGE_V8_FLAGS, MALLOC_ENV, V8_FLAGS } from "../../deploy/runtime.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => Deno.readTextFileSync(new URL(path, root));
const malloc = Object.entries(MALLOC_ENV).map(([name, value]) => `${name}=${value}`);

Deno.test("the task start gives the runtime what the binary has", () => {
  const { command } = JSON.parse(read("deno.json")).tasks.start;
  assert.ok(command.includes(`${malloc.join(" ")} deno run `), command);
  assert.ok(command.includes(` ${V8_FLAGS} `), command);
});

Deno.test("deno.json and the flag of the binary name one unstable feature", () => {
  assert.deepEqual(
    JSON.parse(read("deno.json")).unstable.map((name: string) => `--unstable-${name}`),
    [ABORT_FLAG],
  );
});

Deno.test("a binary, and a bundle run in its place, have the flags they are given", () => {
  assert.ok(compileArgs([]).includes(V8_FLAGS));
  assert.ok(compileArgs([], IMAGE_V8_FLAGS).includes(IMAGE_V8_FLAGS));
  assert.ok(bundleArgs("monlight.js").includes(V8_FLAGS));
  assert.ok(bundleArgs("monlight.js", IMAGE_V8_FLAGS).includes(IMAGE_V8_FLAGS));
});

Deno.test("the image and the systemd unit set the variables of glibc", () => {
  const set = [...read("deploy/Dockerfile").matchAll(/^(?:ENV)? +(MALLOC_\w+=\w+)/gm)];
  assert.deepEqual(set.map(([, pair]) => pair), malloc);
  const lines = [...read("deploy/monlight.service").matchAll(/^Environment=(MALLOC_\w+=\w+)$/gm)];
  assert.deepEqual(lines.map(([, pair]) => pair), malloc);
});

Deno.test("docs/operations.md tells the variables and flags as they are", () => {
  const operations = read("docs/operations.md");
  assert.ok(operations.includes(malloc.join(" ")));
  for (const flags of [V8_FLAGS, IMAGE_V8_FLAGS]) {
    for (const flag of flags.replace("--v8-flags=", "").split(",")) {
      assert.ok(operations.includes(`\`${flag}\``), `docs/operations.md does not tell ${flag}`);
    }
  }
});
