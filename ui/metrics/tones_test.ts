import assert from "node:assert/strict";
import { TONES } from "./chart_data.ts";
import { tonesOf } from "./tones.ts";

const ENDPOINTS = ["/", "/cart", "/orders/{id}", "/search", "/login"];

Deno.test("tonesOf() gives each name a colour of its own, whatever the order", () => {
  const tones = tonesOf(ENDPOINTS);
  assert.deepEqual([...tones.values()].sort(), [...TONES].sort());
  for (let turn = 0; turn < ENDPOINTS.length; turn++) {
    const turned = [...ENDPOINTS.slice(turn), ...ENDPOINTS.slice(0, turn)];
    for (const name of turned) assert.equal(tonesOf(turned).get(name), tones.get(name));
  }
});

Deno.test("tonesOf() leaves a name its colour where another comes or goes, unless they are alike", () => {
  const names = Array.from({ length: 40 }, (_, at) => `/path/${at}`);
  for (const name of names) {
    const alone = tonesOf([name]).get(name);
    const others = names.filter((other) => tonesOf([other]).get(other) !== alone).slice(0, 4);
    assert.equal(tonesOf([name, ...others]).get(name), alone);
  }
});

Deno.test("tonesOf() has no more names than colours", () => {
  assert.equal(tonesOf([...ENDPOINTS, "/a", "/b"]).size, TONES.length);
  assert.equal(tonesOf([]).size, 0);
});
