import assert from "node:assert/strict";
import fc from "fast-check";
import { readStack } from "./stack_frames.ts";

const URL = "https://shop.example/app.js";

interface Case {
  readonly name: string;
  /** A line of a stack as the browser writes it. */
  readonly line: string;
  /** In Chrome's words; the same line unless given. */
  readonly text?: string;
  /** `url line column function`, `-` for what is not told; null for what is in no script. */
  readonly frame: string | null;
  readonly is?: "async" | "eval";
}

const CHROME: readonly Case[] = [
  { name: "a function", line: `    at load (${URL}:3:73)`, frame: `${URL} 3 73 load` },
  { name: "no function", line: `    at ${URL}:3:73`, frame: `${URL} 3 73 -` },
  { name: "a tab in front", line: `\tat load (${URL}:3:73)`, frame: `${URL} 3 73 load` },
  {
    name: "async",
    line: `    at async load (${URL}:3:73)`,
    frame: `${URL} 3 73 load`,
    is: "async",
  },
  {
    name: "async without a function",
    line: `    at async ${URL}:3:7`,
    frame: `${URL} 3 7 -`,
    is: "async",
  },
  { name: "new", line: `    at new Foo (${URL}:3:7)`, frame: `${URL} 3 7 new Foo` },
  {
    name: "an alias",
    line: `    at Object.foo [as bar] (${URL}:3:7)`,
    frame: `${URL} 3 7 Object.foo [as bar]`,
  },
  {
    name: "a getter",
    line: `    at get total [as total] (${URL}:3:7)`,
    frame: `${URL} 3 7 get total [as total]`,
  },
  { name: "a minified name", line: `    at $_.t$ (${URL}:1:9)`, frame: `${URL} 1 9 $_.t$` },
  {
    name: "a computed name",
    line: `    at t.<computed> [as a b] (${URL}:1:9)`,
    frame: `${URL} 1 9 t.<computed> [as a b]`,
  },
  { name: "a private method", line: `    at t.#a (${URL}:1:9)`, frame: `${URL} 1 9 t.#a` },
  {
    name: "an anonymous method",
    line: `    at HTMLButtonElement.<anonymous> (${URL}:1:9)`,
    frame: `${URL} 1 9 HTMLButtonElement.<anonymous>`,
  },
  { name: "a query", line: `    at load (${URL}?v=3#a:1:9)`, frame: `${URL}?v=3#a 1 9 load` },
  {
    name: "a port",
    line: "    at http://localhost:8080/app.js:1:9",
    frame: "http://localhost:8080/app.js 1 9 -",
  },
  {
    name: "brackets in the address",
    line: "    at load (https://a.example/a(1).js:1:9)",
    frame: "https://a.example/a(1).js 1 9 load",
  },
  { name: "blanks at the end", line: `    at load (${URL}:1:9)  `, frame: `${URL} 1 9 load` },
  { name: "no column", line: `    at load (${URL}:3)`, frame: `${URL} 3 - load` },
  { name: "column 0", line: `    at load (${URL}:3:0)`, frame: `${URL} 3 0 load` },
  {
    name: "Windows",
    line: "    at load (C:\\shop\\app.js:3:7)",
    frame: "C:\\shop\\app.js 3 7 load",
  },
  {
    name: "an extension",
    line: "    at chrome-extension://abc/a.js:1:9",
    frame: "chrome-extension://abc/a.js 1 9 -",
  },
  {
    name: "a blob",
    line: "    at t (blob:https://a.example/2037:1:29)",
    frame: "blob:https://a.example/2037 1 29 t",
  },
  {
    name: "Edge's anonymous function",
    line: `   at Anonymous function (${URL}:3:7)`,
    frame: `${URL} 3 7 -`,
  },
  { name: "Edge's global code", line: `   at Global code (${URL}:3:7)`, frame: `${URL} 3 7 -` },
  { name: "native code", line: "    at Array.map (<anonymous>)", frame: null },
  { name: "old native code", line: "    at Array.map (native)", frame: null },
  { name: "nothing", line: "    at <anonymous>", frame: null },
  { name: "Promise.all", line: "    at async Promise.all (index 0)", frame: null },
  { name: "wasm", line: `    at add (${URL}m:wasm-function[3]:0x1a2b)`, frame: null },
  { name: "line 0", line: `    at load (${URL}:0:1)`, frame: null },
  {
    name: "eval",
    line: `    at eval (eval at render (${URL}:10:5), <anonymous>:3:7)`,
    frame: `${URL} 10 5 -`,
    is: "eval",
  },
  {
    name: "eval in eval",
    line: `    at f (eval at g (eval at render (${URL}:10:5), <anonymous>:1:2), <anonymous>:3:7)`,
    frame: `${URL} 10 5 -`,
    is: "eval",
  },
  {
    name: "eval with an address",
    line: `    at f (eval at g (${URL}:10:5), webpack-internal:///./src/a.js:3:7)`,
    frame: "webpack-internal:///./src/a.js 3 7 -",
    is: "eval",
  },
  {
    name: "eval of nowhere",
    line: "    at eval (eval at <anonymous> (<anonymous>), <anonymous>:1:1)",
    frame: null,
  },
];

