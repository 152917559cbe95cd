/**
 * Runs all tests and ends with `N passed, N failed` on a line of its own. Test files run in parallel over
 * two processes at most: they start real programs, and the machine has few cores.
 */

/** Takes minutes: it goes first, beside many short ones, so that nothing waits for it at the end. */
const LONGEST = "tests/soak/soak_test.ts";

const files = Deno.args.length > 0 ? Deno.args : [LONGEST, "."];
const child = new Deno.Command(Deno.execPath(), {
  args: ["test", "-A", "--no-check", "--parallel", ...files],
  env: { NO_COLOR: "1", DENO_JOBS: Deno.env.get("DENO_JOBS") ?? "2" },
  stdout: "piped",
  stderr: "inherit",
}).spawn();

let output = "";
for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
  output += text;
  await Deno.stdout.write(new TextEncoder().encode(text));
}
const { code } = await child.status;
const summary = /\| (\d+) passed (?:\([^)]*\) )?\| (\d+) failed(?: \([^)]*\))?/g;
const last = [...output.matchAll(summary)].at(-1);
const passed = Number(last?.[1] ?? 0);
const failed = Number(last?.[2] ?? 0) + (code !== 0 && last?.[2] === "0" ? 1 : 0);
await Deno.stdout.write(
  new TextEncoder().encode(`\n${passed} passed, ${last ? failed : 1} failed\n`),
);
Deno.exit(code);
