import assert from "node:assert/strict";
import { MetricVisitor } from "./metric_visitor.ts";
import { counted, isoTime, minutesAgo, requests, type Sample } from "./sample_metrics.ts";
import { e2e } from "./visitor.ts";

const EXPLORE = "/metrics/explore";
const NAME = "jobs_total";

/** Jobs by queue and result, durations of requests, a gauge, and what is only days old. */
function mixed(): readonly Sample[] {
  return [
    counted(NAME, 30, { queue: "mail", result: "ok" }),
    counted(NAME, 20, { queue: "mail", result: "failed" }),
    counted(NAME, 7, { queue: "images", result: "ok" }, minutesAgo(30)),
    ...requests({ at: minutesAgo(12), count: 9, seconds: 0.1 }),
    ...requests({ at: minutesAgo(10), count: 1, seconds: 2, project: "blog" }),
    { name: "memory_used_bytes", type: "gauge", value: 3 * 1024 ** 2, timestamp: now() },
    { name: "memory_used_bytes", type: "gauge", value: 5 * 1024 ** 2, timestamp: now() },
    counted("seldom_total", 412_345, {}, minutesAgo(3 * 24 * 60)),
    ...["cache_hits_total", "cache_misses_total", "mail_sent_total"].map((name) =>
      counted(name, 1)
    ),
  ];
}

