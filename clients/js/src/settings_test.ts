import assert from "node:assert/strict";
import { readOptions } from "./settings.ts";
import type { MonlightOptions } from "./types.ts";

const PAGE = "https://shop.example/cart?x=1#y";
const KEY = "0123456789abcdef0123456789abcdef";
const read = (options: Partial<MonlightOptions>, script = "") =>
  readOptions({ dsn: KEY, ...options }, PAGE, script);

const ENDPOINTS: readonly (readonly [string, Partial<MonlightOptions>, string, string])[] = [
  ["the page's origin", {}, "", "https://shop.example"],
  [
    "the script's origin",
    {},
    "https://monlight.example/monlight.min.js",
    "https://monlight.example",
  ],
  [
    "the address in the key",
    { dsn: `https://${KEY}@relay.example:5013/` },
    "",
    "https://relay.example:5013",
  ],
  [
    "its path",
    { dsn: `https://${KEY}@relay.example/monlight/` },
    "",
    "https://relay.example/monlight",
  ],
  [
    "what is given, before all",
    {
      dsn: `https://${KEY}@relay.example`,
      endpoint: "https://other.example//",
    },
    "https://monlight.example/m.js",
    "https://other.example",
  ],
  [
    "a path of the page's origin",
    { endpoint: "/monitoring/" },
    "",
    "https://shop.example/monitoring",
  ],
  [
    "without credentials and query",
    { endpoint: "https://a:b@relay.example/?c" },
    "",
    "https://relay.example",
  ],
];

for (const [name, options, script, expected] of ENDPOINTS) {
  Deno.test(`readOptions() sends to ${name}`, () => {
    const { endpoint, key } = read(options, script);
    assert.deepEqual({ endpoint, key }, { endpoint: expected, key: KEY });
  });
}

Deno.test("readOptions() has defaults", () => {
  assert.deepEqual(read({}), {
    endpoint: "https://shop.example",
    key: KEY,
    release: undefined,
    environment: "production",
    sampleRate: 1,
    debug: false,
    captureConsole: false,
    beforeSend: undefined,
  });
});

const REFUSED: readonly (readonly [object, RegExp])[] = [
  [{ dsn: undefined }, /^Error: dsn must be/],
  [{ dsn: " " }, /^Error: dsn must be/],
  [{ dsn: 7 }, /^Error: dsn must be/],
  [{ dsn: "https://relay.example" }, /^Error: dsn must be/],
  [{ sampleRate: 1.5 }, /^Error: sampleRate must be a number from 0 to 1, not 1\.5$/],
  [{ sampleRate: NaN }, /^Error: sampleRate must be/],
  [{ sampleRate: -0.1 }, /^Error: sampleRate must be/],
  [{ endpoint: "ftp://relay.example" }, /^Error: endpoint must be an http or https address/],
];

for (const [options, message] of REFUSED) {
  Deno.test(`readOptions() refuses ${Deno.inspect(options)}`, () => {
    assert.throws(() => read(options), (error) => message.test(String(error)));
  });
}
