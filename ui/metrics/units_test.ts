import assert from "node:assert/strict";
import { roundedText, scaled, scaleFor, scaleName, type UnitKind, valueText } from "./units.ts";

Deno.test("roundedText() keeps three digits, and all of them before the point", () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, "0"],
    [12, "12"],
    [12.345, "12.3"],
    [1.5, "1.5"],
    [0.04219, "0.0422"],
    [1284.4, "1,284"],
    [-3.25, "−3.25"],
    [999.96, "1,000"],
    [1e-9, "1.0e-9"],
  ];
  for (const [value, text] of cases) assert.equal(roundedText(value), text);
});

Deno.test("valueText() writes a value in the unit that suits it", () => {
  const cases: readonly (readonly [number, UnitKind, string])[] = [
    [12.34, "per second", "12.3/s"],
    [0.4, "per second", "24/min"],
    [0.001, "per second", "3.6/h"],
    [15_000, "per second", "15k/s"],
    [0.4, "ms", "0.4 ms"],
    [340, "ms", "340 ms"],
    [1340, "ms", "1.34 s"],
    [180_000, "ms", "3 min"],
    [0.034, "seconds", "34 ms"],
    [2.5, "seconds", "2.5 s"],
    [0.0234, "share", "2.34%"],
    [0.003871, "share", "0.39%"],
    [1, "share", "100%"],
    [12_345, "count", "12,345"],
    [2_500_000, "count", "2.5M"],
    [1536, "bytes", "1.5 KiB"],
    [12_345, "plain", "12.3k"],
    [1.79e18, "plain", "1.79e18"],
    [25e9, "per second", "25G/s"],
    [3e18, "per second", "3e18/s"],
    [3600e9, "seconds", "1e9 h"],
    [-25e30, "bytes", "−25e30 B"],
  ];
  for (const [value, kind, text] of cases) assert.equal(valueText(value, kind), text);
});

Deno.test("valueText() keeps rates in the scale of their axis", () => {
  const axis = scaleFor("per second", 3);
  assert.equal(valueText(0.4, "per second", axis), "0.4/s");
  assert.equal(valueText(40, "ms", scaleFor("ms", 3000)), "40 ms");
});

Deno.test("scaleName() says in words what an axis counts by", () => {
  assert.equal(scaleName(scaleFor("per second", 0.5)), "per minute");
  assert.equal(scaleName(scaleFor("per second", 5)), "per second");
  assert.equal(scaleName(scaleFor("ms", 5)), "");
});

Deno.test("scaled() keeps to the scale it is given", () => {
  assert.equal(scaled(250, scaleFor("ms", 2000)), "0.25 s");
});
