import assert from "node:assert/strict";
import { MetricVisitor } from "./metric_visitor.ts";
import { counted } from "./sample_metrics.ts";
import { e2e } from "./visitor.ts";

const NAME = "hostile_total";
const PATH = `/metrics/explore?name=${NAME}&period=1h`;

/** Values that mean something in HTML, in addresses, or in the query of labels; each is counted once more. */
const HOSTILE: readonly string[] = [
  "<script>window.hacked = true</script>",
  '"><img src=x onerror="window.hacked = true">',
  "a,b",
  "a:b",
  "a,value:b",
  "back\\slash",
  "\\",
  "\\,\\:",
  "🦄 日本語",
  "a b",
  "a+b&value=c#d%2C%5C",
  "\u202eright to left",
  "{}[]*?.",
  "long ".repeat(199) + "end",
];

e2e("labels with values of any kind", async (t) => {
  await using person = await MetricVisitor.arrive({
    sent: HOSTILE.map((value, at) => counted(NAME, at + 1, { value })),
  });
  const { visitor } = person;
  const { page } = visitor;
  const sum = page.locator(".whole-figures dd").last();
  const total = HOSTILE.reduce((all, _, at) => all + at + 1, 0);
  const labels = page.getByRole("group", { name: "Label value", exact: true });
  const { labels: [told] } = await person.api(`/api/metrics/labels?name=${NAME}`);
  const values: readonly string[] = told.values;
  assert.deepEqual(values.toSorted(), HOSTILE.toSorted());

  const isAlone = async (value: string) => {
    const count = `${HOSTILE.indexOf(value) + 1}`;
    await visitor.seesText(sum, count);
    const asked = await page.evaluate(() => location.search);
    await page.reload();
    await visitor.seesText(sum, count);
    assert.equal(await page.locator(".chip.chosen").count(), 1);
    assert.equal(await page.evaluate(() => location.search), asked);
    assert.equal(await page.evaluate(() => "hacked" in window), false);
  };

  for (const [at, value] of values.slice(0, 6).entries()) {
    await t.step(`a chip filters by ${JSON.stringify(value.slice(0, 40))}`, async () => {
      await page.goto(PATH);
      await labels.locator(".label-values .chip").nth(at).click();
      await isAlone(value);
      await page.locator(".chip.chosen").click();
      await visitor.seesText(sum, `${total}`);
      await visitor.seesAddress(PATH);
    });
  }

  for (const value of values.slice(6)) {
    await t.step(`the field filters by ${JSON.stringify(value.slice(0, 40))}`, async () => {
      await page.goto(PATH);
      await page.getByLabel("Another value of value", { exact: true }).fill(value);
      await page.keyboard.press("Enter");
      await isAlone(value);
    });
  }

  await t.step("each is a line or a row, and leads to itself", async () => {
    await page.goto(`${PATH}&group_by=value`);
    const rows = page.locator(".group-table tbody th a");
    assert.equal(await rows.count(), HOSTILE.length);
    for (let at = 0; at < HOSTILE.length; at++) {
      await page.goto(`${PATH}&group_by=value`);
      const row = page.locator(".group-table tbody tr").nth(at);
      const count = await row.locator("td").last().innerText();
      await row.locator("a").click();
      await visitor.seesText(sum, count);
    }
  });
  assert.deepEqual(visitor.complaints, []);
});

e2e("a label with 2,000 values", async (t) => {
  const users = Array.from({ length: 2000 }, (_, at) => `user-${`${at}`.padStart(4, "0")}`);
  await using person = await MetricVisitor.arrive({
    sent: users.map((user, at) => counted(NAME, at < 5 ? 100 - at : 1, { user })),
  });
  const { visitor } = person;
  const { page } = visitor;
  const labels = page.getByRole("group", { name: "Label user", exact: true });
  const field = page.getByLabel("Another value of user", { exact: true });
  const sum = page.locator(".whole-figures dd").last();

  await t.step("has some of them as chips, and says how many more there are", async () => {
    const response = await page.goto(PATH);
    const { length } = await response?.body() ?? [];
    assert.ok(length !== undefined && length < 100_000, `${length} B`);
    await visitor.seesTexts(labels.locator(".label-values .chip"), ...users.slice(0, 6));
    assert.equal(await field.getAttribute("placeholder"), "1,994 more…");
    assert.ok(await page.locator("datalist option").count() > 100);
  });

  await t.step("takes any of them, typed or chosen from what is proposed", async () => {
    await field.fill("user-1777");
    await page.keyboard.press("Enter");
    await visitor.seesText(sum, "1");
    await visitor.seesAddress(`${PATH}&labels=user%3Auser-1777`);
    await visitor.seesTexts(page.locator(".chip.chosen bdi"), "user-1777");
    await person.open(PATH);
    // As the browser tells that one was chosen from the list.
    await field.evaluate((input: HTMLInputElement) => {
      input.value = "user-0100";
      input.dispatchEvent(
        new InputEvent("input", { bubbles: true, inputType: "insertReplacementText" }),
      );
    });
    await visitor.seesText(sum, "1");
    await visitor.seesAddress(`${PATH}&labels=user%3Auser-0100`);
  });

  await t.step("says that nobody has a value", async () => {
    await page.goto(PATH);
    await field.fill("nobody");
    await page.keyboard.press("Enter");
    await page.getByText("Only those with the chosen labels were looked for.").waitFor();
    await page.getByRole("link", { name: "Clear the labels", exact: true }).click();
    await visitor.seesAddress(PATH);
  });

  await t.step("is grouped by those that come to the most", async () => {
    const response = await page.goto(`${PATH}&group_by=user`);
    const { length } = await response?.body() ?? [];
    assert.ok(length !== undefined && length < 100_000, `${length} B`);
    assert.equal((await person.drawn("explored")).lines.length, 5);
    assert.equal(await page.locator(".group-table tbody tr").count(), 100);
    assert.match(
      await page.locator(".groups p").innerText(),
      /^The chart has the top 5 of 2,000 groups by sum, the table the top 100\. /,
    );
  });
  assert.deepEqual(visitor.complaints, []);
});
