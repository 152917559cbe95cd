import assert from "node:assert/strict";
import fc from "fast-check";
import { FunctionTable } from "./table.ts";

/**
 * Sources in which `«name»` marks places and says what function they are in; `«»` is a place in none, or in
 * one without a name.
 */
const CASES: readonly (readonly [name: string, file: string, source: string])[] = [
  ["a declaration", "a.js", "«»; function load(a = «load») { «load» } «»"],
  ["functions in functions", "a.js", "function a() { function b() { «b» } «a» }"],
  ["a generator", "a.js", "function* ids() { «ids» } async function* all() { «all» }"],
  ["a variable", "a.js", "const load = function () { «load» }; let a = 1, b = () => { «b» };"],
  ["a function's own name", "a.js", "const load = function inner() { «inner» }"],
  ["an arrow", "a.js", "const load = (a, b) => { «load» }; «»"],
  ["an arrow of an expression", "a.js", "const load = (a) => a.b(«load»); «»"],
  ["an async arrow", "a.js", "const a = async (x) => { «a» }; const b = async x => «b»;"],
  ["an arrow without brackets", "a.js", "const load = a => «load»\nconst next = b => «next»\n«»"],
  ["an arrow that gives an object", "a.js", "const load = a => ({ x: «load» }); «»"],
  ["arrows in arrows", "a.js", "const load = a => b => «»; «»"],
  ["an arrow in a choice", "a.js", "const a = b ? (x => «») : (y => «»); «»"],
  ["a callback", "a.js", "function a() { items.map((item) => { «» }); «a» }"],
  ["a callback in a line", "a.js", "function a() { items.map(item => item.b(«»)); «a» }"],
  ["an assigned function", "a.js", "api.load = function () { «api.load» }; this.a = () => «a»"],
  ["a prototype", "a.js", "Cart.prototype.total = function () { «Cart.total» }"],
  ["a property", "a.js", "const a = { load: function () { «load» }, 'b-c': () => { «b-c» } };"],
  [
    "methods of an object",
    "a.js",
    "({ load() { «load» }, async next() { «next» }, get a() { «a» } })",
  ],
  ["methods named by texts", "a.js", "({ 'a b'() { «a b» }, async 'c, d'({ e }) { «c, d» } })"],
  ["a computed method", "a.js", "({ [Symbol.iterator]() { «[Symbol.iterator]» } })"],
  ["a class", "a.js", "class Cart { constructor(a) { «new Cart» } total() { «Cart.total» } }"],
  [
    "members of a class",
    "a.js",
    "class A { static of() { «A.of» } #b() { «A.#b» } get c() { «A.c» } *d() { «A.d» } }",
  ],
  ["fields of a class", "a.js", "class A { load = () => { «A.load» };\n  b = 1\n  c() { «A.c» } }"],
  ["a static block", "a.js", "class A { static { «» } b() { «A.b» } }"],
  [
    "a class in a variable",
    "a.js",
    "const A = class extends B(function () { «» }) { c() { «A.c» } }",
  ],
  ["a class without a name", "a.js", "f(class { constructor() { «» } b() { «b» } })"],
  ["a class within a method", "a.js", "class A { b() { class C { d() { «C.d» } } «A.b» } }"],
  ["default exports", "a.js", "export default function () { «default» }"],
  ["a default arrow", "a.js", "export default async () => { «default» }"],
  [
    "control flow",
    "a.js",
    "function a() { if (b) { «a» } for (const c of d) { «a» } switch (e) { case f: { «a» } } try { } catch (g) { «a» } }",
  ],
  ["calls in statements", "a.js", "function a() { if (b()) { c() } «a» }\nd()\n{ «» }"],
  ["strings with brackets", "a.js", "function a() { b('}', \"}\", '\\'}'); «a» }"],
  ["templates", "a.js", "function a() { b(`}${c(`${`}`}`, () => { «» })}}`); «a» } «»"],
  [
    "regular expressions",
    "a.js",
    "function a() { b(/}/, /[/}]/g, c / d, e++ / f / g); if (x) /}/.test(y); «a» }",
  ],
  ["comments", "a.js", "function a() { // }\n /* } */ «a» }"],
  ["a first line for the shell", "a.js", "#!/usr/bin/env }\nfunction a() { «a» }"],
  ["default values of parameters", "a.js", "function a({ b = () => { «b» } } = {}) { «a» }"],
  [
    "an immediate function",
    "a.js",
    "(function () { «» })(); (() => { «» })(); !function () { «» }();",
  ],
  [
    "an immediate function",
    "a.js",
    "const a = function () { const b = () => {}; «» }(); (() => { «» })(); !function () { «» }();",
  ],
  [
    "shifts and comparisons",
    "a.js",
    "const a = { b: (c, d) => c << d, e: (f, g) => f <= g, h: () => «h» };",
  ],
  ["logical assignments", "a.js", "this.a ??= (b) => c(«a»)"],
  ["what is never closed", "a.js", "function a() { «a»"],
  ["too much that is closed", "a.js", "}}) function a() { «a» } «»"],
  ["letters of other alphabets", "a.js", "function größe() { «größe» } const 名 = () => «名»"],
  ["optional chains", "a.js", "const f = (a) => a?.b?.(«f») ?? c?.5:1; «»"],
  ["an arrow after a condition", "a.js", "const a = { b: c ? d => «» : e, f() { «f» } }"],
  // TypeScript
  [
    "types of parameters",
    "a.ts",
    "function a(b: { c: string }, d?: () => void): Promise<{ e: f }> { «a» }",
  ],
  ["a result that is an object", "a.ts", "function a(): { b: string } { «a» } «»"],
  ["a typed arrow", "a.ts", "const load: Loader<Map<a, b>> = (c: d): e => { «load» }; «»"],
  ["a typed arrow of an expression", "a.ts", "const load = (c: d): Promise<e> => f(«load»); «»"],
  [
    "type parameters",
    "a.ts",
    "function a<T extends b>(c: T) { «a» } const d = <T,>(e: T) => { «d» };",
  ],
  [
    "methods with types",
    "a.ts",
    "class A<T> extends B<T> { c<U>(d: U): Map<T, U> { «A.c» } private async e?(): f { «A.e» } }",
  ],
  [
    "overloads",
    "a.ts",
    "class A { b(c: string): void\n b(c: number): void;\n b(c: any) { «A.b» } d() { «A.d» } }",
  ],
  [
    "parameter properties",
    "a.ts",
    "class A { constructor(private readonly b: C = d()) { «new A» } e() { «A.e» } }",
  ],
  [
    "decorators",
    "a.ts",
    "@Component({ a: b() }) class C { @Input() d: string; @On('x') e() { «C.e» } @F() g() { «C.g» } }",
  ],
  [
    "typed fields",
    "a.ts",
    "class A { private b: C<D> = new C(); readonly e: F = (g) => { «A.e» }; h() { «A.h» } }",
  ],
  ["interfaces", "a.ts", "interface A { b(): void; c: () => d }\nfunction e() { «e» }"],
  ["abstract classes", "a.ts", "abstract class A { abstract b(): void; c() { «A.c» } }"],
  ["namespaces", "a.ts", "namespace A { export function b() { «b» } }"],
  [
    "assertions",
    "a.ts",
    "function a() { const b = <C>d; const e = f as G<h>; const i = j!; «a» } const k = l satisfies M; «»",
  ],
  [
    "type guards",
    "a.ts",
    "function isA(b: unknown): b is A { «isA» } function c(d): asserts d is E { «c» }",
  ],
  [
    "conditional types",
    "a.ts",
    "type A<T> = T extends (a: infer U) => b ? U : c;\nconst d = () => { «d» }",
  ],
  [
    "results that are functions",
    "a.ts",
    "function a(b: c): (d: e) => f { «a» } class G { h(): readonly { i: j }[] { «G.h» } }",
  ],
  ["typed variables of functions", "a.ts", "function a() { const b: (c: d) => e = f(«a»); }"],
  // Elements
  ["an element", "a.jsx", 'function A() { return <div className="b">it\'s {c(«A»)} }</div>; }'],
  [
    "callbacks of elements",
    "a.jsx",
    "const A = () => <ul onClick={() => { «» }}>{b.map((c) => <li key={c}>{d(«»)}</li>)}</ul>; «»",
  ],
  [
    "elements in elements",
    "a.tsx",
    "const A = (p: P) => (<><B {...p} c={{ d: '}' }} /><E.F>don't</E.F></>)\nfunction g() { «g» }",
  ],
  [
    "an element in a choice",
    "a.js",
    "function A() { return b ? <C /> : <D>'</D> } function e() { «e» }",
  ],
  [
    "a generic arrow beside elements",
    "a.tsx",
    "const a = <T,>(b: T) => { «a» }; const c = <T extends d>(e: T) => { «c» }; «»",
  ],
  [
    "comparisons beside elements",
    "a.js",
    "function a() { for (let i = 0; i < b; i++) c(i); return d < e && f > g } function h() { «h» }",
  ],
  // Files of several languages
  [
    "a component of Vue",
    "a.vue",
    '<template><p>it\'s {{ a }}</p></template>\n<script setup lang="ts">\nfunction a() { «a» }\n</script>\n<style>p { color: red }</style>',
  ],
  [
    "a component of Svelte",
    "a.svelte",
    "<script>\nlet a = () => { «a» }\n</script>\n<p>it's {a}</p>",
  ],
];

