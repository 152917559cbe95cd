import assert from "node:assert/strict";
import { readStack } from "./stack_frames.ts";

const URL = "https://shop.example/app.js";

interface Header {
  readonly name: string;
  readonly type?: string;
  readonly message: string;
  readonly stack: readonly string[];
  readonly header: readonly string[];
  readonly frames: number;
}

const AT = `    at load (${URL}:1:9)`;

const HEADERS: readonly Header[] = [
  { name: "Chrome's own", message: "x", stack: ["Error: x", AT], header: ["Error: x"], frames: 1 },
  {
    name: "a message of several lines",
    message: "one\ntwo\n\nfour",
    stack: ["Error: one", "two", "", "four", AT],
    header: ["Error: one", "two", "", "four"],
    frames: 1,
  },
  {
    name: "a message that quotes a stack",
    message: `failed:\n${AT}\n${AT}`,
    stack: ["Error: failed:", AT, AT, AT],
    header: ["Error: failed:", AT, AT],
    frames: 1,
  },
  {
    name: "the name of a minified class",
    type: "CartError",
    message: `failed:\n${AT}`,
    stack: ["t: failed:", AT, AT],
    header: ["t: failed:", AT],
    frames: 1,
  },
  { name: "no message", message: "", stack: ["Error", AT], header: ["Error"], frames: 1 },
  { name: "a header left out", message: "x", stack: [AT], header: ["Error: x"], frames: 1 },
  {
    name: "Firefox, which has none",
    message: "x",
    stack: [`load@${URL}:1:9`],
    header: ["Error: x"],
    frames: 1,
  },
  {
    name: "a message of several lines for Firefox",
    message: "one\ntwo",
    stack: [`load@${URL}:1:9`, ""],
    header: ["Error: one", "two"],
    frames: 1,
  },
  {
    name: "no message for Firefox",
    message: "",
    stack: [`@${URL}:1:9`],
    header: ["Error"],
    frames: 1,
  },
  {
    name: "a type that the message tells too",
    message: "Error: x",
    stack: [`@${URL}:1:9`],
    header: ["Error: x"],
    frames: 1,
  },
  {
    name: "a header that a library put before Firefox's frames",
    message: "x",
    stack: ["Error: x", `load@${URL}:1:9`],
    header: ["Error: x"],
    frames: 1,
  },
  {
    name: "a message that begins like another",
    message: "x",
    stack: ["Error: xy", AT],
    header: ["Error: xy"],
    frames: 1,
  },
  { name: "no frames", message: "x", stack: ["Error: x"], header: ["Error: x"], frames: 0 },
  {
    name: "text before the header",
    message: "x",
    stack: ["Uncaught Error: x", AT],
    header: ["Uncaught Error: x"],
    frames: 1,
  },
];

for (const lineBreak of ["\n", "\r\n"]) {
  for (const { name, type = "Error", message, stack, header, frames } of HEADERS) {
    Deno.test(`readStack() knows the header of ${name}, lines ended by ${JSON.stringify(lineBreak)}`, () => {
      const all = {
        type,
        message: message.replaceAll("\n", lineBreak),
        stack: stack.join(lineBreak),
      };
      const read = readStack(all);
      assert.deepEqual(read.slice(0, header.length).map(({ text }) => text), header);
      assert.equal(read.filter(({ frame }) => frame !== null).length, frames);
      assert.ok(read.slice(0, header.length).every(({ frame }) => frame === null));
    });
  }
}
