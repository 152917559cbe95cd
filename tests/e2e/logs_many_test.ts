import assert from "node:assert/strict";
import { LogVisitor, series } from "./log_visitor.ts";
import { e2e } from "./visitor.ts";

const LINES = 115_000;
const ROW = 20;

e2e("a hundred thousand lines in one list", async (t) => {
  await using person = await LogVisitor.arrive({ printed: series("line", LINES, { gapMs: 1 }) });
  const { visitor, rows } = person;
  const { page } = visitor;
  await page.goto("/logs?range=all&live=off");
  await person.scripted();
  const edge = page.locator('[data-edge="older"]');

  await t.step(
    "what is looked at stays where it is while older lines are loaded above it",
    async () => {
      const { promise: released, resolve: release } = Promise.withResolvers<void>();
      await page.route("**/api/logs?*older_than=*", async (route) => {
        await released;
        await route.continue();
      });
      await person.scrollTo(1000);
      const before = await rowAt(300);
      const { end } = await person.scrolled();
      release();
      await visitor.eventually(async () => (await person.scrolled()).end > end, true);
      await visitor.eventually(() => rowAt(300), before);
      await page.unroute("**/api/logs?*older_than=*");
    },
  );

  await t.step("scrolling up loads all of them, and only those in view are drawn", async () => {
    let most = 0;
    const deadline = Date.now() + 240_000;
    while ((await person.messages())[0] !== "line 0") {
      assert.ok(Date.now() < deadline, `It came to ${await edge.innerText()}`);
      await person.scrollTo(0);
      most = Math.max(most, await rows.count());
    }
    assert.ok(most < 150, `${most} rows were drawn`);
    await visitor.eventually(() => edge.innerText(), "Nothing older is kept.");
  });

  await t.step("those far away were forgotten, so that memory is bounded", async () => {
    const { end } = await person.scrolled();
    assert.ok(end > 90_000 * ROW && end <= 111_000 * ROW, `${end} px`);
  });

  await t.step("every place is right at once", async () => {
    for (const line of [50_000, 99, 77_777, 12_345]) {
      const { top } = await page.locator(".log-space").evaluate((space: HTMLElement) => ({
        top: space.offsetTop,
      }));
      await person.scrollTo(top + line * ROW);
      await visitor.eventually(
        async () => (await person.messages()).includes(`line ${line}`),
        true,
      );
      assert.ok(await rows.count() < 150);
    }
  });

  await t.step(
    "scrolling through them draws only what comes into view, and all of that",
    async () => {
      const { most, blank } = await page.locator(".log-scroll").evaluate(async (scroller) => {
        let [added, most, blank] = [0, 0, 0];
        const observer = new MutationObserver((changes) => {
          for (const { addedNodes } of changes) added += addedNodes.length;
        });
        observer.observe(scroller, { childList: true, subtree: true });
        const { left, top, height } = scroller.getBoundingClientRect();
        for (let step = 0; step < 60; step++) {
          added = 0;
          scroller.scrollTop += 700;
          // The page hears of it at the start of the next frame, and has drawn by the one after that.
          for (let frame = 0; frame < 2; frame++) {
            await new Promise((resolve) => requestAnimationFrame(resolve));
          }
          most = Math.max(most, added);
          const middle = document.elementFromPoint(left + 400, top + height / 2);
          if (!middle?.closest("article.log")) blank++;
        }
        observer.disconnect();
        return { most, blank };
      });
      assert.equal(blank, 0, `${blank} of 60 steps showed nothing`);
      // A row has some nodes within it; 35 of them come into view with each step.
      assert.ok(most > 0 && most < 1000, `${most} nodes were added in one step`);
    },
  );

  await t.step("and f leads back to the newest", async () => {
    await page.keyboard.press("f");
    await person.seesLast(`line ${LINES - 1}`);
  });
  assert.deepEqual(visitor.complaints, []);

  /** The text of the row at a height of the list's view. */
  async function rowAt(offset: number): Promise<string | undefined> {
    return await page.locator(".log-scroll").evaluate((scroller, offset) => {
      const { left, top } = scroller.getBoundingClientRect();
      const row = document.elementFromPoint(left + 400, top + offset)?.closest("article");
      const place = Math.round((row?.getBoundingClientRect().top ?? 0) - top);
      return `${row?.querySelector(".log-text")?.textContent} at ${place}`;
    }, offset);
  }
});
