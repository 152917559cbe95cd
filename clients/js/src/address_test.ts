import assert from "node:assert/strict";
import { cleanAddress, cleanStack } from "./address.ts";

const ADDRESSES: readonly (readonly [string, string])[] = [
  ["https://shop.example/", "https://shop.example/"],
  ["https://shop.example:8443/a/b", "https://shop.example:8443/a/b"],
  ["https://shop.example/orders/17", "https://shop.example/orders/:id"],
  ["https://shop.example/orders/17/items/4?x=1#top", "https://shop.example/orders/:id/items/:id"],
  ["https://ann:secret@shop.example/cart", "https://shop.example/cart"],
  ["https://shop.example/?token=abc", "https://shop.example/"],
  [
    "https://shop.example/u/3f2504e0-4f89-11d3-9a0c-0305e82c3301",
    "https://shop.example/u/:id",
  ],
  ["https://shop.example/c/9fceb02d0ae598e95dc970b74767f193", "https://shop.example/c/:id"],
  ["https://shop.example/o/01HF7YAT00ABCDEF12345678", "https://shop.example/o/:id"],
  ["https://shop.example/reset/eyJhbGciOiJIUzI1NiJ9", "https://shop.example/reset/:id"],
  ["https://shop.example/u/ann@example.com", "https://shop.example/u/:id"],
  ["https://shop.example/u/ann%40example.com/x", "https://shop.example/u/:id/x"],
  // Words are no ids.
  ["https://shop.example/api/v1/facade/deadbeef", "https://shop.example/api/v1/facade/deadbeef"],
  ["https://shop.example/blog/how-to-be-20-again", "https://shop.example/blog/how-to-be-20-again"],
  ["https://shop.example/assets/app-3f2a9c1b.js", "https://shop.example/assets/app-3f2a9c1b.js"],
  ["about:srcdoc", "about:srcdoc"],
  ["file:///srv/site/index.html?a=1", "file:///srv/site/index.html"],
];

for (const [address, expected] of ADDRESSES) {
  Deno.test(`cleanAddress() makes ${address} ${expected}`, () => {
    assert.equal(cleanAddress(new URL(address)), expected);
  });
}

const STACKS: readonly (readonly [string, string, string])[] = [
  [
    "Chrome",
    "Error: x?\n    at pay (https://shop.example/app.js?v=3:12:5)\n    at https://shop.example/reset?token=a:b#c:1:2",
    "Error: x?\n    at pay (https://shop.example/app.js:12:5)\n    at https://shop.example/reset:1:2",
  ],
  [
    "Firefox",
    "pay@https://shop.example/app.js?v=3:12:5\n@https://shop.example/#/a:1:2\n",
    "pay@https://shop.example/app.js:12:5\n@https://shop.example/:1:2\n",
  ],
  [
    "eval",
    "    at eval (eval at f (https://shop.example/a?b:1:2), <anonymous>:3:4)",
    "    at eval (eval at f (https://shop.example/a:1:2), <anonymous>:3:4)",
  ],
];

for (const [name, stack, expected] of STACKS) {
  Deno.test(`cleanStack() takes queries out of a stack of ${name}`, () => {
    assert.equal(cleanStack(stack), expected);
  });
}

Deno.test("cleanStack() leaves sentences alone, and is quick with hostile ones", () => {
  const sentence = "Error: GET https://shop.example/a?b=c failed";
  assert.equal(cleanStack(sentence), sentence);
  const hostile = "https://a/?".repeat(2000) + ":1".repeat(2000);
  assert.ok(cleanStack(hostile).length <= hostile.length);
});
