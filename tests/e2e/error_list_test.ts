import assert from "node:assert/strict";
import { e2e, named, Visitor } from "./visitor.ts";

e2e("the list of errors", async (t) => {
  await using visitor = await Visitor.arrive();
  const { page } = visitor;
  await visitor.report(
    named("BillingError", { project: "billing", environment: "staging" }),
    named("BrowserError", { project: "shop", request_method: "BROWSER" }),
    named("CheckoutError", { project: "shop", message: "100% off_by one" }),
  );
  await visitor.report(named("BillingError", { project: "billing" }));

  const seesChosen = (label: string, value: string) =>
    visitor.eventually(() => page.getByLabel(label, { exact: true }).inputValue(), value);

  await t.step("shows the last seen first, with its count", async () => {
    await page.goto("/errors");
    assert.deepEqual(await visitor.listed(), ["BillingError", "CheckoutError", "BrowserError"]);
    const first = page.locator("tbody tr").first();
    assert.equal(await first.locator(".row-count").innerText(), "2");
    assert.match(await first.innerText(), /BillingError\.py:7 in run/);
    assert.match(await first.locator("svg").getAttribute("aria-label") ?? "", /2 events/);
    assert.equal(await page.title(), "(3) Errors · Monlight");
  });

  await t.step("filters on change, in the address, and back undoes it", async () => {
    await page.getByLabel("Project", { exact: true }).selectOption("shop");
    await visitor.seesList("CheckoutError", "BrowserError");
    await visitor.seesAddress("/errors?project=shop");
    await page.getByLabel("Source", { exact: true }).selectOption("browser");
    await visitor.seesList("BrowserError");
    await visitor.seesAddress("/errors?project=shop&source=browser");
    await page.goBack();
    await visitor.seesList("CheckoutError", "BrowserError");
    await seesChosen("Source", "");
    await page.goBack();
    await visitor.seesList("BillingError", "CheckoutError", "BrowserError");
    await seesChosen("Project", "");
    await page.goForward();
    await visitor.seesList("CheckoutError", "BrowserError");
    await seesChosen("Project", "shop");
  });

  await t.step("finds a group in each environment it was seen in", async () => {
    await page.goto("/errors?environment=staging");
    assert.deepEqual(await visitor.listed(), ["BillingError"]);
    await seesChosen("Environment", "staging");
  });

  await t.step("searches while one types, as one step of the history", async () => {
    await page.goto("/errors");
    await page.getByRole("searchbox").pressSequentially("OFF_BY", { delay: 40 });
    await visitor.seesList("CheckoutError");
    await visitor.seesAddress("/errors?search=OFF_BY");
    await page.goBack();
    await visitor.seesList("BillingError", "CheckoutError", "BrowserError");
  });

  await t.step("an empty result says what it was filtered by and how to get out", async () => {
    await page.goto("/errors?project=shop&search=nothing+like+this");
    assert.match(await page.locator("main").innerText(), /No unresolved error matches/);
    assert.match(await page.locator("main").innerText(), /project shop, text “nothing like this”/);
    await page.getByRole("link", { name: "Clear the filters", exact: true }).click();
    await visitor.seesList("BillingError", "CheckoutError", "BrowserError");
  });

  await t.step("nothing resolved yet is another matter", async () => {
    await page.getByRole("link", { name: "Resolved", exact: true }).click();
    await page.getByText("Nothing resolved yet").waitFor();
    await visitor.seesAddress("/errors?resolved=true");
  });

  await t.step("a bad filter is refused in words", async () => {
    const response = await page.goto("/errors?resolved=maybe");
    assert.equal(response?.status(), 400);
    assert.match(await page.locator("main").innerText(), /'resolved' must be one of/);
    visitor.complaints.length = 0;
  });

  await t.step("all of a row is the link", async () => {
    await page.goto("/errors");
    await page.locator("tbody tr").nth(1).locator(".row-seen").click({ force: true });
    await visitor.seesAddress(/^\/errors\/\d+$/);
    await visitor.seesText(page.getByRole("heading", { level: 1 }), "CheckoutError");
  });

  await t.step("and the way back leads to the list as it was", async () => {
    await page.goto("/errors?project=shop");
    await page.getByText("about BrowserError").click();
    await visitor.seesAddress(/^\/errors\/\d+$/);
    await page.locator("[data-back]").click();
    await visitor.seesAddress("/errors?project=shop");
  });
  assert.deepEqual(visitor.complaints, []);
});

e2e("pages of the list", async () => {
  await using visitor = await Visitor.arrive();
  const { page } = visitor;
  const types = Array.from({ length: 53 }, (_, at) => `Error${at + 1}`);
  await visitor.report(...types.map((type) => named(type)));
  await page.goto("/errors");
  assert.equal((await visitor.listed()).length, 50);
  assert.match(await page.locator(".pager").innerText(), /1–50 of 53/);
  await page.getByRole("link", { name: "Older", exact: true }).click();
  await visitor.seesList("Error3", "Error2", "Error1");
  await visitor.seesAddress("/errors?offset=50");
  await page.getByRole("link", { name: "Newer", exact: true }).click();
  await visitor.seesAddress("/errors");
  await visitor.eventually(async () => (await visitor.listed())[0], "Error53");
  await page.goto("/errors?offset=500");
  await page.getByRole("link", { name: "Go to the first page", exact: true }).click();
  await visitor.eventually(async () => (await visitor.listed())[0], "Error53");
  assert.deepEqual(visitor.complaints, []);
});

