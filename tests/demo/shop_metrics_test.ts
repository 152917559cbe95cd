import assert from "node:assert/strict";
import { startProcess } from "../cli/process.ts";
import { startProgram } from "../support/program.ts";
import { shopMetrics, type ShopMetricsOptions, type ShopSample } from "./shop_metrics.ts";

const FROM = Date.UTC(2026, 10, 20, 9);
const HOUR = 60 * 60 * 1000;

Deno.test("shopMetrics() is the same for the same seed, and by time", () => {
  const samples = hourOf({ seed: 7, from: FROM });
  assert.deepEqual(hourOf({ seed: 7, from: FROM }), samples);
  assert.notDeepEqual(hourOf({ seed: 8, from: FROM }), samples);
  assert.ok(samples.every(({ at }, index) => at >= (samples[index - 1]?.at ?? FROM)));
});

Deno.test("shopMetrics() has what the dashboard is made of, failures and states among it", () => {
  const samples = hourOf({ seed: 7, from: FROM });
  const vitals = ["lcp", "inp", "cls", "fcp", "ttfb"].map((name) => `web_vitals_${name}`);
  const names = ["http_requests_total", "http_request_duration_seconds", "queue_depth", ...vitals];
  const found = new Set(samples.map(({ name }) => name));
  for (const name of names) assert.ok(found.has(name), name);
  const requests = samples.filter(({ name }) => name === "http_requests_total");
  const failed = requests.filter(({ labels }) => labels.status?.startsWith("5"));
  assert.ok(requests.length > 5000, `only ${requests.length} requests an hour`);
  assert.ok(failed.length > 10 && failed.length < requests.length / 20, `${failed.length} failed`);
  assert.ok(samples.every(({ value }) => Number.isFinite(value) && value >= 0));
});

Deno.test("deno task demo:metrics fills the last 55 minutes once, and goes on until Ctrl-C", async () => {
  await using program = await startProgram({ args: ["--only", "metrics"] });
  const run = () =>
    startProcess(Deno.execPath(), [
      ...["run", "--allow-net", "--allow-read", "--allow-env", "--no-check"],
      ...[new URL("./metrics.ts", import.meta.url).pathname, "--url", `${program.url}/`],
    ], { env: { MONLIGHT_API_KEY: program.apiKey } });
  const ask = async (path: string) => await (await program.fetch(path)).json();
  {
    await using demo = run();
    await demo.says(/New ones follow/);
    const { data } = await ask("/api/metrics?name=http_requests_total&project=shop&period=1h");
    assert.ok(data.length >= 55, `${data.length} minutes`);
    const before = (await ask("/health")).services.metrics.metrics_received_24h;
    while ((await ask("/health")).services.metrics.metrics_received_24h === before) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.equal(await demo.stop("SIGINT"), 0, demo.output);
  }
  const { summary, top_endpoints, web_vitals } = await ask("/api/dashboard?period=1h");
  assert.ok(top_endpoints.length >= 9 && Object.keys(web_vitals).length === 5);
  await using again = run();
  await again.says(/New ones follow/);
  const { total_requests } = (await ask("/api/dashboard?period=1h")).summary;
  assert.ok(total_requests - summary.total_requests < 1000, "what was sent is not sent again");
  assert.equal(await again.stop("SIGINT"), 0, again.output);
});

function hourOf(options: ShopMetricsOptions): readonly ShopSample[] {
  const samples: ShopSample[] = [];
  for (const sample of shopMetrics(options)) {
    if (sample.at >= options.from + HOUR) break;
    samples.push(sample);
  }
  return samples;
}
