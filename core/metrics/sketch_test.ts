import fc from "fast-check";
import assert from "node:assert/strict";
import { RELATIVE_ACCURACY, Sketch } from "./sketch.ts";

/** Values of a distribution from two numbers that are uniform between 0 and 1. */
const DISTRIBUTIONS: Readonly<Record<string, (one: number, other: number) => number>> = {
  uniform: (one) => 5 * one,
  lognormal: (one, other) => 0.08 * Math.exp(normal(one, other)),
  Pareto: (one) => 0.001 * one ** (-1 / 1.1),
  constant: () => 0.25,
  bimodal: (one, other) => other < 0.9 ? 0.002 + 0.001 * one : 30 + one,
  negative: (one, other) => -Math.exp(2 * normal(one, other)),
  "of both signs": (one, other) => 100 * normal(one, other),
  "with many zeros": (one, other) => other < 0.5 ? 0 : one,
  "of any magnitude": (one, other) => (other < 0.5 ? -1 : 1) * 10 ** (615 * one - 307),
};

const QUANTILES = [0, 0.001, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1];

const UNIT = fc.integer({ min: 1, max: 2 ** 30 - 1 }).map((number) => number / 2 ** 30);
const PAIRS = fc.array(fc.tuple(UNIT, UNIT), { minLength: 1, maxLength: 150, size: "max" });

const MANY = { maxLength: 100, size: "max" } as const;
const LATENCIES = fc.array(fc.double({ min: 0.0001, max: 60, noNaN: true }), MANY);
const ANY_DOUBLES = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), MANY);
/** Too many places for one sketch, so that those near to zero become one. */
const FAR_APART = fc.tuple(fc.nat(3400), fc.integer({ min: 1, max: 3400 })).map(([start, step]) =>
  Array.from({ length: 500 }, (_, at) => 1.5 ** ((start + at * step) % 3401 - 1700))
);
const VALUES = fc.oneof(LATENCIES, ANY_DOUBLES, FAR_APART);

function normal(one: number, other: number): number {
  return Math.sqrt(-2 * Math.log(one)) * Math.cos(2 * Math.PI * other);
}

function sketchOf(values: Iterable<number>): Sketch {
  const sketch = new Sketch();
  for (const value of values) sketch.add(value);
  return sketch;
}

/** The sketch of all values of several. */
function merged(...sketches: readonly Sketch[]): Sketch {
  const all = new Sketch();
  for (const sketch of sketches) all.merge(sketch);
  return all;
}

function assertSame(actual: Sketch, expected: Sketch): void {
  assert.equal(actual.count, expected.count);
  assert.deepEqual(actual.encode(), expected.encode());
}

function assertNear(actual: number, exact: number): void {
  const error = Math.abs(actual - exact);
  assert.ok(error <= RELATIVE_ACCURACY * Math.abs(exact), `${actual} instead of ${exact}`);
}

function assertQuantiles(values: readonly number[], quantiles: readonly number[]): void {
  const sketch = sketchOf(values);
  const sorted = Float64Array.from(values).sort();
  for (const q of quantiles) {
    const exact = sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1] ?? NaN;
    assertNear(sketch.quantile(q), exact);
  }
}

for (const [name, value] of Object.entries(DISTRIBUTIONS)) {
  Deno.test(`quantile() is within 1 % where values are ${name}`, () => {
    fc.assert(fc.property(PAIRS, (pairs) => {
      assertQuantiles(pairs.map(([one, other]) => value(one, other)), QUANTILES);
    }));
  });
}

Deno.test("quantile() is within 1 % of thousands of values", () => {
  const latencies = Array.from({ length: 20_000 }, (_, at) => 0.001 / (1 - at / 20_000) ** 0.9);
  assertQuantiles(latencies, QUANTILES);
});

