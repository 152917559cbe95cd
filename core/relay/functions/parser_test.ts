/** Holds the names of functions to a true parser, over scripts that are installed anyway. */
import assert from "node:assert/strict";
import { parseAst } from "rollup/parseAst";
import { FunctionTable } from "./table.ts";

const PACKAGES = new URL("../../../node_modules/", import.meta.url);

/** Written by hand, compiled from TypeScript, bundled, and minified. */
const SCRIPTS = [
  "preact/src/diff/index.js",
  "preact/src/component.js",
  "preact/dist/preact.mjs",
  "preact/debug/dist/debug.mjs",
  "hono/dist/context.js",
  "hono/dist/hono-base.js",
  "hono/dist/jsx/dom/render.js",
  "terser/lib/parse.js",
  "terser/lib/compress/index.js",
  "uplot/dist/uPlot.esm.js",
  "uplot/dist/uPlot.iife.min.js",
  "ajv/dist/core.js",
];

for (const script of SCRIPTS) {
  Deno.test(`FunctionTable.nameAt() knows the functions of ${script} as a parser does`, async () => {
    const text = await Deno.readTextFile(new URL(script, PACKAGES));
    const steps = FunctionTable.read(script, text);
    let result = steps.next();
    while (!result.done) result = steps.next();
    const table = result.value;
    const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
    const wrong: string[] = [];
    let places = 0;
    let line = 0;
    const inOrder = [...placesIn([node(parseAst(text))])].sort((one, other) => one.at - other.at);
    for (const { at, name } of inOrder) {
      while ((starts[line + 1] ?? Infinity) <= at) line++;
      const column = at - (starts[line] ?? 0);
      const found = table?.nameAt(line + 1, column + 1);
      if (found !== name) wrong.push(`${line + 1}:${column + 1}: ${found} instead of ${name}`);
      places++;
    }
    assert.ok(places > 100, `${places} places`);
    assert.deepEqual(wrong, []);
  });
}

/** A node of the tree (ESTree), read without its hundred types. */
type Node = Readonly<Record<string, unknown>>;

interface Place {
  readonly at: number;
  readonly name: string | null;
}

/** Every word that stands in the body of a function, or in none, with the name of the function. */
function* placesIn(path: readonly Node[], name: string | null = null): Generator<Place> {
  const [current = {}] = path;
  if (current.type === "Identifier") yield { at: Number(current.start), name };
  for (const [key, value] of Object.entries(current)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (!isNode(child)) continue;
      const isFunction = /^(?:Arrow)?Function/.test(String(current.type));
      // Names of members and parameters are no code: whose they are makes no difference.
      if (isFunction ? key !== "body" : key === "key") continue;
      yield* placesIn([child, ...path], isFunction ? functionName(path) : name);
    }
  }
}

/** What a function is called: its own name, else that of what it is assigned to. */
function functionName([own = {}, parent = {}, ...above]: readonly Node[]): string | null {
  if (isNode(own.id)) return String(own.id.name);
  switch (parent.type) {
    case "MethodDefinition":
    case "PropertyDefinition":
      return memberName(parent, className(above.slice(1)));
    case "Property":
      return keyName(parent);
    case "VariableDeclarator":
    case "AssignmentPattern":
      return plainName(parent.id ?? parent.left);
    case "AssignmentExpression":
      return plainName(parent.left)?.replace(/^this\./, "").replace(".prototype.", ".") ?? null;
    case "ExportDefaultDeclaration":
      return "default";
    default:
      return null;
  }
}

function className([own = {}, parent = {}]: readonly Node[]): string | null {
  if (isNode(own.id)) return String(own.id.name);
  return parent.type === "VariableDeclarator" ? plainName(parent.id) : null;
}

function memberName(member: Node, className: string | null): string | null {
  if (member.kind === "constructor") return className === null ? null : `new ${className}`;
  const name = keyName(member);
  return className === null ? name : `${className}.${name}`;
}

function keyName({ key, computed }: Node): string | null {
  const { type, value } = node(key);
  const name = type === "Literal" ? String(value) : plainName(key);
  return computed === true && name !== null ? `[${name}]` : name;
}

/** `total`, `this.cart.total`; null for what is no chain of names. */
function plainName(value: unknown): string | null {
  const { type, name, object, property, computed } = node(value);
  if (type === "Identifier") return String(name);
  if (type === "PrivateIdentifier") return `#${name}`;
  if (type === "ThisExpression") return "this";
  if (type !== "MemberExpression" || computed === true) return null;
  const before = plainName(object);
  return before === null ? null : `${before}.${plainName(property)}`;
}

function node(value: unknown): Node {
  return isNode(value) ? value : {};
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value;
}
