import assert from "node:assert/strict";
import { observeProcess, Telemetry } from "./telemetry.ts";

Deno.test("Telemetry.render() of nothing is an empty line", async () => {
  assert.equal(await new Telemetry().render(), "\n");
});

Deno.test("Telemetry.counter() adds up for each set of labels", async () => {
  const telemetry = new Telemetry();
  const a = telemetry.counter("requests_total", "Requests.", { route: "/a" });
  const b = telemetry.counter("requests_total", "Requests.", { route: "/b" });
  const again = telemetry.counter("requests_total", "Requests.", { route: "/a" });
  a();
  b(2.5);
  again(10);
  assert.equal(
    await telemetry.render(),
    "# HELP requests_total Requests.\n# TYPE requests_total counter\n" +
      'requests_total{route="/a"} 11\nrequests_total{route="/b"} 2.5\n',
  );
});

Deno.test("Telemetry.render() escapes labels", async () => {
  const telemetry = new Telemetry();
  telemetry.counter("x", "X.", { path: 'a"b\\c\nd' })();
  assert.ok((await telemetry.render()).includes('x{path="a\\"b\\\\c\\nd"} 1\n'));
});

Deno.test("Telemetry.histogram() counts into cumulative buckets, bounds included", async () => {
  const telemetry = new Telemetry();
  const observe = telemetry.histogram("took_seconds", "Time.", { route: "/" });
  for (const seconds of [0, 0.001, 0.0011, 10, 11]) observe(seconds);
  const lines = (await telemetry.render()).split("\n");
  const bucket = (le: string) => `took_seconds_bucket{route="/",le="${le}"}`;
  assert.ok(lines.includes(`${bucket("0.001")} 2`));
  assert.ok(lines.includes(`${bucket("0.0025")} 3`));
  assert.ok(lines.includes(`${bucket("5")} 3`));
  assert.ok(lines.includes(`${bucket("10")} 4`));
  assert.ok(lines.includes(`${bucket("+Inf")} 5`));
  assert.ok(lines.includes('took_seconds_sum{route="/"} 21.0021'));
  assert.ok(lines.includes('took_seconds_count{route="/"} 5'));
});

Deno.test("Telemetry.histogram() without labels has only le", async () => {
  const telemetry = new Telemetry();
  telemetry.histogram("took_seconds", "Time.", {})(1);
  const text = await telemetry.render();
  assert.ok(text.includes('took_seconds_bucket{le="1"} 1\n'));
  assert.ok(text.includes("took_seconds_count 1\n"));
});

Deno.test("Telemetry.gauge() is read whenever somebody asks", async () => {
  const telemetry = new Telemetry();
  let depth = 1;
  telemetry.gauge("depth", "Depth.", {}, () => depth);
  telemetry.gauge("size", "Size.", {}, () => Promise.resolve(2));
  assert.match(await telemetry.render(), /\ndepth 1\n[^]*\nsize 2\n/);
  depth = 7;
  assert.match(await telemetry.render(), /\ndepth 7\n/);
});

Deno.test("Telemetry refuses a name in two meanings", () => {
  const telemetry = new Telemetry();
  telemetry.counter("x", "X.", {});
  assert.throws(() => telemetry.histogram("x", "X.", {}), /Metric x is not a histogram/);
  assert.throws(() => telemetry.gauge("x", "X.", {}, () => 0), /Metric x is not a gauge/);
  telemetry.gauge("y", "Y.", {}, () => 0);
  assert.throws(() => telemetry.counter("y", "Y.", {}), /Metric y is not a counter/);
});

Deno.test("observeProcess() tells memory and start", async () => {
  const telemetry = new Telemetry();
  observeProcess(telemetry, 1_700_000_000_500);
  const text = await telemetry.render();
  assert.match(text, /\nprocess_resident_memory_bytes \d{7,}\n/);
  assert.match(text, /\nprocess_start_time_seconds 1700000000\.5\n/);
});
