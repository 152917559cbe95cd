import assert from "node:assert/strict";
import { MetricVisitor } from "./metric_visitor.ts";
import { counted, isoTime, minutesAgo, requests, vitals } from "./sample_metrics.ts";
import { e2e } from "./visitor.ts";

e2e("metrics without script", async (t) => {
  await using person = await MetricVisitor.arrive({ browser: { javaScriptEnabled: false } });
  const { visitor } = person;
  const { page } = visitor;
  const names = page.locator(".endpoint-table tbody th");
  const sum = page.locator(".whole-figures dd").last();

  await t.step("the empty collector", async () => {
    await page.goto("/dashboard");
    await page.getByRole("radio", { name: "Python", exact: true }).check();
    assert.ok(await page.locator("#snippet-python").isVisible());
    await person.send([
      ...[40, 30, 20, 10].flatMap((ago) => requests({ at: minutesAgo(ago), count: ago })),
      ...requests({ at: minutesAgo(20), count: 5, endpoint: "/pay", status: "500", seconds: 1 }),
      ...requests({ at: minutesAgo(5), count: 3, endpoint: "/posts", project: "blog" }),
      ...vitals("LCP", [3000]),
      ...["a,b", "c:d"].map((tag) => counted("tags_total", 4, { tag })),
    ]);
    await page.getByRole("link", { name: "Look again", exact: true }).click();
    await person.seesTile("Requests", "108");
  });

  await t.step("the dashboard is whole", async () => {
    await page.goto("/dashboard?period=1h");
    for (const id of ["request-rate", "latency", "error-rate", "endpoints"]) {
      const paths = person.chart(id).locator(".chart-lines path");
      assert.match(await paths.last().getAttribute("d") ?? "", /^M\d+ \d+/);
      assert.ok(await person.chart(id).locator(".chart-lines").isVisible());
      await person.chart(id).locator("summary").click();
      await person.chart(id).locator("tbody tr").nth(3).waitFor();
    }
    await visitor.seesTexts(names, "/cart", "/pay", "/posts");
    assert.match(await page.locator(".vital").first().innerText(), /3\s+s[^]*Needs improvement/);
  });

  await t.step("with its links and forms", async () => {
    await page.getByRole("link", { name: "Average", exact: true }).click();
    await visitor.seesTexts(names, "/pay", "/cart", "/posts");
    await page.getByLabel("Project", { exact: true }).selectOption("blog");
    await page.getByRole("button", { name: "Apply", exact: true }).click();
    await visitor.seesTexts(names, "/posts");
    await visitor.seesAddress("/dashboard?period=1h&sort=average&project=blog");
    await page.getByRole("link", { name: "7d", exact: true }).click();
    await visitor.seesAddress("/dashboard?period=7d&project=blog&sort=average");
    await page.goto(`/dashboard?since=${isoTime(minutesAgo(35))}`);
    assert.equal(await person.tile("Requests"), "68");
    await page.getByRole("link", { name: "Back to 24h", exact: true }).click();
    await person.seesTile("Requests", "108");
  });

  await t.step("the explorer is whole", async () => {
    await page.getByRole("link", { name: "Explorer", exact: true }).click();
    await visitor.seesPath("/metrics/explore");
    await page.getByRole("searchbox").fill("tags");
    await page.getByRole("button", { name: "Search", exact: true }).click();
    await visitor.seesAddress("/metrics/explore?q=tags");
    await page.getByRole("link", { name: "tags_total", exact: true }).click();
    await visitor.seesAddress("/metrics/explore?q=tags&name=tags_total");
    await visitor.seesText(sum, "8");
    await page.getByRole("link", { name: "a,b", exact: true }).click();
    await visitor.seesText(sum, "4");
    await page.getByRole("link", { name: /^a,b ?, any value instead$/ }).click();
    await visitor.seesText(sum, "8");
    await page.getByRole("switch", { name: "Group by tag", exact: true }).click();
    await visitor.seesTexts(page.locator(".group-table tbody th"), "a,b", "c:d");
    assert.equal(await page.locator(".chart-lines path").count(), 2);
    await page.getByRole("link", { name: "Sum", exact: true }).click();
    await page.getByRole("heading", { name: "Sum by tag", exact: true }).waitFor();
  });

  await t.step("also where a value has to be typed", async () => {
    await person.send(
      Array.from({ length: 20 }, (_, at) => counted("many_total", 1 + at, { id: `id:${at},` })),
    );
    await page.goto("/metrics/explore?name=many_total&period=1h");
    await page.getByLabel("Another value of id", { exact: true }).fill("id:17,");
    await page.getByRole("button", { name: "Filter", exact: true }).click();
    await visitor.seesText(sum, "18");
    await visitor.seesParameter("labels", "id:id\\:17\\,");
  });
});
