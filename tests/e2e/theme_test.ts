import assert from "node:assert/strict";
import { e2e, Visitor } from "./visitor.ts";

e2e("the theme", async (t) => {
  await using visitor = await Visitor.arrive({ browser: { colorScheme: "light" } });
  const { page } = visitor;
  const isDark = () =>
    page.evaluate(() => {
      const [red = 255] = getComputedStyle(document.documentElement).backgroundColor
        .match(/\d+/g)?.map(Number) ?? [];
      return red < 128;
    });
  await page.goto("/settings");

  await t.step("follows the system", async () => {
    await visitor.eventually(isDark, false);
    await page.emulateMedia({ colorScheme: "dark" });
    await visitor.eventually(isDark, true);
  });

  await t.step("is switched to light and dark, and remembered", async () => {
    await page.getByRole("button", { name: "Theme: system", exact: true }).click();
    await visitor.eventually(isDark, false);
    await page.reload();
    await visitor.eventually(isDark, false);
    await page.getByRole("button", { name: "Theme: light", exact: true }).click();
    await page.emulateMedia({ colorScheme: "light" });
    await visitor.eventually(isDark, true);
  });

  await t.step("stands before the first paint", async () => {
    // The script of the page itself never runs: what is blocking has to do it.
    await page.route("**/assets/app-*", (route) => route.abort());
    await page.reload();
    await visitor.eventually(isDark, true);
    await page.unroute("**/assets/app-*");
    visitor.complaints.length = 0;
  });

  await t.step("holds in other tabs and on the sign-in page", async () => {
    const tab = await visitor.context.newPage();
    await tab.goto("/settings");
    await page.reload();
    await page.getByRole("button", { name: "Theme: dark", exact: true }).click();
    await tab.getByRole("button", { name: "Theme: system", exact: true }).waitFor();
    await tab.close();
  });
  assert.deepEqual(visitor.complaints, []);
});
