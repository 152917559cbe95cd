import assert from "node:assert/strict";
import { e2e, named, Visitor } from "./visitor.ts";

e2e("resolving errors in the list", async (t) => {
  await using visitor = await Visitor.arrive();
  const { page } = visitor;
  await visitor.report(...["One", "Two", "Three", "Four", "Five"].map((type) => named(type)));
  const pick = (type: string) => page.getByLabel(`Select ${type}`, { exact: true });

  await t.step("several at once by their boxes, and undone", async () => {
    await page.goto("/errors");
    await pick("Two").check();
    await pick("Four").check();
    await visitor.seesText(page.locator("[data-picked]"), "2 selected");
    await page.locator(".bulk").getByRole("button", { name: "Resolve", exact: true }).click();
    // It goes after some seconds, unless somebody points at it.
    await page.getByText("2 errors resolved.").hover();
    await visitor.seesList("Five", "Three", "One");
    await visitor.seesAddress("/errors");
    assert.equal(await page.title(), "(3) Errors · Monlight");
    await page.getByRole("button", { name: "Undo", exact: true }).click();
    await visitor.seesList("Five", "Four", "Three", "Two", "One");
    await page.getByText("2 errors reopened.").waitFor();
  });

  await t.step("all of them, or a range with shift", async () => {
    await page.getByLabel("Select all", { exact: true }).check();
    await visitor.seesText(page.locator("[data-picked]"), "5 selected");
    await page.getByRole("button", { name: "Select none", exact: true }).click();
    await pick("Two").click();
    await pick("Four").click({ modifiers: ["Shift"] });
    await visitor.seesText(page.locator("[data-picked]"), "3 selected");
    await page.keyboard.press("Escape");
    await page.locator(".bulk").waitFor({ state: "hidden" });
  });

  await t.step("the one under the cursor by r; the cursor goes to the next", async () => {
    await page.goto("/errors");
    for (const key of ["j", "j", "r"]) await page.keyboard.press(key);
    await visitor.seesList("Five", "Three", "Two", "One");
    await visitor.eventually(() => focused(visitor), "Three");
  });

  await t.step("the selected ones by x and r", async () => {
    for (const key of ["x", "j", "x", "r"]) await page.keyboard.press(key);
    await visitor.seesList("Five", "One");
  });

  await t.step("a resolved one is reopened by r", async () => {
    await page.goto("/errors?resolved=true");
    await visitor.seesList("Four", "Three", "Two");
    for (const key of ["j", "r"]) await page.keyboard.press(key);
    await visitor.seesList("Three", "Two");
    await page.goto("/errors");
    await visitor.seesList("Five", "Four", "One");
  });

  await t.step("until none is left", async () => {
    await page.getByLabel("Select all", { exact: true }).check();
    await page.keyboard.press("r");
    await page.getByText("All is well").waitFor();
    assert.equal(await page.title(), "Errors · Monlight");
  });
  assert.deepEqual(visitor.complaints, []);
});

e2e("resolving an error on its page", async () => {
  await using visitor = await Visitor.arrive();
  const { page } = visitor;
  await visitor.report({});
  await page.goto("/errors/1");
  await page.getByRole("button", { name: "Resolve", exact: true }).click();
  await page.locator(".state-resolved").waitFor();
  await visitor.seesAddress("/errors/1");
  assert.equal(await page.title(), "ValueError · Monlight");
  await page.keyboard.press("r");
  await page.getByRole("button", { name: "Resolve", exact: true }).waitFor();
  assert.equal(await page.title(), "(1) ValueError · Monlight");

  await page.keyboard.press("r");
  await page.locator(".state-resolved").waitFor();
  await visitor.report({});
  await page.reload();
  assert.match(await page.locator(".detail-line").innerText(), /Reopened/);
  assert.deepEqual(visitor.complaints, []);
});

e2e("an action that fails says so and can be tried again", async () => {
  await using visitor = await Visitor.arrive();
  const { page } = visitor;
  await visitor.report({});
  await page.goto("/errors/1");
  await page.route("**/resolve", (route) => route.abort());
  await page.getByRole("button", { name: "Resolve", exact: true }).click();
  await page.getByText("That failed: the server cannot be reached.").waitFor();
  await page.unroute("**/resolve");
  await page.getByRole("button", { name: "Try again", exact: true }).click();
  await page.locator(".state-resolved").waitFor();
});

async function focused({ page }: Visitor): Promise<string | undefined> {
  return await page.evaluate(() => document.activeElement?.querySelector("b")?.textContent ?? "");
}