Deno.test("quantile() is within 1 % at both ends of every bin", () => {
  const sketch = new Sketch();
  for (let bin = -35_772; bin <= 35_842; bin++) {
    const edge = Math.exp((bin + 0.5) * Math.log(1.02));
    for (const value of [edge * (1 - 1e-12), edge, edge * (1 + 1e-12)]) {
      sketch.clear();
      sketch.add(-value);
      sketch.add(value, 2);
      assertNear(sketch.quantile(0), -value);
      assertNear(sketch.quantile(1), value);
    }
  }
});

Deno.test("quantile() is finite for the greatest doubles, and 0 below the normal ones", () => {
  for (const value of [Number.MAX_VALUE, -Number.MAX_VALUE, 2 ** -1022, -(2 ** -1022), 1]) {
    assertQuantiles([value], [0.5]);
  }
  for (const value of [0, -0, Number.MIN_VALUE, -Number.MIN_VALUE, 2e-308]) {
    assert.equal(sketchOf([value]).quantile(0.5), 0);
  }
});

Deno.test("quantile() is NaN without values and throws for what is none", () => {
  assert.equal(new Sketch().quantile(0.5), NaN);
  for (const q of [-0.01, 1.01, NaN]) {
    assert.throws(() => sketchOf([1]).quantile(q), /^RangeError: Ask for a quantile from 0 to 1/);
  }
});

Deno.test("quantile() tells hundreds of magnitudes apart, however far", () => {
  const values = Array.from({ length: 200 }, (_, at) => 10 ** (3 * at - 300));
  assertQuantiles(values, QUANTILES);
  assertQuantiles(values.map((value) => -value), QUANTILES);
});

Deno.test("quantile() stays right far from zero when there are too many magnitudes", () => {
  const values = Array.from({ length: 3400 }, (_, at) => 1.5 ** (at - 1700));
  const kept = 256 / values.length;
  assertQuantiles(values, [1 - kept + 0.001, 0.95, 0.99, 1]);
  assertQuantiles(values.map((value) => -value), [0, 0.01, 0.05, kept - 0.001]);
  assert.ok(sketchOf(values).quantile(0.5) > 1);
  assert.equal(sketchOf(values).count, 3400);
  assert.ok(sketchOf(values).encode().length < 600);
});

Deno.test("add() takes a value several times", () => {
  const sketch = new Sketch();
  for (const [value, times] of [[3, 5], [-2, 4], [0, 1000], [7, 2 ** 40]] as const) {
    sketch.add(value, times);
  }
  assert.equal(sketch.count, 2 ** 40 + 1009);
  assertSame(Sketch.decode(sketch.encode()), sketch);
  assertNear(sketch.quantile(1009 / sketch.count), 3);
});

Deno.test("add() refuses what is not finite, and times that are not whole", () => {
  for (const value of [NaN, Infinity, -Infinity]) {
    assert.throws(() => sketchOf([1, -1, value]), /^RangeError: Add finite numbers/);
  }
  for (const times of [0, -1, 1.5, NaN, Infinity]) {
    assert.throws(() => new Sketch().add(1, times), /^RangeError: Add a value a whole number/);
  }
});

Deno.test("merge() gives the sketch of all values, in any order", () => {
  fc.assert(fc.property(VALUES, VALUES, VALUES, (...parts) => {
    const [a, b, c] = parts.map(sketchOf);
    assert.ok(a && b && c);
    const all = sketchOf(parts.flat());
    assertSame(merged(a, b, c), all);
    assertSame(merged(c, b, a), all);
    assertSame(merged(a, merged(b, c)), all);
    assertSame(sketchOf(parts.flat().reverse()), all);
  }));
});

Deno.test("merge() of a sketch with itself doubles it", () => {
  const values = [0, -1, 0.1, 0.2, 1e300];
  const sketch = sketchOf(values);
  sketch.merge(sketch);
  assertSame(sketch, sketchOf([...values, ...values]));
});

