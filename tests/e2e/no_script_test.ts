import { CHECKOUT_REPORT } from "./sample_reports.ts";
import { e2e, named, Visitor } from "./visitor.ts";

e2e("everything works without script", async (t) => {
  await using visitor = await Visitor.arrive({ browser: { javaScriptEnabled: false } });
  const { page } = visitor;

  await t.step("the empty tracker", async () => {
    await page.goto("/");
    await visitor.seesAddress("/errors");
    await page.getByRole("radio", { name: "JavaScript", exact: true }).check();
    await page.locator("#snippet-javascript").waitFor();
    await visitor.report(CHECKOUT_REPORT, named("Two"), named("Three", { project: "other" }));
    await page.getByRole("link", { name: "Look again", exact: true }).click();
    await visitor.seesList("Three", "Two", "ValueError");
  });

  await t.step("filters", async () => {
    await page.getByLabel("Project", { exact: true }).selectOption("other");
    await page.getByRole("button", { name: "Apply", exact: true }).click();
    await visitor.seesList("Three");
    await visitor.seesParameter("project", "other");
    await page.getByLabel("Project", { exact: true }).selectOption("");
    await page.getByRole("searchbox").fill("float");
    await page.keyboard.press("Enter");
    await visitor.seesList("ValueError");
  });

  await t.step("resolving several, and undoing it", async () => {
    await page.goto("/errors?limit=20");
    await page.getByLabel("Select Two", { exact: true }).check();
    await page.getByLabel("Select Three", { exact: true }).check();
    await page.getByRole("button", { name: "Resolve", exact: true }).click();
    await visitor.seesList("ValueError");
    await visitor.seesParameter("limit", "20");
    await visitor.seesText(page.locator("main"), /2 errors resolved/);
    await page.getByRole("button", { name: "Undo", exact: true }).click();
    await visitor.seesList("Three", "Two", "ValueError");
  });

  await t.step("pages", async () => {
    await page.goto("/errors?limit=2");
    await page.getByRole("link", { name: "Older", exact: true }).click();
    await visitor.seesList("ValueError");
  });

  await t.step("an error: folding, raw view, occurrences, Markdown, resolving", async () => {
    await visitor.report(CHECKOUT_REPORT);
    await page.goto("/errors");
    await page.getByRole("link", { name: /^ValueError/ }).click();
    await page.getByText("5 library frames").click();
    await page.getByText("raw_response = await").waitFor();
    await page.getByRole("link", { name: "Raw", exact: true }).click();
    await visitor.eventually(
      () => page.locator(".trace.raw").textContent(),
      CHECKOUT_REPORT.traceback,
    );
    await page.getByRole("link", { name: "Older occurrence", exact: true }).click();
    await visitor.seesAddress(/occurrence=\d+&view=raw/);
    await page.getByRole("button", { name: "Resolve", exact: true }).click();
    await page.getByRole("button", { name: "Reopen", exact: true }).waitFor();
    await page.getByRole("link", { name: "Copy as Markdown", exact: true }).click();
    await visitor.seesAddress(/markdown$/);
    await visitor.seesText(page.locator("body"), /^## ValueError/);
  });

  await t.step("settings and signing out", async () => {
    await page.goto("/settings");
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await visitor.seesPath("/login");
  });
});
