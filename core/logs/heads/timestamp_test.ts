import assert from "node:assert/strict";
import { endOfTimestamp } from "./timestamp.ts";

const TIMESTAMPS = [
  "2026-11-20T17:31:00.123456789Z",
  "2026-11-20T17:31:00.123+01:00",
  "2026-11-20T17:31:00+0000",
  "2026-11-20T17:31",
  "2026-11-20 17:31:00,123",
  "2026-11-20 17:31:00",
  "2026/11/20 17:31:00.123456",
  "2026.11.20 17:31:00",
  "2026-11-20_17:31:00",
  "17:31:00.123",
  "17:31:00",
  "5:31PM",
  "05:31 PM",
  "20/Nov/2026:17:31:00 +0000",
  "20/Nov/2026 17:31:00",
  "20-Nov-2026 17:31:00.123",
  "20 Nov 2026 17:31:00.123",
  "20 Nov 17:31:00",
  "11/20/2026, 5:31:00 PM",
  "Nov 20 17:31:00",
  "Nov  2 17:31:00",
  "Nov 20, 2026 5:31:00 PM",
  "Fri Nov 20 17:31:00.123456 2026",
  "Fri, 20 Nov 2026 17:31:00",
  "20261120 17:31:00",
  "261120  7:31:00",
  "1795213630",
  "1795213630123",
  "1795213630.123",
  "1.795213627211441e+09",
];

for (const timestamp of TIMESTAMPS) {
  Deno.test(`endOfTimestamp() of ${timestamp}`, () => {
    assert.equal(endOfTimestamp(`[${timestamp}] a`, 1), timestamp.length + 1);
    assert.equal(endOfTimestamp(`${timestamp} a`, 0), timestamp.length);
  });
}

const OTHERS = [
  "",
  "a",
  "17",
  "17:31",
  "17 carts",
  "1.2.3",
  "172.18.0.1 - -",
  "2026-11-20",
  "2026-11-20 a day",
  "20 Nov",
  "Nov 20",
  "November",
  "Mondays are long",
  "Sunlight",
  "12345678 carts",
  "123456789012345",
  "1.5 s",
];

for (const text of OTHERS) {
  Deno.test(`endOfTimestamp() finds none in ${JSON.stringify(text)}`, () => {
    assert.equal(endOfTimestamp(text, 0), 0);
  });
}
