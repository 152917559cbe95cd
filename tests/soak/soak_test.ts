import assert from "node:assert/strict";
import { soak } from "./soak.ts";
import { slope } from "./watch.ts";

/** Where everything is tested there is time for more; `tests/run.ts` lets it run beside the short tests. */
const SECONDS = Deno.env.get("CI") ? 120 : 30;

Deno.test("slope() is that of the line through points, whatever lies around it", () => {
  assert.equal(slope([[0, 1], [1, 3], [2, 5]]), 2);
  assert.equal(slope([[0, 4], [1, 4], [2, 4]]), 0);
  assert.ok(Math.abs(slope([[0, 0], [1, 2], [2, 1], [3, 3]]) - 0.8) < 1e-9);
});

Deno.test(`${SECONDS} s of mixed load: nothing refused or logged, memory and open files stay`, async () => {
  const { memorySlope, memory, files, complaints, exitCode } = await soak(SECONDS);
  const growth = `${memorySlope.toFixed(0)} MB an hour`;
  say(`resident memory: ${memory.join(" → ")} MB, ${growth}; open files: ${files.join(" → ")}`);
  assert.deepEqual(complaints, []);
  assert.equal(exitCode, 0);
  // In so short a time heaps are still finding their size; a leak of each request would be more.
  assert.ok(memory[1] < memory[0] + 60 && memory[1] < 350, `${memory.join(" → ")} MB`);
  assert.ok(files[1] <= files[0] + 15, `${files.join(" → ")} open files`);
});

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
