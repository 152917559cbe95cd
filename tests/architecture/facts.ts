/// <reference lib="deno.unstable" />
/** What a module's code does, read from its syntax tree. */
import type { Module } from "./modules.ts";

export interface Facts {
  /** Members of `Deno` that are used: `env`, `serve`; `*` when it is taken whole. */
  readonly deno: readonly string[];
  /** Where the time is read: `Date.now()`, `new Date()`, `performance.now()`. */
  readonly clocks: readonly string[];
  /** Texts in the code, those of templates too. */
  readonly texts: readonly string[];
  /** HTTP status codes written as numbers, each as it stands. */
  readonly statuses: readonly string[];
  /** Functions and objects beyond the language that are used: `fetch`, `process`, `setTimeout`. */
  readonly globals: readonly string[];
}

const GLOBALS = [
  ...["fetch", "process", "setTimeout", "setInterval", "crypto", "Worker", "WebSocket"],
  "systemClock",
];
/** Functions that answer with the status they are given. */
const ANSWERING = /^(json|html|text|redirect|status|Response)$/;

const known = new WeakMap<Module, Facts>();

export function factsOf(module: Module): Facts {
  const facts = known.get(module) ?? read(module);
  known.set(module, facts);
  return facts;
}

function read({ path, source }: Module): Facts {
  const deno: string[] = [];
  const clocks: string[] = [];
  const texts: string[] = [];
  const statuses: string[] = [];
  const globals: string[] = [];
  const textOf = ({ range: [from, to] }: Deno.lint.Node) => source.slice(from, to);
  const visitor: Deno.lint.LintVisitor = {
    Identifier(node) {
      const { parent } = node;
      const isName = parent.type === "MemberExpression" && parent.property === node ||
        parent.type === "Property" && parent.key === node && parent.value !== node;
      if (isName) return;
      if (node.name === "Deno" && parent.type !== "TSQualifiedName") {
        deno.push(parent.type === "MemberExpression" ? textOf(parent.property) : "*");
      }
      if (GLOBALS.includes(node.name)) globals.push(node.name);
    },
    CallExpression(node) {
      const callee = textOf(node.callee);
      if (callee === "Date.now" || callee === "performance.now") clocks.push(`${callee}()`);
      const [first] = node.arguments;
      const isChoice = ANSWERING.test(callee.split(".").at(-1) ?? "") &&
        node.arguments.some(isStatus);
      const isAmong = callee.endsWith(".includes") && first && isStatusName(textOf(first)) &&
        /\b[1-5]\d\d\b/.test(callee);
      if (isChoice || isAmong) statuses.push(textOf(node));
    },
    NewExpression(node) {
      if (textOf(node.callee) === "Date" && node.arguments.length === 0) clocks.push("new Date()");
    },
    Literal(node) {
      if (typeof node.value === "string") texts.push(node.value);
    },
    TemplateLiteral(node) {
      texts.push(node.quasis.map(textOf).join(" "));
    },
    Property(node) {
      const named = isStatusName(textOf(node.key)) && isStatus(node.value);
      if (named || isStatus(node.key)) statuses.push(textOf(node));
    },
    BinaryExpression(node) {
      const { left, right } = node;
      const compares = isStatus(right) && isStatusName(textOf(left)) ||
        isStatus(left) && isStatusName(textOf(right));
      if (compares) statuses.push(textOf(node));
    },
  };
  Deno.lint.runPlugin(
    { name: "facts", rules: { read: { create: () => visitor } } },
    path,
    source,
  );
  return { deno, clocks, texts, statuses, globals };
}

function isStatus(node: Deno.lint.Node): boolean {
  return node.type === "Literal" && typeof node.value === "number" &&
    Number.isInteger(node.value) && node.value >= 100 && node.value < 600;
}

function isStatusName(text: string): boolean {
  return /(^|\.)status(Code)?$/.test(text);
}
