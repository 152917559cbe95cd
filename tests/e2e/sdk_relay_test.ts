/** The SDK with the real relay, tracker and collector behind it. */
import assert from "node:assert/strict";
import { buildBundles, SCRIPT } from "../../clients/js/build/bundles.ts";
import { publicKey, uploadMap } from "../demo/browser.ts";
import { buildApp } from "../demo/browser/build.ts";
import { servePage } from "../demo/browser/server.ts";
import { servePages } from "../support/page_server.ts";
import { e2e, Visitor } from "./visitor.ts";

const SERVICES = ["--only", "errors,metrics,relay"];
const KEY = "5b0e4c8f8e6d4c39a6c2a4d0a7f1e111";

/** The groups of a project, by type. */
async function errors(visitor: Visitor, project: string): Promise<Record<string, number>> {
  const response = await visitor.program.fetch(`/api/errors?project=${project}&source=browser`);
  const { errors } = await response.json();
  const typed: { exception_type: string; count: number }[] = errors;
  return Object.fromEntries(typed.map(({ exception_type, count }) => [exception_type, count]));
}

async function vitals(visitor: Visitor, project: string): Promise<readonly string[]> {
  const response = await visitor.program.fetch(`/api/dashboard?project=${project}`);
  const { web_vitals }: { web_vitals: Record<string, { count: number } | null> } = await response
    .json();
  return Object.entries(web_vitals).filter(([, one]) => (one?.count ?? 0) > 0).map(([name]) => name)
    .sort();
}

e2e(
  "the page of the demo breaks, and Monlight shows how, in the words of its source",
  async (t) => {
    await using visitor = await Visitor.arrive({ program: { args: SERVICES } });
    const { page, program } = visitor;
    const target = { url: program.url, key: () => Promise.resolve(program.apiKey) };
    const [app, key] = [await buildApp(), await publicKey(target)];
    assert.ok(key);
    assert.equal(await publicKey(target), key);
    await uploadMap(target, app);
    await using site = servePage({ port: 0, app, key, monlight: program.url });
    const shop = await visitor.context.newPage();
    await shop.goto(site.url);
    const press = async (name: string, said: string) => {
      await shop.getByRole("button", { name, exact: true }).click();
      await shop.getByRole("listitem").filter({ hasText: said }).last().waitFor();
    };

    await t.step("each button says what it does", async () => {
      await press("Fetch what is there", "There are 7 left.");
      await press("Fetch what fails", "The order was answered with 503.");
      await press("Fetch from nowhere", "The suppliers cannot be reached.");
      await press("Reject a promise", "A promise was rejected.");
      await press("Report a message", "A message was reported.");
      await press("Shift the layout", "The layout moves in a moment.");
      await shop.getByText("Prices are shown without tax.").waitFor();
      await press("Work for 300 ms", "The page was busy for 300 ms.");
      await press("Go to an order", "without a new page.");
      await press("Throw an error", "An error was thrown.");
    });

    await t.step("the tracker has each error", async () => {
      await visitor.eventually(() => errors(visitor, "shop-web"), {
        TypeError: 1,
        RangeError: 1,
        NetworkError: 1,
        Message: 1,
      });
    });

    await t.step(
      "and its page names file, line and function, who, and what was before",
      async () => {
        await page.goto("/errors?project=shop-web");
        await page.getByRole("link", { name: /TypeError/ }).first().click();
        const trace = page.locator("main");
        await trace.getByText("checkout.ts").first().waitFor();
        const text = await trace.innerText();
        for (
          const part of [
            "checkout (checkout.ts:11:24)",
            "checkout.ts:16:31",
            "visitor-7",
            "/orders/:id",
            app.release,
          ]
        ) {
          assert.ok(text.includes(part), `${part} is not in ${text}`);
        }
      },
    );

    await t.step("leaving the page brings its vitals to the dashboard, by page", async () => {
      await shop.goto("about:blank");
      await visitor.eventually(() => vitals(visitor, "shop-web"), [
        "CLS",
        "FCP",
        "INP",
        "LCP",
        "TTFB",
      ]);
      const response = await program.fetch(
        "/api/metrics?name=browser_http_requests_total&group_by=status",
      );
      const { groups } = await response.json();
      const statuses = groups.map(({ labels }: { labels: Record<string, string> }) =>
        labels["status"]
      );
      assert.deepEqual(statuses.sort(), ["200", "503", "error"]);
    });
  },
);

e2e("a page of another origin reports, if the relay lists it, and is unharmed if not", async () => {
  const scripts = await buildBundles([SCRIPT]);
  await using site = servePages({ [`/${SCRIPT}`]: scripts.get(SCRIPT) ?? "" });
  await using visitor = await Visitor.arrive({
    program: { args: SERVICES, env: { DSN_KEYS: `shop:${KEY}`, CORS_ORIGINS: site.url } },
    signedIn: false,
  });
  site.serve(
    "/",
    `<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,">
    <script>window.MonlightConfig = { dsn: "${KEY}", endpoint: "${visitor.program.url}" }</script>
    <script src="/${SCRIPT}"></script><h1>Shop</h1><button>Pay</button></html>`,
  );
  const page = await visitor.context.newPage();
  visitor.watch(page);
  await page.goto(site.url);
  await page.getByRole("button").click();
  await page.evaluate(
    `for (let i = 0; i < 2; i++) Monlight.captureError(new RangeError("too many"))`,
  );
  await visitor.eventually(() => errors(visitor, "shop"), { RangeError: 1 });
  await page.goto("about:blank");
  // Whether a click that does nothing counts as an interaction is the browser's to say.
  const found = async () => (await vitals(visitor, "shop")).filter((name) => name !== "INP");
  await visitor.eventually(found, ["CLS", "FCP", "LCP", "TTFB"]);

  // The same server by another name is an origin that nobody has listed.
  const complaints = visitor.complaints.length;
  await page.goto(site.url.replace("127.0.0.1", "localhost"));
  await page.evaluate(`queueMicrotask(() => { throw new SyntaxError("of a stranger") })`);
  await page.waitForLoadState("networkidle");
  assert.equal(await page.getByRole("button").innerText(), "Pay");
  const others = visitor.complaints.slice(complaints)
    .filter((text) => !/CORS policy|ERR_FAILED|of a stranger/.test(text));
  assert.deepEqual(others, []);
});
