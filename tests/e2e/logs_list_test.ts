import assert from "node:assert/strict";
import { LogVisitor, type Printed, series } from "./log_visitor.ts";
import { e2e } from "./visitor.ts";

const HOUR = 60 * 60 * 1000;
/** Nine hours and a half behind UTC, the whole year. */
const ZONE = "Pacific/Marquesas";
const TRACEBACK = `Traceback (most recent call last):
  File "/srv/app.py", line 7, in run
    charge(card)
ValueError: card 42 was refused`;

/** A few lines of several containers and levels, over some hours. */
function mixed(now: number): readonly Printed[] {
  return [
    { container: "worker", text: "INFO: job 1 done", at: now - 5 * HOUR },
    { container: "web", text: "DEBUG: cache miss for /cart", at: now - 4 * HOUR },
    { container: "web", text: "WARNING: slow answer, 1200 ms", at: now - 3 * HOUR },
    { container: "worker", text: TRACEBACK, stream: "stderr", at: now - 2 * HOUR },
    {
      container: "web",
      text: "\x1b[32mINFO\x1b[0m: GET /cart \x1b[1;31m500\x1b[0m",
      at: now - HOUR,
    },
    { container: "web", text: "CRITICAL: out of memory", at: now - 60_000 },
  ];
}

e2e("the list of lines", async (t) => {
  await using person = await LogVisitor.arrive({
    printed: mixed(Date.now()),
    program: { command: ["logs", "serve"], args: [] },
  });
  const { visitor, rows } = person;
  const { page } = visitor;
  const total = page.locator("#log-total");

  await t.step("has the newest at the bottom, in the server's HTML already", async () => {
    const html = await (await page.goto("/logs"))?.text() ?? "";
    assert.match(html, /job 1 done[^]*cache miss[^]*out of memory/);
    await visitor.seesText(total, "6 lines");
    await person.scripted();
    const last = rows.last();
    assert.match(await last.innerText(), /\d\d:\d\d:\d\d\.\d{3}/);
    assert.equal(await last.locator(".log-name").textContent(), "web");
    assert.equal(await last.locator(".log-level").textContent(), "CRITICAL");
    assert.equal(await page.title(), "Logs · Monlight");
  });

  await t.step("shows one line of each, and how many more there are", async () => {
    const traceback = rows.nth(3);
    assert.equal(await traceback.locator(".log-text").innerText(), TRACEBACK.split("\n")[0]);
    assert.equal(await traceback.locator(".log-more").innerText(), "+3 lines");
    const { height } = await traceback.boundingBox() ?? {};
    assert.equal(height, 20);
  });

  await t.step("shows the colours of a terminal", async () => {
    assert.equal(await rows.nth(4).locator(".log-text").innerText(), "INFO: GET /cart 500");
    assert.equal(await rows.nth(4).locator(".ansi-green").innerText(), "INFO");
    assert.equal(await rows.nth(4).locator(".ansi-red.ansi-bold").innerText(), "500");
  });

  await t.step("searches while one types, as one step of the history", async () => {
    await page.getByRole("searchbox").pressSequentially("refused", { delay: 30 });
    await visitor.seesText(total, "1 line");
    await visitor.seesAddress("/logs?search=refused");
    // What was found is further down in the message.
    await person.sees("Traceback (most recent call last): … ValueError: card 42 was refused");
    await visitor.seesTexts(page.locator("mark"), "refused");
    await page.goBack();
    await visitor.seesText(total, "6 lines");
    await visitor.eventually(() => page.getByRole("searchbox").inputValue(), "");
  });

  await t.step("filters by level", async () => {
    const error = page.getByRole("checkbox", { name: /^ERROR, 1$/ });
    await page.locator(".level-chip.log-error").click();
    await visitor.seesText(total, "1 line");
    await visitor.seesAddress("/logs?level=ERROR");
    await visitor.eventually(() => error.isChecked(), true);
    await page.locator(".level-chip.log-warning").click();
    await visitor.seesText(total, "2 lines");
    await visitor.seesParameter("level", "WARNING,ERROR");
    await page.goBack();
    await visitor.seesText(total, "1 line");
    const warning = page.getByRole("checkbox", { name: /^WARNING/ });
    await visitor.eventually(() => warning.isChecked(), false);
    await page.goto("/logs?level=%3E%3DERROR");
    await visitor.seesText(total, "2 lines");
  });

  await t.step("filters by container", async () => {
    await page.goto("/logs");
    await person.scripted();
    await page.getByText("Containers", { exact: true }).first().click();
    const picker = page.locator(".picker-names");
    await visitor.seesTexts(picker.locator("label"), "web\n4", "worker\n2");
    await picker.getByText("worker", { exact: true }).click();
    await visitor.seesText(total, "2 lines");
    await visitor.seesAddress("/logs?container=worker");
    await picker.getByText("web", { exact: true }).click();
    await visitor.seesText(total, "6 lines");
    await visitor.seesParameter("container", "web,worker");
    await page.getByRole("button", { name: "All containers", exact: true }).click();
    await visitor.seesAddress("/logs");
    await page.keyboard.press("Escape");
    await picker.waitFor({ state: "hidden" });
  });

  await t.step("goes as far back as is asked for", async () => {
    await page.getByRole("link", { name: "1h", exact: true }).click();
    await visitor.seesText(total, "1 line");
    await page.getByRole("link", { name: "7d", exact: true }).click();
    await visitor.seesText(total, "6 lines");
    await visitor.seesAddress("/logs?range=7d");
  });

  await t.step("says what it looked for where it finds nothing, and leads on", async () => {
    await page.goto("/logs?search=nothing+like+this&container=web&range=1h");
    const main = page.locator("main");
    assert.match(
      await main.innerText(),
      /container web, text “nothing like this” in the last hour/,
    );
    await page.getByRole("link", { name: "Clear the filters", exact: true }).click();
    await visitor.seesText(total, "1 line");
    await visitor.seesAddress("/logs?range=1h");
  });

  await t.step("refuses a bad filter in words", async () => {
    const response = await page.goto("/logs?level=LOUD");
    assert.equal(response?.status(), 400);
    assert.match(await page.locator("main").innerText(), /'level' must be levels of DEBUG/);
    visitor.complaints.length = 0;
  });

  await t.step("remembers how one likes it", async () => {
    await page.goto("/logs");
    await person.scripted();
    await page.getByRole("switch", { name: "Newest on top", exact: true }).click();
    await person.seesFirst("CRITICAL: out of memory");
    await page.getByRole("switch", { name: "Wrap long messages", exact: true }).click();
    await visitor.eventually(() => rows.nth(2).locator(".log-text").innerText(), TRACEBACK);
    await page.getByRole("switch", { name: "Times in UTC", exact: true }).click();
    const html = await (await page.goto("/logs"))?.text() ?? "";
    assert.match(html, /out of memory[^]*job 1 done/);
    assert.match(html, /charge\(card\)/);
    await visitor.seesAddress("/logs");
    await person.scripted();
    assert.equal((await person.messages())[0], "CRITICAL: out of memory");
  });
  assert.deepEqual(visitor.complaints, []);
});

