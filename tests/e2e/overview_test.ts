import assert from "node:assert/strict";
import { LogVisitor, series } from "./log_visitor.ts";
import { e2e, named } from "./visitor.ts";

e2e("the overview", async (t) => {
  const now = Date.now();
  await using person = await LogVisitor.arrive({
    program: { args: [] },
    printed: [
      ...series("INFO: fine", 30, { container: "loud", end: now - 60_000 }),
      { container: "quiet", text: "INFO: fine too", at: now - 30_000 },
    ],
  });
  const { visitor } = person;
  const { page } = visitor;
  const main = page.locator("main");

  await t.step("says that all is well when it is", async () => {
    await page.goto("/");
    assert.match(await main.innerText(), /All is well/);
    assert.match(await main.innerText(), /No error is unresolved/);
    assert.deepEqual(await page.locator(".loud-name").allInnerTexts(), ["loud", "quiet"]);
  });

  await t.step("shows what is not", async () => {
    await visitor.report(named("CheckoutError"));
    person.print({ container: "quiet", text: "ERROR: it broke" });
    await person.stored(32);
    await page.reload();
    assert.doesNotMatch(await main.innerText(), /All is well/);
    assert.match(await main.innerText(), /CheckoutError about CheckoutError/);
    await page.locator(".loud-errors a").click();
    await visitor.seesPath("/logs");
    await person.sees("ERROR: it broke");
  });

  await t.step("leads on", async () => {
    await page.goto("/");
    await page.getByRole("link", { name: /^CheckoutError/ }).click();
    await visitor.seesPath("/errors/1");
    await page.keyboard.press("g");
    await page.keyboard.press("o");
    await visitor.seesPath("/");
    await page.getByRole("link", { name: "All logs", exact: true }).click();
    await visitor.seesAddress("/logs?range=1h");
  });
  assert.deepEqual(visitor.complaints, []);
});
