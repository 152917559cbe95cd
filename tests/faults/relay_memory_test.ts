/** Source maps of 1 MB, all in use, where a container has no more memory than the compose files give it. */
import assert from "node:assert/strict";
import { IMAGE_V8_FLAGS, MALLOC_ENV } from "../../deploy/runtime.ts";
import { memoryGroup } from "../support/cgroup.ts";
import { API_KEY, startProgram } from "../support/program.ts";
import { DSN_KEYS, SHOP_KEY } from "../apptest/support/relay_api.ts";

/** The `mem_limit` of all in one, and of the relay alone, which needs less: tests/deploy/compose_test.ts. */
const LIMIT_BYTES = 128 * 1024 ** 2;
const MAPS = 64;

const SOURCE = "function add(a, b) {\n  return a + b;\n}\n".repeat(230);
const NAMES = Array.from({ length: 100 }, (_, index) => `src/part${index}.ts`);
const MAP = JSON.stringify({
  version: 3,
  sources: NAMES,
  names: [],
  mappings: "AAAA,CAAC,EAAE;".repeat(15_000),
  sourcesContent: NAMES.map(() => SOURCE),
});

const probe = await memoryGroup(LIMIT_BYTES);
await probe?.[Symbol.asyncDispose]();

Deno.test({
  name: `${MAPS} source maps of 1 MB in use do not cost a container its life`,
  // Only root can bound a process's memory, and not everywhere.
  ignore: probe === null,
  fn: useMaps,
});

async function useMaps(): Promise<void> {
  await using group = await memoryGroup(LIMIT_BYTES);
  assert.ok(group);
  await using program = await startProgram({
    enter: group.enter,
    v8Flags: IMAGE_V8_FLAGS,
    env: { DSN_KEYS, API_KEY, ...MALLOC_ENV },
  });
  for (let n = 0; n < MAPS; n++) {
    const map = { project: "shop", release: "1", file_url: `/chunk${n}.js`, map_content: MAP };
    const body = JSON.stringify(map);
    const uploaded = await program.fetch("/api/source-maps", { method: "POST", body });
    assert.equal(uploaded.status, 201, await uploaded.text());
    const told = await fetch(`${program.url}/api/browser/errors?key=${SHOP_KEY}`, {
      method: "POST",
      body: JSON.stringify({
        ...{ type: "TypeError", message: "x", release: "1" },
        stack: `TypeError: x\n    at t (https://shop.example/chunk${n}.js:3:1)`,
      }),
    });
    await told.body?.cancel();
  }
  assert.equal(await group.kills(), 0);
  const text = await (await program.fetch("/metrics")).text();
  assert.match(text, new RegExp(`monlight_relay_stacks_total\\{mapped="true"\\} ${MAPS}\\n`));
}