for (const [name, file, source] of CASES) {
  Deno.test(`FunctionTable.nameAt() knows ${name}`, () => {
    const { text, marks } = unmark(source);
    const table = read(file, text);
    const found = marks.map(({ line, column }) => table?.nameAt(line, column) ?? "");
    assert.deepEqual(found, marks.map(({ name }) => name));
  });
}

Deno.test("FunctionTable.read() leaves other languages alone", () => {
  for (const file of ["a.css", "a.elm", "a.kt", "README", "webpack/bootstrap", "a.json"]) {
    assert.equal(read(file, "function a() {}"), null);
  }
});

Deno.test("FunctionTable.nameAt() knows places over many lines", () => {
  const text = Array.from({ length: 500 }, (_, at) => `function f${at}() {\n  a();\n}\n`).join("");
  const table = read("a.js", text);
  for (let at = 0; at < 500; at++) assert.equal(table?.nameAt(3 * at + 2, 3), `f${at}`);
  assert.equal(table?.nameAt(1501, 1), null);
  assert.equal(table?.nameAt(9999, 9999), null);
});

Deno.test("FunctionTable.read() gets through what would make a careless reader try for hours", () => {
  const parts = [
    "<",
    "a<",
    "(",
    ")",
    "{",
    "}",
    "[",
    "[]",
    "=",
    "a=",
    "/*",
    "`${",
    "=>",
    "<a>",
    "{)",
  ];
  for (const file of ["a.js", "a.ts"]) {
    for (const part of parts) {
      const table = read(file, `function known() { x }\n${part.repeat(200_000)}`);
      assert.equal(table?.nameAt(1, 20), "known", part);
    }
  }
});

