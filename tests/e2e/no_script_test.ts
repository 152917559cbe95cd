import assert from "node:assert/strict";
import { CHECKOUT_REPORT } from "./sample_reports.ts";
import { e2e, named, Visitor } from "./visitor.ts";

e2e("everything works without script", async (t) => {
  await using visitor = await Visitor.arrive({ browser: { javaScriptEnabled: false } });
  const { page } = visitor;

  await t.step("the empty tracker", async () => {
    await page.goto("/");
    assert.equal(visitor.address, "/errors");
    await page.getByRole("radio", { name: "JavaScript" }).check();
    assert.ok(await page.locator("#snippet-javascript").isVisible());
    await visitor.report(CHECKOUT_REPORT, named("Two"), named("Three", { project: "other" }));
    await page.getByRole("link", { name: "Look again" }).click();
    await visitor.seesList("Three", "Two", "ValueError");
  });

  await t.step("filters", async () => {
    await page.getByLabel("Project").selectOption("other");
    await page.getByRole("button", { name: "Apply" }).click();
    await visitor.seesList("Three");
    assert.equal(new URL(page.url()).searchParams.get("project"), "other");
    await page.getByLabel("Project").selectOption("");
    await page.getByRole("searchbox").fill("float");
    await page.keyboard.press("Enter");
    await visitor.seesList("ValueError");
  });

  await t.step("resolving several, and undoing it", async () => {
    await page.goto("/errors?limit=20");
    await page.getByLabel("Select Two").check();
    await page.getByLabel("Select Three").check();
    await page.getByRole("button", { name: "Resolve" }).click();
    await visitor.seesList("ValueError");
    assert.equal(new URL(page.url()).searchParams.get("limit"), "20");
    assert.match(await page.locator("main").innerText(), /2 errors resolved/);
    await page.getByRole("button", { name: "Undo" }).click();
    await visitor.seesList("Three", "Two", "ValueError");
  });

  await t.step("pages", async () => {
    await page.goto("/errors?limit=2");
    await page.getByRole("link", { name: "Older" }).click();
    await visitor.seesList("ValueError");
  });

  await t.step("an error: folding, raw view, occurrences, Markdown, resolving", async () => {
    await visitor.report(CHECKOUT_REPORT);
    await page.goto("/errors");
    await page.getByRole("link", { name: "ValueError" }).click();
    await page.getByText("5 library frames").click();
    assert.ok(await page.getByText("raw_response = await").isVisible());
    await page.getByRole("link", { name: "Raw" }).click();
    assert.equal(await page.locator(".trace.raw").textContent(), CHECKOUT_REPORT.traceback);
    await page.getByRole("link", { name: "Older occurrence" }).click();
    await page.waitForURL(/occurrence=\d+&view=raw/);
    await page.getByRole("button", { name: "Resolve" }).click();
    await page.getByRole("button", { name: "Reopen" }).waitFor();
    await page.getByRole("link", { name: "Copy as Markdown" }).click();
    await page.waitForURL(/markdown$/);
    assert.match(await page.locator("body").innerText(), /^## ValueError/);
  });

  await t.step("settings and signing out", async () => {
    await page.goto("/settings");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL((url) => url.pathname === "/login");
  });
});
