/** Real bundles throw in a real browser; what is stored must name the source. */
import assert from "node:assert/strict";
import { stop } from "esbuild";
import type { Page } from "playwright-core";
import { failingFrame } from "../../core/errors/traceback.ts";
import { BUNDLERS, makeProject, type Project } from "../bundles/build.ts";
import { launchChromium } from "../support/chromium.ts";
import { type Program, runCommand, startProgram } from "../support/program.ts";

const KEY = "5b0e4c8f8e6d4c39a6c2a4d0a7f1e111";
const RELEASE = "1.4.2";

interface Failure {
  /** What `fail()` of the shop is asked for. */
  readonly name: string;
  readonly file: string;
  /** The line that fails, and where in it. */
  readonly line: string;
  readonly at: string;
  readonly function: string | null;
  /** Frames further down. */
  readonly also?: readonly RegExp[];
  /** One that waited for it, which Safari does not print. */
  readonly waiting?: RegExp;
}

const FAILURES: readonly Failure[] = [
  {
    name: "callback",
    file: "src/cart.ts",
    line: "  if (price === undefined) throw new TypeError(",
    at: "new TypeError",
    function: "amountOf",
    also: [
      /^ {4}at src\/cart\.ts:20:\d+$/m,
      /^ {4}at Cart\.total \(src\/cart\.ts:20:24\)$/m,
      /^ {4}at callback \(src\/main\.ts:9:41\)$/m,
    ],
  },
  {
    name: "construction",
    file: "src/cart.ts",
    line: "    if (items.length === 0) throw new EmptyCartError(",
    at: "new EmptyCartError",
    function: "new Cart",
  },
  {
    name: "getter",
    file: "src/cart.ts",
    line: "    if (item?.price === undefined) throw new RangeError(",
    at: "new RangeError",
    function: "Cart.first",
  },
  {
    name: "native",
    file: "src/cart.ts",
    line: "    return new Cart(JSON.parse(names));",
    at: "parse(",
    function: "Cart.of",
  },
  {
    name: "awaited",
    file: "src/cart.ts",
    line: "  if (price === undefined) throw new TypeError(",
    at: "new TypeError",
    function: "amountOf",
    also: [/^ {4}at charge \(src\/cart\.ts:47:\d+\)$/m],
    waiting: /^ {4}at async Cart\.pay \(src\/cart\.ts:35:/m,
  },
  {
    name: "component",
    file: "src/label.tsx",
    line: "  if (text === null) throw new Error(",
    at: "new Error",
    function: "Label",
    also: [
      /^ {4}at \w+ \(.*node_modules\/preact\/.*\)$/m,
      /^ {4}at drawLabel \(src\/label\.tsx:14:3\)$/m,
    ],
  },
  {
    name: "chunk",
    file: "src/reviews.ts",
    line: "    if (!review.stars) throw new Error(",
    at: "new Error",
    function: null,
    also: [/^ {4}at averageStars \(src\/reviews\.ts:3:26\)$/m],
  },
];

/** An error as a page knows it. */
interface Thrown {
  readonly type: string;
  readonly message: string;
  readonly stack: string;
}

Deno.test("Errors of real bundles are stored with the file, line, column and function of their source", async (t) => {
  await using program = await startProgram({
    args: ["--only", "errors,metrics,relay"],
    env: { DSN_KEYS: `shop:${KEY}` },
  });
  const browser = await launchChromium();
  for (const [bundler, build] of Object.entries(BUNDLERS)) {
    await t.step(bundler, async (t) => {
      const folder = await Deno.makeTempDir({ prefix: "monlight-shop-" });
      const project = await makeProject(folder);
      await build(project);
      // Each has a release of its own: they write scripts of the same name.
      const release = `${RELEASE} ${bundler}`;
      await upload(program, project, release);
      await using server = serve(project);
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${server.addr.port}/`);
      for (const failure of FAILURES) {
        const thrown = await fail(page, failure.name);
        const stacks = { Chrome: thrown.stack, Firefox: firefox(thrown), Safari: safari(thrown) };
        for (const [name, stack] of Object.entries(stacks)) {
          await t.step(`${failure.name}, ${name}`, async () => {
            const stored = await report(program, { ...thrown, stack, release });
            await check(stored, failure, thrown, project);
            if (failure.waiting && name !== "Safari") {
              assert.match(stored.traceback, failure.waiting);
            }
          });
        }
      }
      await t.step("evaluated", async () => {
        const stored = await report(program, { ...await fail(page, "evaluated"), release });
        assert.match(
          stored.traceback,
          /^ {4}at eval \(eval at evaluated \(src\/main\.ts:19:24\), <anonymous>:1:1\)$/m,
        );
      });
      await page.close();
      await Deno.remove(folder, { recursive: true });
    });
  }
  await browser.close();
  await stop();
});

async function check(
  { traceback, extra }: Stored,
  failure: Failure,
  { type, message }: Thrown,
  { source }: Project,
): Promise<void> {
  const text = await Deno.readTextFile(`${source}/${failure.file.replace("src/", "")}`);
  const lines = text.split("\n");
  const index = lines.findIndex((line) => line.startsWith(failure.line));
  const line = lines[index] ?? "";
  assert.ok(traceback.startsWith(`${type}: ${message}\n    at `), traceback);
  assert.deepEqual(
    { ...failingFrame(traceback)?.frame },
    {
      file: failure.file,
      line: index + 1,
      column: line.indexOf(failure.at) + 1,
      function: failure.function,
      inApp: true,
    },
    traceback,
  );
  for (const pattern of failure.also ?? []) assert.match(traceback, pattern);
  assert.equal(extra.source.text, line);
  assert.deepEqual(extra.source.before, lines.slice(index - 3, index));
  assert.deepEqual(extra.source.after, lines.slice(index + 1, index + 4));
}

async function upload(program: Program, { output }: Project, release: string): Promise<void> {
  const { code, stderr } = await runCommand(
    ["sourcemaps", "upload", output, "--project", "shop", "--release", release].concat(
      ...["--url", program.url, "--url-prefix", "/static"],
    ),
    { env: { API_KEY: program.apiKey } },
  );
  assert.equal(code, 0, stderr);
}

/** Serves the scripts elsewhere than they were uploaded for, as a CDN does, and a page around them. */
function serve({ output }: Project) {
  return Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async ({ url }) => {
    const { pathname } = new URL(url);
    if (!pathname.endsWith(".js")) {
      const html = '<!doctype html><script type="module" src="/v2/static/main.js?v=7"></script>';
      return new Response(html, { headers: { "content-type": "text/html" } });
    }
    const script = await Deno.readFile(`${output}/${pathname.replace(/^.*\//, "")}`);
    return new Response(script, { headers: { "content-type": "text/javascript" } });
  });
}

async function fail(page: Page, name: string): Promise<Thrown> {
  await page.waitForFunction("'fail' in globalThis");
  return await page.evaluate<Thrown>(`fail(${JSON.stringify(name)})`);
}

interface Stored {
  readonly traceback: string;
  readonly extra: {
    readonly source: {
      readonly text: string;
      readonly before: readonly string[];
      readonly after: readonly string[];
    };
  };
}

/** Reports an error as a page does, and gives what the tracker has of it. */
async function report(program: Program, fields: Thrown & { readonly release: string }) {
  const answer = await fetch(`${program.url}/api/browser/errors?key=${KEY}`, {
    method: "POST",
    body: JSON.stringify(fields),
  });
  const text = await answer.text();
  assert.ok(answer.ok, text);
  const detail = await program.fetch(`/api/errors/${JSON.parse(text).id}`);
  const { occurrences: [occurrence] } = await detail.json();
  const stored: Stored = occurrence;
  return stored;
}

/** What Firefox prints for a stack of Chrome: no header, no native code, its own words. */
function firefox({ stack }: Thrown): string {
  return geckoFrames(stack).filter(({ place }) => place !== null)
    .map(({ name, place, isAsync }) => `${isAsync ? "async*" : ""}${name}@${place}\n`).join("");
}

/** What Safari prints: native code as well, and nothing of what waits. */
function safari({ stack }: Thrown): string {
  return geckoFrames(stack).filter(({ isAsync }) => !isAsync)
    .map(({ name, place }) => `${name}@${place ?? "[native code]"}`).join("\n");
}

function geckoFrames(stack: string) {
  return [...stack.matchAll(/^ {4}at (async )?(?:(.*) \((.*)\)|(.*))$/gm)].map((
    [, isAsync, name = "", inBrackets, alone],
  ) => {
    const place = inBrackets ?? alone ?? "";
    return {
      name: name.replace(/ \[as .*\]$/, "").replace(/^(?:new|get) |^.*\./, ""),
      place: place.startsWith("http") ? place : null,
      isAsync: isAsync !== undefined,
    };
  });
}