e2e("the explorer", async (t) => {
  await using person = await MetricVisitor.arrive({ sent: mixed() });
  const { visitor } = person;
  const { page } = visitor;
  const names = page.locator(".metric-row .row-link");
  const chip = (label: string, value: string) =>
    page.getByRole("group", { name: `Label ${label}`, exact: true })
      // The one that is chosen says so.
      .getByRole("link", { name: new RegExp(`^${value}( ?, any value instead)?$`) });
  const figures = async () =>
    Object.fromEntries(
      await page.locator(".whole-figures > div").evaluateAll((all) =>
        all.map((one) => [one.querySelector("dt")?.textContent, one.querySelector("dd")?.innerText])
      ),
    );
  const sees = (name: string, figure: string) =>
    visitor.eventually(async () => (await figures())[name], figure);
  const rows = async () =>
    (await page.locator(".group-table tbody tr").allInnerTexts())
      .map((row) => row.split(/\s+/).filter((part) => part !== ""));
  const labels = async () => (await person.drawn("explored")).lines.map(({ label }) => label);

  await t.step("lists all names, and narrows them while one types", async () => {
    await page.goto(EXPLORE);
    await visitor.seesTexts(
      names,
      ...["cache_hits_total", "cache_misses_total", "http_request_duration_seconds"],
      ...["http_requests_total", NAME, "mail_sent_total", "memory_used_bytes", "seldom_total"],
    );
    await page.getByRole("heading", { name: "Choose a metric", exact: true }).waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("Total mail", { delay: 20 });
    await visitor.seesTexts(names, "mail_sent_total");
    assert.equal(await page.locator(".metric-total").innerText(), "1 of 8 metrics");
    await visitor.seesAddress(`${EXPLORE}?q=Total+mail`);
    await page.keyboard.type("nothing", { delay: 20 });
    await visitor.seesTexts(names);
    await page.getByRole("link", { name: "Show all", exact: true }).click();
    await visitor.seesCount(names, 8);
  });

  await t.step("draws what is chosen", async () => {
    await page.getByRole("link", { name: NAME, exact: true }).click();
    await person.chart("explored").waitFor();
    await person.scripted();
    await visitor.seesAddress(`${EXPLORE}?name=${NAME}`);
    assert.equal(await page.title(), `${NAME} · Monlight`);
    await sees("Sum", "57");
    await person.seesInk("explored", 0);
    const { data } = await person.api(`/api/metrics?name=${NAME}&period=24h`);
    const { values } = await person.line("explored", NAME);
    const told = data.map(({ rate }: { rate: number }) => rate.toPrecision(3));
    const drawn = values.flatMap((value) => value ? [value.toPrecision(3)] : []);
    assert.deepEqual(drawn, told);
  });

  await t.step("filters by the value of a label, as a step of the history", async () => {
    await chip("queue", "mail").click();
    await visitor.seesAddress(`${EXPLORE}?name=${NAME}&labels=queue%3Amail`);
    await sees("Sum", "50");
    await chip("result", "failed").click();
    await sees("Sum", "20");
    await visitor.seesParameter("labels", "queue:mail,result:failed");
    await chip("queue", "mail").click();
    await visitor.seesAddress(`${EXPLORE}?name=${NAME}&labels=result%3Afailed`);
    await page.goBack();
    await sees("Sum", "20");
    await visitor.seesParameter("labels", "queue:mail,result:failed");
    await page.goBack();
    await sees("Sum", "50");
    await visitor.seesTexts(page.locator(".chip.chosen bdi"), "mail");
  });

  await t.step("groups by labels, with a line and a row for each", async () => {
    await page.goto(`${EXPLORE}?name=${NAME}`);
    await page.getByRole("switch", { name: "Group by queue", exact: true }).click();
    await visitor.seesAddress(`${EXPLORE}?name=${NAME}&group_by=queue`);
    await visitor.eventually(labels, ["images", "mail"]);
    assert.deepEqual((await rows()).map((row) => [row[0], row.at(-1)]), [
      ["mail", "50"],
      ["images", "7"],
    ]);
    await page.getByRole("switch", { name: "Group by result", exact: true }).click();
    await visitor.eventually(labels, ["images · ok", "mail · failed", "mail · ok"]);
    await visitor.seesAddress(`${EXPLORE}?name=${NAME}&group_by=queue%2Cresult`);
    await page.getByRole("link", { name: "mail · failed", exact: true }).click();
    await sees("Sum", "20");
    await visitor.seesTexts(page.locator(".chip.chosen bdi"), "mail", "failed");
  });

  await t.step("shows a line again that was hidden among others", async () => {
    await page.goto(`${EXPLORE}?name=${NAME}&group_by=queue`);
    await person.scripted();
    const mail = person.chart("explored").getByRole("button", { name: "mail", exact: true });
    await mail.click();
    await visitor.eventually(() => mail.getAttribute("aria-pressed"), "false");
    await chip("queue", "mail").click();
    await visitor.eventually(labels, ["mail"]);
    // There is nothing to choose between any more.
    await visitor.eventually(() => mail.getAttribute("aria-pressed"), "true");
    await person.seesInk("explored", 0);
  });

  await t.step("draws another statistic", async () => {
    await page.goto(`${EXPLORE}?name=http_request_duration_seconds`);
    assert.deepEqual(await labels(), ["p50", "p95", "p99"]);
    const statistic = page.getByRole("navigation", { name: "Statistic", exact: true });
    await statistic.getByRole("link", { name: "Count", exact: true }).click();
    await visitor.seesAddress(`${EXPLORE}?name=http_request_duration_seconds&stat=count`);
    await visitor.eventually(
      async () => (await person.drawn("explored")).lines[0]?.values.filter((value) => value),
      [9, 1],
    );
    await statistic.getByRole("link", { name: "Average", exact: true }).click();
    await sees("Highest average", "2 s");
    assert.equal((await figures())["Average"], "290 ms");
    assert.equal((await figures())["Last average"], "2 s");
  });

  await t.step("of a gauge, which is not counted", async () => {
    await page.goto(`${EXPLORE}?name=memory_used_bytes`);
    assert.deepEqual(
      await page.getByRole("navigation", { name: "Statistic", exact: true }).getByRole("link")
        .allInnerTexts(),
      ["Average", "Min", "Max"],
    );
    assert.deepEqual(await figures(), {
      "Last average": "4 MiB",
      "Highest average": "4 MiB",
      "Average": "4 MiB",
      "Samples": "2",
    });
  });

  await t.step("of one project", async () => {
    await page.goto(`${EXPLORE}?name=http_requests_total`);
    await page.getByLabel("Project", { exact: true }).selectOption("blog");
    await visitor.seesAddress(`${EXPLORE}?name=http_requests_total&project=blog`);
    await sees("Sum", "1");
    await visitor.seesTexts(names, "http_request_duration_seconds", "http_requests_total");
    await page.goto(`${EXPLORE}?name=${NAME}&project=blog`);
    await page.getByRole("link", { name: "Look in all projects", exact: true }).click();
    await sees("Sum", "57");
  });

  await t.step("leads from a time without samples to one that has some", async () => {
    await page.goto(`${EXPLORE}?name=seldom_total`);
    await page.getByRole("heading", { name: "No samples in the last 24 hours", exact: true })
      .waitFor();
    assert.equal(
      await page.getByRole("link", { name: "Look in 24 hours", exact: true }).count(),
      0,
    );
    await page.getByRole("link", { name: "Look in 7 days", exact: true }).click();
    await sees("Sum", "412k");
    assert.equal(
      await page.locator(".whole-figures dd").last().getAttribute("title"),
      "412,345",
    );
    await page.getByRole("link", { name: "30d", exact: true }).click();
    await visitor.seesAddress(`${EXPLORE}?name=seldom_total&period=30d`);
    await visitor.eventually(
      async () => (await person.drawn("explored")).buckets.stepMs,
      3_600_000,
    );
    const { from, to } = await person.drawn("explored");
    assert.ok(Math.abs(to - from - 30 * 86_400_000) < 3_600_000);
    assert.equal((await figures())["Sum"], "412k");
  });

  await t.step("of a stretch of time that the address names, or that is dragged over", async () => {
    const [since, until] = [minutesAgo(35), minutesAgo(25)].map(isoTime);
    await person.open(`${EXPLORE}?name=${NAME}&period=1h&since=${since}&until=${until}`);
    assert.equal((await figures())["Sum"], "7");
    await page.getByRole("link", { name: "Back to 1h", exact: true }).click();
    await visitor.seesAddress(`${EXPLORE}?name=${NAME}&period=1h`);
    await sees("Sum", "57");
    await person.drag("explored", 0.4, 0.6);
    await sees("Sum", "7");
    await page.mouse.move(5, 5);
    await page.keyboard.press("Escape");
    await visitor.seesAddress(`${EXPLORE}?name=${NAME}&period=1h`);
  });

  await t.step(
    "shows one type of a name that was sent as two, and leads to the other",
    async () => {
      await person.send([{
        name: "memory_used_bytes",
        type: "counter",
        value: 9,
        timestamp: now(),
      }]);
      await page.goto(`${EXPLORE}?name=memory_used_bytes&period=1h`);
      const types = () => page.locator(".explored-head .muted").innerText();
      assert.equal(await types(), "gauge, also sent as counter");
      assert.equal((await figures())["Samples"], "2");
      await page.getByRole("link", { name: "counter", exact: true }).click();
      await visitor.seesAddress(`${EXPLORE}?name=memory_used_bytes&type=counter&period=1h`);
      await visitor.eventually(types, "counter, also sent as gauge");
      await visitor.eventually(async () => (await figures())["Sum"], "9 B");
    },
  );

  await t.step("says that a name is unknown", async () => {
    await page.goto(`${EXPLORE}?name=no_such_total`);
    assert.match(await page.locator(".explored").innerText(), /There is no such metric[^]*no_such/);
    assert.equal(await names.count(), 8);
  });

  await t.step("refuses what it cannot read in words", async () => {
    const response = await page.goto(`${EXPLORE}?name=${NAME}&labels=nonsense`);
    assert.equal(response?.status(), 400);
    assert.match(await page.locator("main").innerText(), /'labels'/);
    visitor.complaints.length = 0;
  });
  assert.deepEqual(visitor.complaints, []);
});

function now(): string {
  return isoTime(minutesAgo(3));
}
