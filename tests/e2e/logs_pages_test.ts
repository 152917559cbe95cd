import assert from "node:assert/strict";
import { LogVisitor, type Printed, series } from "./log_visitor.ts";
import { layoutShift, scriptBytes, violations, visitStrictly } from "./page_checks.ts";
import { e2e, named } from "./visitor.ts";

const HOUR = 60 * 60 * 1000;
const ALL_SERVICES = { program: { args: [] } };

const HOSTILE: readonly string[] = [
  '<script>window.hacked = true</script><img src=x onerror="window.hacked = true">',
  '"><svg onload="window.hacked = true">',
  "a word without end " + "x".repeat(20_000),
  "日本語のログ ".repeat(200),
  "\u202eright to left \u0000 \u0007 \u001b[999;999H\u001b]8;;javascript:alert(1)\u0007link\u001b]8;;\u0007",
  "\u001b[38;2;1;2;3m".repeat(300) + "deep",
  JSON.stringify({
    msg: "<b>bold</b>",
    "a<b": '"><i>',
    nested: { deep: [1, { two: "</script>" }] },
    ["name".repeat(100)]: "long",
  }),
  Array.from({ length: 400 }, (_, at) => `  at frame ${at} (file.js:${at})`).join("\n"),
];

/** Lines of every level and kind, hostile ones among them, over some days. */
function everyKind(now: number): readonly Printed[] {
  const levels = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"];
  return [
    ...series("INFO: some time ago", 10, { gapMs: HOUR, end: now - 30 * HOUR }),
    ...HOSTILE.map((text, at) => ({
      container: `hostile-${at}`,
      text: `INFO: ${text}`,
      at: now - 20 * HOUR + at * 1000,
    })),
    ...Array.from({ length: 150 }, (_, at) => ({
      container: ["web", "shop-api", "a-name-that-is-longer-than-its-column"][at % 3] ?? "web",
      text: `${levels[at % 5]}: \x1b[3${at % 8}mrequest ${at}\x1b[0m user_id=${at} ` +
        "took rather long ".repeat(1 + at % 12),
      at: now - HOUR + at * 1000,
    })),
  ];
}

const PATHS = [
  "/",
  "/logs",
  "/logs?range=all&wrap=on",
  "/logs?range=all&top=newest&time=utc",
  "/logs?range=all&search=hostile+OR+request+user_id:7",
  "/logs?search=nothing-like-this",
  "/logs?since=2020-01-01&until=2020-01-02",
  "/logs?line=12",
  "/logs?line=15#line-15",
  "/logs?context=13",
  "/logs?line=999999",
  "/logs?older_than=60",
  "/logs?level=LOUD",
  "/settings",
];

for (const colorScheme of ["light", "dark"] as const) {
  e2e(`every page of the logs is accessible (${colorScheme})`, async (t) => {
    await using person = await LogVisitor.arrive({
      ...ALL_SERVICES,
      printed: everyKind(Date.now()),
      browser: { colorScheme, bypassCSP: true },
    });
    const { page } = person.visitor;
    await person.visitor.report(named("SomeError"));
    const check = async (name: string) => {
      await t.step(name, async () => assert.deepEqual(await violations(page), []));
    };
    for (const path of PATHS) {
      await page.goto(path);
      if (await page.locator("[data-list]").count() > 0) await person.scripted();
      await check(path);
    }
    await page.goto("/logs?range=all");
    await person.live();
    await page.keyboard.press("k");
    await page.keyboard.press("Enter");
    await page.locator(".log-detail").waitFor();
    await check("an open line");
    await person.scrollTo(600);
    await page.getByText("Containers", { exact: true }).first().click();
    await check("the picker");
    await page.getByText("Custom", { exact: true }).click();
    await check("the custom range");
  });
}

