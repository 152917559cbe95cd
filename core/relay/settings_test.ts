import assert from "node:assert/strict";
import { SettingsError, SettingsReader } from "../settings.ts";
import { relaySettings, upstreamSettings } from "./settings.ts";

function read(env: Readonly<Record<string, string>>) {
  const reader = new SettingsReader({ flags: {}, env, readFile: () => "" });
  const values = reader.read(relaySettings);
  reader.finish();
  return values;
}

Deno.test("CORS_ORIGINS takes origins as browsers send them", () => {
  const good = [
    "https://shop.example",
    "http://localhost:3000",
    "https://[::1]:8443",
    "https://xn--caf-dma.example",
    "capacitor://localhost",
  ];
  assert.deepEqual(read({ CORS_ORIGINS: good.join(" , ") }).corsOrigins, good);
  assert.deepEqual(read({}).corsOrigins, []);
});

const WRONG_ORIGINS = [
  "*",
  "null",
  "shop.example",
  "https://shop.example/",
  "https://shop.example/path",
  "https://shop.example:443",
  "http://shop.example:80",
  "https://Shop.example",
  "https://*.shop.example",
  "https://ann@shop.example",
  "https://café.example",
  "https://",
  "javascript://x/",
  Array.from({ length: 33 }, (_, n) => `https://shop${n}.example`).join(","),
];

for (const origins of WRONG_ORIGINS) {
  Deno.test(`CORS_ORIGINS refuses ${origins.slice(0, 40)}`, () => {
    assert.throws(
      () => read({ CORS_ORIGINS: origins }),
      (error: unknown) =>
        error instanceof SettingsError && error.problems.length === 1 &&
        /^CORS_ORIGINS: got .* wants at most 32 origins such as/.test(error.message),
    );
  });
}

Deno.test("DSN_KEYS takes pairs, each key once", () => {
  const keys = "shop:5b0e4c8f8e6d4c39a6c2a4d0a7f1e111, a:b:key_of-ab,shop:another1,,shop:another1";
  assert.deepEqual(read({ DSN_KEYS: keys }).dsnKeys, [
    { project: "shop", publicKey: "5b0e4c8f8e6d4c39a6c2a4d0a7f1e111" },
    { project: "a:b", publicKey: "key_of-ab" },
    { project: "shop", publicKey: "another1" },
  ]);
});

const WRONG_KEYS = [
  "shop",
  ":12345678",
  "shop:",
  "shop:1234567",
  "shop:with blank",
  `shop:${"x".repeat(129)}`,
  `${"x".repeat(101)}:12345678`,
  "shop:12345678,blog:12345678",
];

for (const keys of WRONG_KEYS) {
  Deno.test(`DSN_KEYS refuses ${keys.slice(0, 40)}`, () => {
    assert.throws(() => read({ DSN_KEYS: keys }), /^SettingsError: DSN_KEYS: got .* wants pairs/);
  });
}

Deno.test("upstreamSettings() wants addresses, and all of them where they are required", () => {
  const reader = new SettingsReader({
    flags: {},
    env: {
      ERROR_TRACKER_URL: "http://errors:8000/base/",
      METRICS_COLLECTOR_URL: "ftp://metrics",
      METRICS_COLLECTOR_API_KEY: "two words",
    },
    readFile: () => "",
  });
  const { errorTrackerUrl } = reader.read(upstreamSettings({ required: true }));
  assert.equal(errorTrackerUrl, "http://errors:8000/base");
  assert.throws(
    () => reader.finish(),
    (error: unknown) =>
      error instanceof SettingsError && error.problems.length === 3 &&
      /^ERROR_TRACKER_API_KEY: got nothing/m.test(error.message) &&
      /^METRICS_COLLECTOR_URL: got "ftp:\/\/metrics", wants an http/m.test(error.message) &&
      /^METRICS_COLLECTOR_API_KEY: got a value that is not shown/m.test(error.message),
  );
});