Deno.test("FunctionTable.read() takes any text", () => {
  const part = fc.oneof(
    fc.constantFrom(..."(){}[]<>/'\"`$;:,.=?!*&|@#\\\n ".split("")),
    fc.constantFrom("=>", "${", "</", "/>", "//", "/*", "*/", "function ", "class ", "const a = "),
    fc.constantFrom("async ", "get ", "return ", "case ", "default", "a", "1", "<a", "export "),
  );
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 80 }),
      fc.constantFrom("a.js", "a.ts", "a.vue"),
      (parts, file) => {
        const table = read(file, parts.join(""));
        for (let column = 1; column < 40; column++) table?.nameAt(1, column);
      },
    ),
    { numRuns: 2000 },
  );
});

function read(file: string, text: string): FunctionTable | null {
  const steps = FunctionTable.read(file, text);
  let result = steps.next();
  while (!result.done) result = steps.next();
  return result.value;
}

interface Mark {
  readonly name: string;
  readonly line: number;
  readonly column: number;
}

function unmark(source: string): { readonly text: string; readonly marks: readonly Mark[] } {
  const marks: Mark[] = [];
  let text = "";
  for (const part of source.split(/(«[^»]*»)/)) {
    if (!part.startsWith("«")) {
      text += part;
      continue;
    }
    const lines = text.split("\n");
    const column = (lines.at(-1)?.length ?? 0) + 1;
    marks.push({ name: part.slice(1, -1), line: lines.length, column });
    text += "x";
  }
  return { text, marks };
}
