import assert from "node:assert/strict";
import { Site } from "./sdk_visitor.ts";
import { e2e } from "./visitor.ts";

const BODY = `
  <form id="pay" onsubmit="return false">
    <input name="card" value="4242424242424242" aria-label="Card">
    <input name="id" value="clobbers">
    <button class="primary large wide huge" name="go"><b>Pay as ann@example.com</b></button>
  </form>
  <div id="host"></div>
  <script>
    document.getElementById("host").attachShadow({ mode: "open" }).innerHTML = "<button>In a shadow</button>";
  </script>`;

/** What the breadcrumbs of an error say, times and durations aside. */
async function crumbs(site: Site, mark: string): Promise<readonly string[]> {
  await site.mark(mark);
  const { context } = await site.receiver.errorSaying(mark);
  return context.breadcrumbs.map(({ category, level, status, message }) =>
    [category, level, status, message].filter(Boolean).join(" ").replaceAll(site.server.url, "")
  );
}

e2e("an error comes with what happened before it", async (t) => {
  await using site = await Site.open({ body: BODY, pages: { "/data": "some data" } });
  const { page } = site;

  await t.step("clicks, by selectors that say nothing of what stands there", async () => {
    await page.getByText("Pay as").click();
    await page.getByLabel("Card", { exact: true }).click();
    await page.getByText("In a shadow").click();
    assert.deepEqual(await crumbs(site, "clicks"), [
      "click form#pay > button.primary.large.wide[name=go] > b",
      "click form#pay > input[name=card]",
      "click div#host > button",
    ]);
  });

  await t.step("changes of the address", async () => {
    await page.evaluate(`
      history.pushState({}, "", "/orders/17?token=x");
      history.replaceState({}, "", "/orders/17/items");
      history.replaceState({ same: true }, "");
      location.hash = "part";
    `);
    await page.evaluate(
      `new Promise((resolve) => { onpopstate = resolve; history.go(-2) }).then(() => {})`,
    );
    assert.deepEqual((await crumbs(site, "navigation")).slice(3), [
      "navigation /orders/:id",
      "navigation /orders/:id/items",
      "navigation /orders/:id/items",
      "navigation /",
    ]);
  });

  await t.step("requests and lines of the console", async () => {
    await page.evaluate(`fetch("/data?token=x").then(() => {
      console.log("stock", 7, { secret: 1 }, [1], undefined);
      console.warn(new TypeError("no net"));
    })`);
    assert.deepEqual((await crumbs(site, "lines")).slice(7), [
      "request 200 GET /data",
      "console log stock 7 [object Object] [object Array] undefined",
      "console warn TypeError: no net",
    ]);
  });

  await t.step("the last twenty of all", async () => {
    await page.evaluate(`for (let i = 0; i < 100; i++) console.info("line", i)`);
    const lines = await crumbs(site, "many");
    assert.deepEqual(lines, Array.from({ length: 20 }, (_, i) => `console info line ${80 + i}`));
  });
});
