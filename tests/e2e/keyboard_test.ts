import assert from "node:assert/strict";
import { e2e, named, Visitor } from "./visitor.ts";

e2e("the keyboard", async (t) => {
  await using visitor = await Visitor.arrive();
  const { page } = visitor;
  await visitor.report(named("One"), named("Two"), named("Three"));
  const press = async (...keys: readonly string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await page.goto("/errors");

  await t.step("? lists the keys, Escape closes the list", async () => {
    await press("?");
    const keys = page.getByRole("dialog", { name: "Keyboard shortcuts", exact: true });
    await keys.waitFor();
    // Keys mean nothing behind it.
    await press("j");
    await press("Escape");
    await keys.waitFor({ state: "hidden" });
  });

  await t.step("j and k move, Enter opens, Escape goes back", async () => {
    await press("j", "j", "j", "j", "k", "Enter");
    await visitor.seesAddress("/errors/2");
    await press("Escape");
    await visitor.seesAddress("/errors");
  });

  await t.step("/ searches; keys typed there are text", async () => {
    await press("/", "x", "r", "?");
    await visitor.seesAddress("/errors?search=xr%3F");
    assert.equal(await page.getByRole("dialog").count(), 0);
    await press("Escape");
    await visitor.seesAddress("/errors");
    await press("Escape", "j", "Enter");
    await visitor.seesAddress("/errors/3");
  });

  await t.step("Enter in a search goes on to what was found", async () => {
    await page.goto("/errors");
    await press("/", "T", "w", "o", "Enter");
    // What was typed may have been found before Enter, which finds it anew.
    await visitor.seesCount(page.locator("html[data-loading]"), 0);
    await visitor.seesList("Two");
    await press("j", "Enter");
    await visitor.seesAddress("/errors/2");
  });

  await t.step("g and a letter go to pages", async () => {
    await press("g", "s");
    await visitor.seesAddress("/settings");
    await press("g", "e");
    await visitor.seesAddress("/errors");
  });

  await t.step("keys with Control or Command are left to the browser", async () => {
    await page.goto("/errors/1");
    await press("Control+r");
    await page.waitForLoadState();
    assert.equal(await page.locator(".state-resolved").count(), 0);
  });

  await t.step("Tab reaches what matters, first a way past the navigation", async () => {
    await page.goto("/errors");
    await press("Tab");
    await visitor.eventually(
      () => page.evaluate(() => document.activeElement?.textContent),
      "Skip to content",
    );
    await press("Enter");
    await visitor.eventually(() => page.evaluate(() => document.activeElement?.id), "main");
  });
  assert.deepEqual(visitor.complaints, []);
});