const GECKO: readonly Case[] = [
  {
    name: "a function",
    line: `load@${URL}:3:73`,
    text: `    at load (${URL}:3:73)`,
    frame: `${URL} 3 73 load`,
  },
  { name: "no function", line: `@${URL}:3:73`, text: `    at ${URL}:3:73`, frame: `${URL} 3 73 -` },
  {
    name: "a function in another",
    line: `load/<@${URL}:3:73`,
    text: `    at load/< (${URL}:3:73)`,
    frame: `${URL} 3 73 load/<`,
  },
  {
    name: "no column",
    line: `load@${URL}:3`,
    text: `    at load (${URL}:3)`,
    frame: `${URL} 3 - load`,
  },
  {
    name: "async",
    line: `async*load@${URL}:3:7`,
    text: `    at async load (${URL}:3:7)`,
    frame: `${URL} 3 7 load`,
    is: "async",
  },
  {
    name: "a promise",
    line: `promise callback*load/<@${URL}:3:7`,
    text: `    at async load/< (${URL}:3:7)`,
    frame: `${URL} 3 7 load/<`,
    is: "async",
  },
  {
    name: "a listener",
    line: `EventListener.handleEvent*@${URL}:3:7`,
    text: `    at async ${URL}:3:7`,
    frame: `${URL} 3 7 -`,
    is: "async",
  },
  {
    name: "names of webpack",
    line: `./src/@cart/total.js/total@${URL}:1:204`,
    text: `    at ./src/@cart/total.js/total (${URL}:1:204)`,
    frame: `${URL} 1 204 ./src/@cart/total.js/total`,
  },
  {
    name: "an address with @",
    line: `t@https://cdn.example/npm/@a/b.js:1:2`,
    text: "    at t (https://cdn.example/npm/@a/b.js:1:2)",
    frame: "https://cdn.example/npm/@a/b.js 1 2 t",
  },
  {
    name: "a minified name",
    line: `$_$@${URL}:1:2`,
    text: `    at $_$ (${URL}:1:2)`,
    frame: `${URL} 1 2 $_$`,
  },
  {
    name: "eval",
    line: `page@${URL} line 2 > eval:3:7`,
    text: `    at page (eval at <anonymous> (${URL}:2), <anonymous>:3:7)`,
    frame: `${URL} 2 - -`,
    is: "eval",
  },
  {
    name: "new Function in eval",
    line: `@${URL} line 9 > Function line 1 > eval:3:1`,
    text: `    at eval (eval at <anonymous> (${URL}:9), <anonymous>:3:1)`,
    frame: `${URL} 9 - -`,
    is: "eval",
  },
  {
    name: "Safari's global code",
    line: `global code@${URL}:5:15`,
    text: `    at ${URL}:5:15`,
    frame: `${URL} 5 15 -`,
  },
  {
    name: "Safari's module code",
    line: `module code@${URL}:5:15`,
    text: `    at ${URL}:5:15`,
    frame: `${URL} 5 15 -`,
  },
  {
    name: "Safari's native code",
    line: "map@[native code]",
    text: "    at map (<anonymous>)",
    frame: null,
  },
  {
    name: "native code alone",
    line: "[native code]",
    text: "    at [native code] (<anonymous>)",
    frame: null,
  },
  {
    name: "Safari's eval code",
    line: "eval code",
    text: "    at eval code (<anonymous>)",
    frame: null,
  },
  {
    name: "a place alone",
    line: `${URL}:8:33`,
    text: `    at ${URL}:8:33`,
    frame: `${URL} 8 33 -`,
  },
  {
    name: "Safari's extension",
    line: "safari-web-extension://1F2E/content.js:1:1",
    text: "    at safari-web-extension://1F2E/content.js:1:1",
    frame: "safari-web-extension://1F2E/content.js 1 1 -",
  },
  {
    name: "wasm",
    line: `add@${URL}m:wasm-function[3]:0x1a2b`,
    text: `    at add (${URL}m:wasm-function[3]:0x1a2b)`,
    frame: null,
  },
  {
    name: "Safari's wasm",
    line: "<?>.wasm-function[1]@[wasm code]",
    text: "    at <?>.wasm-function[1] (<anonymous>)",
    frame: null,
  },
  {
    name: "the console",
    line: "@debugger eval code:1:1",
    text: "    at debugger eval code:1:1",
    frame: "debugger eval code 1 1 -",
  },
  {
    name: "the self-hosted",
    line: "map@self-hosted:178:17",
    text: "    at map (self-hosted:178:17)",
    frame: "self-hosted 178 17 map",
  },
  { name: "an address of mail", line: "who wrote a@b.example:12", frame: null },
];

