import assert from "node:assert/strict";
import { MetricVisitor } from "./metric_visitor.ts";
import { counted, minutesAgo, requests, vitals } from "./sample_metrics.ts";
import { e2e } from "./visitor.ts";

e2e("metrics in the overview", async (t) => {
  await using person = await MetricVisitor.arrive({ program: { args: [] } });
  const { visitor } = person;
  const { page } = visitor;
  const main = page.locator("main");
  const figures = async () =>
    Object.fromEntries(
      await page.locator(".strip-figure").evaluateAll((all) =>
        all.map((one) => [
          one.querySelector("dt")?.textContent,
          one.querySelector(".tile-figure")?.textContent,
        ])
      ),
    );

  await t.step("lead to the way to send one, where there are none", async () => {
    await page.goto("/");
    assert.match(await main.innerText(), /No metric has come in yet/);
    await page.getByRole("link", { name: "How to send one", exact: true }).click();
    await visitor.seesPath("/dashboard");
    await page.getByRole("heading", { name: "Send your first metric", exact: true }).waitFor();
  });

  await t.step("lead to the explorer, where there are none of requests", async () => {
    await person.send([counted("jobs_total", 1)]);
    await page.goto("/");
    await page.getByRole("link", { name: "Explore all metrics", exact: true }).click();
    await visitor.seesPath("/metrics/explore");
  });

  await t.step("tell how requests went in the last hour", async () => {
    await person.send([
      ...requests({ at: minutesAgo(30), count: 600, seconds: 0.05 }),
      ...requests({ at: minutesAgo(120), count: 90, status: "500" }),
    ]);
    await page.goto("/");
    const { summary } = await person.api("/api/dashboard?period=1h");
    assert.equal(summary.total_requests, 600);
    const shown = await figures();
    // The hour begins with a whole minute, so it has 61 of them at most.
    assert.match(shown["Request rate"] ?? "", /^(10|9\.\d+)\/min$/);
    assert.equal(shown["p95 latency"], "50ms");
    assert.equal(shown["Error rate"], "0%");
    assert.match(await main.innerText(), /All is well/);
    assert.equal(await page.locator(".strip-vitals").count(), 0);
  });

  await t.step("and how fast the pages were", async () => {
    await person.send([...vitals("LCP", [1200]), ...vitals("CLS", [0.4])]);
    await page.goto("/");
    assert.deepEqual(
      (await page.locator(".strip-vitals li").allInnerTexts()).map((one) =>
        one.replace(/\s+/g, " ")
      ),
      ["LCP 1.2 s Good", "CLS 0.4 Poor"],
    );
  });

  await t.step("too many answers that failed are not well", async () => {
    await person.send(requests({ at: minutesAgo(10), count: 20, status: "500" }));
    await page.goto("/");
    assert.doesNotMatch(await main.innerText(), /All is well/);
    const error = page.locator(".strip-figure .bad");
    assert.equal(await error.innerText().then((text) => text.replace(/\s/g, "")), "3.23%");
    await error.click();
    await visitor.seesAddress("/dashboard?period=1h");
    await person.seesTile("Error rate", "3.23%");
  });
  assert.deepEqual(visitor.complaints, []);
});
