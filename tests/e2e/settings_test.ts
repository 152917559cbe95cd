import assert from "node:assert/strict";
import { MetricVisitor } from "./metric_visitor.ts";
import { counted } from "./sample_metrics.ts";
import { e2e, Visitor } from "./visitor.ts";

e2e("the settings tell what alerts lack", async () => {
  await using visitor = await Visitor.arrive();
  const { page } = visitor;
  await page.goto("/settings");
  const text = await page.locator("main").innerText();
  assert.match(text, /Alerts are off: \w+ is not set/);
  assert.match(text, /Retention\s+90 days/);
  assert.match(text, /errors\.db/);
  assert.match(text, /Size\s+[\d.]+ KiB/);
  assert.equal((await page.content()).includes(visitor.program.apiKey), false);
  assert.equal(
    await page.getByRole("button", { name: "Send a test alert", exact: true }).count(),
    0,
  );
  assert.deepEqual(visitor.complaints, []);
});

e2e("the settings send a test alert", async () => {
  await using visitor = await Visitor.arrive({
    program: {
      env: {
        ALERT_EMAILS: "ops@example.org,mara@example.org",
        SMTP_HOST: "127.0.0.1",
        SMTP_PORT: "1",
        SMTP_FROM: "monlight@example.org",
      },
    },
  });
  const { page } = visitor;
  await page.goto("/settings");
  assert.match(await page.locator("main").innerText(), /SMTP[\s\S]*ops@example\.org\s+mara@/);
  await page.getByRole("button", { name: "Send a test alert", exact: true }).click();
  await page.getByText("A test alert is on its way.").waitFor();
  await visitor.seesAddress("/settings");
  assert.deepEqual(visitor.complaints, []);
});

e2e("the settings tell what is kept of metrics, and how much of it", async () => {
  await using person = await MetricVisitor.arrive({
    program: {
      env: {
        ...{ METRICS_RETENTION_RAW: "7200", METRICS_MAX_SERIES: "1234" },
        METRICS_MAX_DATABASE_SIZE: "500MB",
      },
    },
    sent: ["a", "b", "c"].map((label) => counted("jobs_total", 1, { label })),
  });
  const { visitor } = person;
  const { page } = visitor;
  await page.goto("/settings");
  const text = await page.locator("main").innerText();
  assert.match(text, /Metrics Collector/);
  assert.match(text, /metrics\.db/);
  assert.match(text, /Retention\s+2 h of samples, 8 days by the minute, 30 days by the hour/);
  assert.match(text, /Series\s+3 of at most 1,234/);
  assert.match(text, /Size\s+[\d.]+ KiB of at most 476\.\d MiB; the oldest data make room/);
  assert.equal((await page.content()).includes(visitor.program.apiKey), false);
  assert.deepEqual(visitor.complaints, []);
});