e2e(
  "every page of the logs keeps to the content policy, runs no foreign script and fits",
  async (t) => {
    await using person = await LogVisitor.arrive({
      ...ALL_SERVICES,
      printed: everyKind(Date.now()),
    });
    const { visitor, rows } = person;
    const { page } = visitor;
    for (const path of PATHS) await t.step(path, () => visitStrictly(visitor, path));
    await t.step("hostile lines, open", async () => {
      for (let at = 0; at < HOSTILE.length; at++) {
        await page.goto(`/logs?range=all&container=hostile-${at}`);
        await person.scripted();
        await rows.first().locator(".log-line").click();
        await rows.first().locator(".log-detail").waitFor();
        const { width, hacked } = await page.evaluate(() => ({
          width: Math.max(
            ...[document.documentElement, ...document.querySelectorAll(".log-scroll")]
              .map(({ scrollWidth }) => scrollWidth),
          ),
          hacked: "hacked" in window,
        }));
        assert.equal(hacked, false);
        assert.ok(width <= 1280, `${width} px wide`);
      }
      assert.deepEqual(visitor.complaints, []);
    });
  },
);

e2e("the pages of the logs are small and still", async (t) => {
  const now = Date.now();
  await using person = await LogVisitor.arrive({
    ...ALL_SERVICES,
    printed: [...everyKind(now), ...series("日本語のログ".repeat(60), 200, { end: now - 1000 })],
    browser: { timezoneId: "Asia/Kolkata" },
  });
  const { visitor } = person;
  const { page } = visitor;

  await t.step("the HTML is under 100 KB", async () => {
    for (
      const path of ["/logs", "/logs?wrap=on", "/logs?range=all&search=" + "x+".repeat(300), "/"]
    ) {
      const response = await page.goto(path);
      const { length } = await response?.body() ?? [];
      assert.ok(length !== undefined && length < 100_000, `${path} has ${length} B`);
    }
  });

  await t.step("all script is under 60 KB gzipped, and only this page loads its own", async () => {
    await page.goto("/settings");
    const plain = await scriptBytes(visitor);
    await page.goto("/logs");
    await person.scripted();
    const bytes = await scriptBytes(visitor);
    assert.ok(plain < 20_000 && bytes < 60_000, `${plain} B, with the logs ${bytes} B`);
  });

  await t.step("nothing shifts after the first paint", async () => {
    for (
      const path of ["/logs?live=off", "/logs?wrap=on&live=off", "/logs?line=100&live=off", "/"]
    ) {
      await page.goto(path);
      const shift = await layoutShift(page);
      assert.ok(shift < 0.01, `${path} shifts by ${shift}`);
    }
  });

  await t.step("the server draws what script draws, by the reader's own clock", async () => {
    await page.goto("/logs?live=off");
    await person.scripted();
    const scripted = await page.locator("article.log").last().innerText();
    const html = await (await page.goto("/logs?live=off"))?.text() ?? "";
    const [time = ""] = scripted.split(/\s/);
    assert.match(time, /^\d\d:\d\d:\d\d\.\d{3}$/);
    assert.ok(html.includes(time), `The server has no line of ${time}`);
  });
});

e2e(
  "the way back from a line's context leads to the lines, also after a look at errors",
  async () => {
    await using person = await LogVisitor.arrive({
      ...ALL_SERVICES,
      printed: series("INFO: line", 5),
    });
    const { visitor, rows } = person;
    const { page } = visitor;
    await visitor.report(named("SomeError"));
    await page.goto("/errors?resolved=all");
    await page.goto("/logs?search=line");
    await person.scripted();
    await rows.first().locator(".log-line").click();
    await page.getByRole("link", { name: /^Context/ }).click();
    await visitor.seesAddress(/[?&]context=/);
    const back = page.locator('[data-back][href^="/logs?"]');
    await back.waitFor();
    await page.reload();
    await person.scripted();
    await back.waitFor();
    await page.keyboard.press("Escape");
    await visitor.seesParameter("context", null);
    await visitor.seesPath("/logs");
    // And that from an error to the errors as they were filtered.
    await page.goto("/errors/1");
    await page.locator('[data-back][href="/errors?resolved=all"]').waitFor();
    assert.deepEqual(visitor.complaints, []);
  },
);
