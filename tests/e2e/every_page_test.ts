import assert from "node:assert/strict";
import { layoutShift, scriptBytes, violations, visitStrictly } from "./page_checks.ts";
import { HOSTILE_REPORTS, SAMPLE_REPORTS } from "./sample_reports.ts";
import { e2e, named, Visitor } from "./visitor.ts";

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
    await page.goto("/errors");
    const check = async (name: string) => {
      await t.step(name, async () => assert.deepEqual(await violations(page), []));
    };
    await check("the empty tracker");
    for (const path of await everyPage(visitor)) {
      await page.goto(path);
      await check(path);
    }
    await page.goto("/errors");
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await check("the list of keys");
    await page.keyboard.press("Escape");
    for (const key of ["j", "x", "r"]) await page.keyboard.press(key);
    await page.getByText("1 error resolved.").waitFor();
    await check("what was done");
    await visitor.context.clearCookies();
    await page.goto("/");
    await check("the sign-in page");
    await page.getByLabel("API key", { exact: true }).fill("wrong");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("alert").waitFor();
    await check("the sign-in page after a wrong key");
  });
}

e2e("every page keeps to the content policy, runs no foreign script and fits", async (t) => {
  await using visitor = await Visitor.arrive({ program: { env: MAIL } });
  for (const path of await everyPage(visitor)) {
    await t.step(path, () => visitStrictly(visitor, path));
  }
});

e2e("pages are small and still", async (t) => {
  await using visitor = await Visitor.arrive();
  const { page } = visitor;
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
    const bytes = await scriptBytes(visitor);
    assert.ok(bytes < 20_000, `${bytes} B`);
  });

  await t.step("nothing shifts after the first paint", async () => {
    for (const path of ["/errors", "/errors/1", "/settings"]) {
      await page.goto(path);
      const shift = await layoutShift(page);
      assert.ok(shift < 0.01, `${path} shifts by ${shift}`);
    }
  });
});
