import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { HOSTILE_REPORTS, SAMPLE_REPORTS } from "./sample_reports.ts";
import { e2e, named, Visitor } from "./visitor.ts";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

const MAIL = {
  ALERT_EMAILS: "ops@example.org",
  SMTP_HOST: "mail.example.org",
  SMTP_FROM: "monlight@example.org",
};

/** Signs in, reports every sample, and gives the addresses of all pages. */
async function everyPage(visitor: Visitor): Promise<readonly string[]> {
  await visitor.report(...SAMPLE_REPORTS, ...HOSTILE_REPORTS);
  const last = SAMPLE_REPORTS.length + HOSTILE_REPORTS.length;
  await visitor.program.fetch(`/api/errors/2/resolve`, { method: "POST" });
  return [
    "/errors?limit=200",
    "/errors?resolved=all&limit=5",
    "/errors?search=nothing-like-this",
    ...Array.from({ length: last }, (_, at) => `/errors/${at + 1}`),
    `/errors/${last}?view=raw`,
    "/settings",
    "/nothing/here",
    "/errors?resolved=maybe",
  ];
}

for (const colorScheme of ["light", "dark"] as const) {
  e2e(`every page is accessible (${colorScheme})`, async (t) => {
    await using visitor = await Visitor.arrive({
      browser: { colorScheme, bypassCSP: true },
      program: { env: MAIL },
    });
    const { page } = visitor;
    const axe = await readFile(AXE, "utf8");
    await page.goto("/errors");
    const check = async (name: string) => {
      await t.step(name, async () => assert.deepEqual(await violations(page, axe), []));
    };
    await check("the empty tracker");
    for (const path of await everyPage(visitor)) {
      await page.goto(path);
      await check(path);
    }
    await page.goto("/errors");
    await page.keyboard.press("?");
    await check("the list of keys");
    await page.keyboard.press("Escape");
    for (const key of ["j", "x", "r"]) await page.keyboard.press(key);
    await page.getByText("1 error resolved.").waitFor();
    await check("what was done");
    await visitor.context.clearCookies();
    await page.goto("/");
    await check("the sign-in page");
    await page.getByLabel("API key").fill("wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").waitFor();
    await check("the sign-in page after a wrong key");
  });
}

/** What axe finds serious or critical, in short. */
async function violations(page: Page, axe: string): Promise<readonly string[]> {
  await page.evaluate(axe);
  // Runs in the page, where axe has put itself on the window.
  const found: { id: string; impact: string; nodes: { html: string }[] }[] = await page.evaluate(
    "axe.run({ resultTypes: ['violations'] }).then((results) => results.violations)",
  );
  return found.filter(({ impact }) => ["serious", "critical"].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`);
}

e2e("every page keeps to the content policy, runs no foreign script and fits", async (t) => {
  await using visitor = await Visitor.arrive({ program: { env: MAIL } });
  const { page } = visitor;
  const paths = await everyPage(visitor);
  for (const width of [390, 768, 1280]) {
    await page.setViewportSize({ width, height: 844 });
    for (const path of paths) {
      await t.step(`${path} at ${width} px`, async () => {
        visitor.complaints.length = 0;
        const response = await page.goto(path);
        const { scrollWidth, clientWidth, hacked } = await page.evaluate(() => ({
          scrollWidth: document.documentElement.scrollWidth,
          clientWidth: document.documentElement.clientWidth,
          hacked: "hacked" in window,
        }));
        assert.ok(scrollWidth <= clientWidth, `${scrollWidth} px wide`);
        assert.equal(hacked, false);
        // That a page was not found is what the browser may complain of.
        const complaints = visitor.complaints.filter((one) => !/status of (400|404)/.test(one));
        assert.deepEqual(complaints, []);
        assert.equal(response?.headers()["cache-control"], "no-store");
      });
    }
  }
});

e2e("pages are small and still", async (t) => {
  await using visitor = await Visitor.arrive();
  const { page, program } = visitor;
  const message = "a message as long as they come in practice, 日本語 too, ".repeat(20);
  const reports = Array.from(
    { length: 50 },
    (_, at) => named(`SomeLengthyError${at}`, { message }),
  );
  await visitor.report(...reports);

  await t.step("the HTML of a list is under 100 KB", async () => {
    const response = await page.goto("/errors");
    const { length } = await response?.body() ?? [];
    assert.ok(length !== undefined && length < 100_000, `${length} B`);
  });

  await t.step("all script is under 20 KB gzipped, and kept by the browser for good", async () => {
    const paths = await page.locator("script[src]").evaluateAll((scripts) =>
      scripts.map((script) => script.getAttribute("src") ?? "")
    );
    let bytes = 0;
    for (const path of paths) {
      const response = await fetch(program.url + path);
      assert.match(response.headers.get("cache-control") ?? "", /immutable/);
      assert.ok(response.body);
      const zipped = response.body.pipeThrough(new CompressionStream("gzip"));
      bytes += (await new Response(zipped).arrayBuffer()).byteLength;
    }
    assert.ok(bytes < 20_000, `${bytes} B`);
  });

  await t.step("nothing shifts after the first paint", async () => {
    for (const path of ["/errors", "/errors/1", "/settings"]) {
      await page.goto(path);
      const shift = await page.evaluate(() =>
        new Promise<number>((resolve) => {
          let total = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) {
              total += "value" in entry ? Number(entry.value) : 0;
            }
          }).observe({ type: "layout-shift", buffered: true });
          setTimeout(() => resolve(total), 300);
        })
      );
      assert.ok(shift < 0.01, `${path} shifts by ${shift}`);
    }
  });
});
