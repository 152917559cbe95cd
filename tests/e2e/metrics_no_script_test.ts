import assert from "node:assert/strict";
import { MetricVisitor } from "./metric_visitor.ts";
import { counted, isoTime, minutesAgo, requests, vitals } from "./sample_metrics.ts";
import { e2e } from "./visitor.ts";

e2e("metrics without script", async (t) => {
  await using person = await MetricVisitor.arrive({ browser: { javaScriptEnabled: false } });
  const { visitor } = person;
  const { page } = visitor;
  const names = () => page.locator(".endpoint-table tbody th").allInnerTexts();

  await t.step("the empty collector", async () => {
    await page.goto("/dashboard");
    await page.getByRole("radio", { name: "Python" }).check();
    assert.ok(await page.locator("#snippet-python").isVisible());
    await person.send([
      ...[40, 30, 20, 10].flatMap((ago) => requests({ at: minutesAgo(ago), count: ago })),
      ...requests({ at: minutesAgo(20), count: 5, endpoint: "/pay", status: "500", seconds: 1 }),
      ...requests({ at: minutesAgo(5), count: 3, endpoint: "/posts", project: "blog" }),
      ...vitals("LCP", [3000]),
      ...["a,b", "c:d"].map((tag) => counted("tags_total", 4, { tag })),
    ]);
    await page.getByRole("link", { name: "Look again" }).click();
    assert.equal(await person.tile("Requests"), "108");
  });

  await t.step("the dashboard is whole", async () => {
    await page.goto("/dashboard?period=1h");
    for (const id of ["request-rate", "latency", "error-rate", "endpoints"]) {
      const paths = person.chart(id).locator(".chart-lines path");
      assert.match(await paths.last().getAttribute("d") ?? "", /^M\d+ \d+/);
      assert.ok(await person.chart(id).locator(".chart-lines").isVisible());
      await person.chart(id).locator("summary").click();
      assert.ok(await person.chart(id).locator("tbody tr").count() >= 4);
    }
    assert.deepEqual(await names(), ["/cart", "/pay", "/posts"]);
    assert.match(await page.locator(".vital").first().innerText(), /3\s+s[^]*Needs improvement/);
  });

  await t.step("with its links and forms", async () => {
    await page.getByRole("link", { name: "Average" }).click();
    assert.deepEqual(await names(), ["/pay", "/cart", "/posts"]);
    await page.getByLabel("Project").selectOption("blog");
    await page.getByRole("button", { name: "Apply" }).click();
    assert.deepEqual(await names(), ["/posts"]);
    assert.equal(visitor.address, "/dashboard?period=1h&sort=average&project=blog");
    await page.getByRole("link", { name: "7d" }).click();
    assert.equal(visitor.address, "/dashboard?period=7d&project=blog&sort=average");
    await page.goto(`/dashboard?since=${isoTime(minutesAgo(35))}`);
    assert.equal(await person.tile("Requests"), "68");
    await page.getByRole("link", { name: "Back to 24h" }).click();
    assert.equal(await person.tile("Requests"), "108");
  });

  await t.step("the explorer is whole", async () => {
    await page.getByRole("link", { name: "Explorer", exact: true }).click();
    await page.getByRole("searchbox").fill("tags");
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByRole("link", { name: "tags_total" }).click();
    assert.equal(visitor.address, "/metrics/explore?q=tags&name=tags_total");
    const sum = page.locator(".whole-figures dd").last();
    assert.equal(await sum.innerText(), "8");
    await page.getByRole("link", { name: "a,b" }).click();
    assert.equal(await sum.innerText(), "4");
    await page.getByRole("link", { name: "a,b" }).click();
    await page.getByRole("switch", { name: "Group by tag" }).click();
    assert.deepEqual(
      await page.locator(".group-table tbody th").allInnerTexts(),
      ["a,b", "c:d"],
    );
    assert.equal(await page.locator(".chart-lines path").count(), 2);
    await page.getByRole("link", { name: "Sum", exact: true }).click();
    assert.ok(await page.getByRole("heading", { name: "Sum by tag" }).isVisible());
  });

  await t.step("also where a value has to be typed", async () => {
    await person.send(
      Array.from({ length: 20 }, (_, at) => counted("many_total", 1 + at, { id: `id:${at},` })),
    );
    await page.goto("/metrics/explore?name=many_total&period=1h");
    await page.getByLabel("Another value of id").fill("id:17,");
    await page.getByRole("button", { name: "Filter" }).click();
    assert.equal(await page.locator(".whole-figures dd").last().innerText(), "18");
    assert.equal(new URL(page.url()).searchParams.get("labels"), "id:id\\:17\\,");
  });
});
