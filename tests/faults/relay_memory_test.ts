/** Large source maps, all in use, where a container has no more memory than the compose files give it. */
import assert from "node:assert/strict";
import { memoryGroup } from "../support/cgroup.ts";
import { API_KEY, type Program, startProgram } from "../support/program.ts";
import { DSN_KEYS, SHOP_KEY } from "../apptest/support/relay_api.ts";

const MIB = 1024 ** 2;

interface Case {
  readonly command: readonly string[];
  /** The `mem_limit` that it has in the compose files: tests/deploy/compose_test.ts. */
  readonly limitBytes: number;
  readonly maps: number;
  /** About so many MB each. */
  readonly size: number;
  /** What each has in `names`. */
  readonly names: number;
}

const CASES: readonly Case[] = [
  { command: ["serve"], limitBytes: 128 * MIB, maps: 64, size: 1, names: 0 },
  { command: ["serve"], limitBytes: 128 * MIB, maps: 8, size: 4, names: 0 },
  { command: ["relay", "serve"], limitBytes: 64 * MIB, maps: 16, size: 4, names: 0 },
  { command: ["relay", "serve"], limitBytes: 64 * MIB, maps: 4, size: 2, names: 100_000 },
];

const SOURCE = "function add(a, b) {\n  return a + b;\n}\n".repeat(230);

function mapOf({ size, names }: Pick<Case, "size" | "names">): string {
  const sources = Array.from({ length: 100 * size }, (_, index) => `src/part${index}.ts`);
  return JSON.stringify({
    version: 3,
    sources,
    names: Array.from({ length: names }, (_, index) => `someName${index}`),
    mappings: "AAAA,CAAC,EAAE;".repeat(15_000 * size),
    sourcesContent: sources.map(() => SOURCE),
  });
}

const probe = await memoryGroup(128 * MIB);
await probe?.[Symbol.asyncDispose]();

for (const one of CASES) {
  const { command, limitBytes, maps, size, names } = one;
  Deno.test({
    name: `${maps} source maps of ${size} MB and ${names} names in use do not cost ` +
      `\`${command.join(" ")}\` in ${limitBytes / MIB} MiB its life`,
    // Only root can bound a process's memory, and not everywhere.
    ignore: probe === null,
    fn: () => useMaps(one),
  });
}

async function useMaps({ command, limitBytes, maps, ...map }: Case): Promise<void> {
  await using group = await memoryGroup(limitBytes);
  assert.ok(group);
  await using program = await startProgram({
    command,
    enter: group.enter,
    asImage: true,
    env: { DSN_KEYS, API_KEY },
  });
  const map_content = mapOf(map);
  for (let n = 0; n < maps; n++) {
    const map = { project: "shop", release: "1", file_url: `/chunk${n}.js`, map_content };
    const body = JSON.stringify(map);
    const uploaded = await program.fetch("/api/source-maps", { method: "POST", body });
    assert.equal(uploaded.status, 201, await uploaded.text());
    await submit(program, [n]);
  }
  // Each names as many as a stack may, and all at once would be more than there is.
  const all = Array.from({ length: maps }, (_, n) => n);
  await Promise.all([submit(program, all), submit(program, all.toReversed())]);
  assert.equal(await group.kills(), 0);
  const text = await (await program.fetch("/metrics")).text();
  assert.match(text, new RegExp(`monlight_relay_stacks_total\\{mapped="true"\\} ${maps + 2}\\n`));
}

/** Submits an error whose stack runs through these maps' scripts. */
async function submit(program: Program, chunks: readonly number[]): Promise<void> {
  const frames = chunks.map((n) => `    at t (https://shop.example/chunk${n}.js:3:1)`);
  const response = await fetch(`${program.url}/api/browser/errors?key=${SHOP_KEY}`, {
    method: "POST",
    body: JSON.stringify({
      ...{ type: "TypeError", message: "x", release: "1" },
      stack: ["TypeError: x", ...frames].join("\n"),
    }),
  });
  await response.body?.cancel();
}