e2e("the list keeps itself up to date", async (t) => {
  await using visitor = await Visitor.arrive();
  const { page } = visitor;
  await visitor.report(named("One"), named("Two"), named("Three"));
  await page.clock.install();
  await page.goto("/errors");
  const refresh = async () => {
    const refreshed = page.waitForResponse((response) => response.url().includes("/errors"));
    await page.clock.runFor(10_100);
    await refreshed;
  };

  await t.step("with new errors and a new order while nobody points at it", async () => {
    await visitor.report(named("One"), named("Four"));
    await refresh();
    await visitor.seesList("Four", "One", "Three", "Two");
    assert.equal(await page.title(), "(4) Errors · Monlight");
    await visitor.seesText(page.locator("#total"), "4");
  });

  await t.step("under the pointer counts change and nothing moves", async () => {
    await page.locator("tbody tr").nth(2).hover();
    await visitor.report(named("Two"), named("Five"));
    await refresh();
    await visitor.eventually(() => countOf(visitor, "Two"), "2");
    assert.deepEqual(await visitor.listed(), ["Four", "One", "Three", "Two"]);
    await visitor.seesText(page.locator(".pill"), "1 new error");
  });

  await t.step("until the pill is pressed", async () => {
    await page.locator(".pill").click();
    await visitor.seesList("Five", "Two", "Four", "One", "Three");
    await page.locator(".pill").waitFor({ state: "hidden" });
  });

  await t.step("or the pointer leaves", async () => {
    await page.locator("tbody tr").nth(2).hover();
    await visitor.report(named("Three"));
    await refresh();
    await visitor.eventually(() => countOf(visitor, "Three"), "2");
    assert.deepEqual(await visitor.listed(), ["Five", "Two", "Four", "One", "Three"]);
    await page.locator("h1").hover();
    await visitor.seesList("Three", "Five", "Two", "Four", "One");
  });

  await t.step("what somebody else resolved fades under the pointer", async () => {
    await page.locator("tbody tr").nth(2).hover();
    await visitor.program.fetch("/api/errors/1/resolve", { method: "POST" });
    await visitor.program.fetch("/api/errors/4/resolve", { method: "POST" });
    await refresh();
    await visitor.seesCount(page.locator("tr[data-gone]"), 2);
    assert.equal((await visitor.listed()).length, 5);
    await page.locator("h1").hover();
    await visitor.seesList("Three", "Five", "Two");
  });

  await t.step("a failure says so, keeps the list and offers another try", async () => {
    await page.route("**/errors", (route) => route.abort());
    await page.clock.runFor(10_100);
    await page.getByText("Not up to date since").waitFor();
    assert.equal((await visitor.listed()).length, 3);
    await page.unroute("**/errors");
    await visitor.report(named("Six"));
    await page.getByRole("button", { name: "Try again", exact: true }).click();
    await visitor.seesList("Six", "Three", "Five", "Two");
    await visitor.seesCount(page.getByText("Not up to date"), 0);
    visitor.complaints.length = 0;
  });

  await t.step("a session that has ended leads to signing in", async () => {
    await visitor.context.clearCookies();
    await page.clock.runFor(10_100);
    await visitor.seesPath("/login");
    await visitor.seesParameter("next", "/errors");
  });
  assert.deepEqual(visitor.complaints, []);
});

async function countOf(visitor: Visitor, type: string): Promise<string> {
  const row = visitor.page.locator("tbody tr", {
    has: visitor.page.locator(".row-link b").getByText(type, { exact: true }),
  });
  return await row.locator(".row-count").innerText();
}

e2e("a slow answer keeps the old content, dimmed, and only the latest counts", async () => {
  await using visitor = await Visitor.arrive();
  const { page } = visitor;
  await visitor.report(named("One", { project: "one" }), named("Two", { project: "two" }));
  await page.goto("/errors");
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  await page.route("**/errors?project=one", async (route) => {
    await released;
    await route.continue().catch(() => {});
  });
  await page.getByLabel("Project", { exact: true }).selectOption("one");
  const opacity = () => page.locator("main").evaluate((main) => getComputedStyle(main).opacity);
  await visitor.eventually(opacity, "0.55");
  assert.deepEqual(await visitor.listed(), ["Two", "One"]);
  await page.getByLabel("Project", { exact: true }).selectOption("two");
  await visitor.seesList("Two");
  release();
  await visitor.eventually(opacity, "1");
  await visitor.seesAddress("/errors?project=two");
  assert.deepEqual(await visitor.listed(), ["Two"]);
});

e2e("a hidden tab does not refresh, and does at once when it is looked at again", async () => {
  await using visitor = await Visitor.arrive();
  const { page } = visitor;
  await visitor.report(named("One"));
  await page.clock.install();
  await page.goto("/errors");
  const setHidden = (hidden: boolean) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
  let requests = 0;
  page.on("request", (request) => {
    if (request.url().endsWith("/errors")) requests++;
  });
  await setHidden(true);
  await visitor.report(named("Two"));
  await page.clock.runFor(60_000);
  assert.equal(requests, 0);
  await setHidden(false);
  await visitor.seesList("Two", "One");
});