Deno.test("mergeEncoded() adds what merge() adds, from within other bytes", () => {
  fc.assert(fc.property(VALUES, VALUES, fc.nat(9), fc.nat(9), (a, b, before, after) => {
    const encoded = sketchOf(b).encode();
    const bytes = new Uint8Array(before + encoded.length + after).fill(0xff);
    bytes.set(encoded, before);
    const sketch = sketchOf(a);
    sketch.mergeEncoded(bytes, before, before + encoded.length);
    assertSame(sketch, merged(sketchOf(a), sketchOf(b)));
  }));
});

Deno.test("decode() reads what encode() wrote", () => {
  fc.assert(fc.property(VALUES, (values) => {
    const sketch = sketchOf(values);
    const decoded = Sketch.decode(sketch.encode());
    assertSame(decoded, sketch);
    for (const q of QUANTILES) assert.equal(decoded.quantile(q), sketch.quantile(q));
  }));
});

Deno.test("encode() writes what databases hold already", () => {
  const encodings: readonly (readonly [readonly number[], readonly number[]])[] = [
    [[], [0]],
    [[1], [2, 1]],
    [[1, 1.02, 1.02, 1.1], [6, 1, 6, 17]],
    [[1, 1, 1, 1, 1], [2, 0, 1]],
    [[0.25], [2, 0xad, 0x04]],
    [[0, 0, 0], [1, 3, 0]],
    [[-1.02, 0, 1], [3, 1, 1, 9, 1]],
    [[1e300], [2, 0x99, 0x84, 0x11]],
  ];
  for (const [values, bytes] of encodings) {
    assert.deepEqual([...sketchOf(values).encode()], bytes, `of ${values}`);
  }
});

Deno.test("encode() is short", () => {
  for (const value of [0.1, -0.1, 0, 1e300, -1e-300]) {
    assert.ok(sketchOf([value]).encode().length <= 6, `of ${value}`);
  }
  const latencies = Array.from({ length: 60 }, (_, at) => 0.01 * 1.1 ** at);
  assert.ok(sketchOf(latencies).encode().length <= 65);
  const often = sketchOf(latencies);
  for (const latency of latencies) often.add(latency, 100);
  assert.ok(often.encode().length <= 125);
});

Deno.test("decode() refuses bytes that were cut or have more behind them", () => {
  fc.assert(fc.property(fc.oneof(LATENCIES, ANY_DOUBLES), (values) => {
    const encoded = sketchOf(values).encode();
    for (let length = 0; length < encoded.length; length++) {
      assert.throws(() => Sketch.decode(encoded.subarray(0, length)), /^Error: Bytes end within/);
    }
    assert.throws(() => Sketch.decode(Uint8Array.of(...encoded, 1)), /^Error: Sketch ends before/);
  }));
});

Deno.test("decode() refuses bytes that no sketch has", () => {
  const great = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f];
  const damages: readonly (readonly [readonly number[], RegExp])[] = [
    [[], /Bytes end within/],
    [[4, 1, 1], /a bin twice/],
    [[2, 0x81, 0xc6, 0x22], /beyond all doubles/],
    [[4, 1, ...great], /beyond all doubles/],
    [[...great], /Bytes end within/],
    [[...great.with(7, 0x1f)], /too great/],
    [Array.from({ length: 1000 }, () => 0xff), /too great/],
  ];
  for (const [bytes, message] of damages) {
    assert.throws(() => Sketch.decode(Uint8Array.from(bytes)), message, `of ${bytes}`);
  }
});

Deno.test("decode() throws an Error or gives a sketch, whatever the bytes", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
    try {
      assert.ok(Number.isFinite(Sketch.decode(bytes).quantile(0.5)) || bytes[0] === 0);
    } catch (error) {
      assert.match(String(error), /^Error: (Sketch|Bytes) /);
    }
  }));
});

Deno.test("clear() leaves a sketch like a new one", () => {
  fc.assert(fc.property(VALUES, VALUES, (a, b) => {
    const sketch = sketchOf(a);
    sketch.clear();
    assert.equal(sketch.count, 0);
    assert.deepEqual(sketch.encode(), new Sketch().encode());
    for (const value of b) sketch.add(value);
    assertSame(sketch, sketchOf(b));
  }));
});
