/** Holds the GitHub workflows to what can be checked of them without GitHub. */
import assert from "node:assert/strict";
import { parse } from "yaml";
import config from "../../deno.json" with { type: "json" };

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: unknown;
  readonly jobs: Readonly<
    Record<string, {
      readonly needs?: string | readonly string[];
      readonly uses?: string;
      readonly "timeout-minutes"?: number;
      readonly steps?: readonly Step[];
    }>
  >;
}

const folder = new URL("../../.github/workflows/", import.meta.url);
const workflows = await Array.fromAsync(Deno.readDir(folder), async ({ name }) => {
  const text = await Deno.readTextFile(new URL(name, folder));
  const workflow: Workflow = parse(text);
  return { name, text, workflow };
});

for (const { name, text, workflow } of workflows) {
  Deno.test(`${name}: may only read unless a job says more, and ends in time`, () => {
    assert.deepEqual(workflow.permissions, { contents: "read" });
    for (const [job, { uses, ...rest }] of Object.entries(workflow.jobs)) {
      if (uses === undefined) assert.ok(rest["timeout-minutes"], `${job} has no limit of time`);
    }
  });

  Deno.test(`${name}: needs jobs, calls workflows and runs tasks that exist`, async () => {
    for (const { needs = [], uses } of Object.values(workflow.jobs)) {
      for (const one of [needs].flat()) assert.ok(Object.hasOwn(workflow.jobs, one), one);
      if (uses?.startsWith("./")) await Deno.stat(new URL(`../../${uses}`, import.meta.url));
    }
    for (const [, task = ""] of text.matchAll(/deno task ([a-z:]+)/g)) {
      assert.ok(Object.hasOwn(config.tasks, task), task);
    }
    for (const [, path = ""] of text.matchAll(/\b(deploy\/[\w./-]+|\bclients\/\w+)/g)) {
      await Deno.stat(new URL(`../../${path}`, import.meta.url));
    }
  });

  Deno.test(`${name}: puts nothing that strangers write into a shell`, () => {
    for (const { run = "" } of Object.values(workflow.jobs).flatMap(({ steps = [] }) => steps)) {
      assert.doesNotMatch(run, /\$\{\{/, "pass it by env");
    }
  });
}

Deno.test("releases have five targets, each with its checksum", () => {
  const { text = "" } = workflows.find(({ name }) => name === "release.yml") ?? {};
  const targets = [...text.matchAll(/^ *compile (\S+) (\S+)$/gm)].map(([, , target]) => target);
  assert.deepEqual(targets, [
    "x86_64-unknown-linux-gnu",
    "aarch64-unknown-linux-gnu",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
  ]);
  assert.match(text, /sha256sum .* > SHA256SUMS/);
});
