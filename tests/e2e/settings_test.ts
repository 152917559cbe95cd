import assert from "node:assert/strict";
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
  assert.equal(await page.getByRole("button", { name: "Send a test alert" }).count(), 0);
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
  await page.getByRole("button", { name: "Send a test alert" }).click();
  await page.getByText("A test alert is on its way.").waitFor();
  assert.equal(visitor.address, "/settings");
  assert.deepEqual(visitor.complaints, []);
});