const BROWSERS = [["Chrome", CHROME, "Error: x\n"], ["Firefox or Safari", GECKO, ""]] as const;

for (const [browser, cases, header] of BROWSERS) {
  for (const { name, line, text = line, frame, is } of cases) {
    Deno.test(`readStack() reads ${name} of ${browser}`, () => {
      const neighbour = header === "" ? `main@${URL}:1:1` : `    at main (${URL}:1:1)`;
      const stack = `${header}${neighbour}\n${line}`;
      const read = readStack({ type: "Error", message: "x", stack });
      assert.equal(read.length, 3);
      const last = read[2];
      assert.equal(last?.text, text);
      const found = last?.frame ?? null;
      assert.equal(
        found && [found.url, found.line, found.column ?? "-", found.functionName ?? "-"].join(" "),
        frame,
      );
      assert.equal(found?.isAsync ?? false, is === "async");
      assert.equal(found?.isEvalOrigin ?? false, is === "eval");
      if (!found) return;
      const place = [found.url, found.line, found.column].filter((part) => part !== null);
      assert.equal(last?.text.slice(found.start, found.end), place.join(":"));
    });
  }
}

const AT = `    at load (${URL}:1:9)`;

Deno.test("readStack() keeps lines that are no frames, where they are", () => {
  const stack = ["Error: x", AT, "Caused by: y", AT, "", "  {", "    code: 5"].join("\n");
  const read = readStack({ type: "Error", message: "x", stack });
  assert.equal(read.map(({ text }) => text).join("\n"), stack);
});

Deno.test("readStack() takes any text, and nothing of Chrome's stacks is lost", () => {
  const part = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.constantFrom(
      "    at ",
      " (",
      ")",
      "@",
      URL,
      ":1:2",
      "\n",
      "\r\n",
      "eval at ",
      " line 2 > eval",
    ),
    fc.constantFrom("async ", "[native code]", ", <anonymous>", "Error", ": ", "x", " > "),
  );
  const text = fc.array(part, { maxLength: 30 }).map((parts) => parts.join(""));
  fc.assert(fc.property(text, fc.string({ maxLength: 5 }), (stack, message) => {
    const thrown = {
      type: "Error",
      message,
      stack: `Error: ${message}\n    at a (b.js:1:2)\n${stack}`,
    };
    const read = readStack(thrown);
    assert.equal(
      read.map(({ text }) => text).join("\n"),
      thrown.stack.replaceAll("\r\n", "\n").replace(/\r$/, ""),
    );
    readStack({ type: "Error", message, stack });
  }));
});

Deno.test("readStack() gets through what would make a careless reader try for hours", () => {
  const hostile = [
    "at ".repeat(20_000),
    " ".repeat(60_000),
    "\n".repeat(60_000),
    `${"a@".repeat(30_000)}`,
    `at ${"(".repeat(60_000)}`,
    ":1".repeat(30_000),
    `at f (${"eval at g (".repeat(5_000)}`,
    `f@x${" line 1 > eval".repeat(4_000)}:1:1`,
    Array.from({ length: 10_000 }, () => "a@b:1").join("\n"),
    "https://".repeat(500) + "\n" + "x://a:1:".repeat(500),
  ];
  for (const text of hostile) {
    const lines = text.split("\n").length;
    const read = readStack({ type: "Error", message: "x", stack: `Error: x\n${text}` });
    assert.equal(read.length, 1 + lines);
    const header = readStack({ type: "Error", message: text, stack: `Error: ${text}\n${AT}` });
    assert.equal(header.length, lines + 1);
  }
});