e2e("the histogram of lines", async (t) => {
  const now = Date.now();
  await using person = await LogVisitor.arrive({
    printed: [
      ...series("early", 30, { gapMs: 1000, end: now - 20 * HOUR }),
      ...series("late", 50, { gapMs: 1000, end: now - HOUR }),
    ],
    browser: { timezoneId: ZONE },
  });
  const { visitor } = person;
  const { page } = visitor;
  const total = page.locator("#log-total");
  const drag = async (from: number, to: number) => {
    const box = await page.locator("[data-overlay]").boundingBox();
    assert.ok(box);
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + from * box.width, y);
    await page.mouse.down();
    await page.mouse.move(box.x + (from + to) / 2 * box.width, y);
    await page.mouse.move(box.x + to * box.width, y);
    await page.mouse.up();
  };

  await t.step("zooms to what is dragged over, and back", async () => {
    await page.goto("/logs");
    await person.scripted();
    await visitor.seesText(total, "80 lines");
    await drag(0.05, 0.4);
    await visitor.seesText(total, "30 lines");
    const { since, until } = await visitor.seesStretch();
    assert.ok(since < now - 20 * HOUR && now - 20 * HOUR < until && until < now - 10 * HOUR);
    await person.seesLast("early 29");
    await page.getByRole("link", { name: "Zoom out", exact: true }).click();
    await visitor.eventually(async () => (await visitor.seesStretch()).since < since, true);
    await page.goBack();
    await visitor.eventually(async () => (await visitor.seesStretch()).since, since);
    await page.goBack();
    await visitor.seesText(total, "80 lines");
  });

  await t.step("says what is under the pointer", async () => {
    const box = await page.locator("[data-overlay]").boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + 0.95 * box.width, box.y + 5);
    const info = page.locator("[data-bar-info]");
    await visitor.seesText(info, /· \d+ lines?$/);
    await page.mouse.move(box.x, box.y + 300);
    await visitor.seesText(info, /UTC−9:30$/);
  });

  await t.step("has a table beside it", async () => {
    const counts = await page.locator(".log-chart tbody td:nth-child(2)").allTextContents();
    assert.equal(counts.reduce((sum, one) => sum + Number(one), 0), 80);
  });

  await t.step("a range can be typed, by the reader's own clock", async () => {
    await page.getByText("Custom", { exact: true }).click();
    const shifted = new Date(now - 2 * HOUR - 9.5 * HOUR).toISOString();
    await page.getByLabel("From", { exact: true }).fill(shifted.slice(0, 19));
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await visitor.seesText(total, "50 lines");
    await visitor.seesParameter(
      "since",
      new Date(Math.floor((now - 2 * HOUR) / 1000) * 1000).toISOString(),
    );
    await page.getByText("Custom", { exact: true }).click();
    await visitor.eventually(
      async () => (await page.getByLabel("From", { exact: true }).inputValue()).slice(0, 16),
      shifted.slice(0, 16),
    );
  });

  await t.step("what is filtered can be downloaded", async () => {
    await page.goto("/logs?search=early");
    const lines = async (name: string) => {
      await page.locator("summary", { has: page.locator("svg") }).last().click();
      const download = page.waitForEvent("download");
      await page.getByRole("link", { name, exact: true }).click();
      const path = await (await download).path();
      return (await Deno.readTextFile(path)).trimEnd().split("\n");
    };
    assert.match((await lines("As text"))[0] ?? "", /early/);
    const entries = (await lines("As JSON lines")).map((line) => JSON.parse(line));
    assert.equal(entries.length, 30);
    assert.ok(entries.every(({ message }) => message.startsWith("early")));
  });
  assert.deepEqual(visitor.complaints, []);
});

e2e("where the range has nothing, the page leads to what has", async () => {
  const now = Date.now();
  await using person = await LogVisitor.arrive({
    printed: series("old", 3, { end: now - 72 * HOUR }),
  });
  const { visitor } = person;
  const { page } = visitor;
  await page.goto("/logs");
  assert.match(
    await page.locator("main").innerText(),
    /3 lines are older: the last one came 3 days/,
  );
  await page.getByRole("link", { name: "Show the last 7 days", exact: true }).click();
  await person.sees("old 0", "old 1", "old 2");
  // A range that ends before it begins says so, and its histogram has no times.
  for (const filter of ["", "&search=old"]) {
    await page.goto(`/logs?since=2026-11-20&until=2026-11-19${filter}`);
    await visitor.seesCount(page.getByText(/ends before it begins/), 1);
    await visitor.seesText(page.locator(".log-axis"), "");
  }
  // A line that comes after all shows the list by itself.
  await page.goto("/logs");
  person.print({ text: "news" });
  await person.sees("news");
  assert.deepEqual(visitor.complaints, []);
});
