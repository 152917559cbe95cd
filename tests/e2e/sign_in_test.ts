import assert from "node:assert/strict";
import { e2e, Visitor } from "./visitor.ts";

e2e("signing in", async (t) => {
  await using visitor = await Visitor.arrive({ signedIn: false });
  const { page, program } = visitor;
  const enter = async (key: string) => {
    await page.getByLabel("API key", { exact: true }).fill(key);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
  };

  await t.step("the start is the sign-in page", async () => {
    const response = await page.goto("/");
    assert.equal(response?.status(), 200);
    assert.equal(await page.title(), "Sign in · Monlight");
    assert.match(await page.locator("main").innerText(), /API_KEY/);
  });

  await t.step("a wrong key is refused and says so", async () => {
    await enter("wrong");
    await visitor.seesText(page.getByRole("alert"), /not the API key/);
    await visitor.eventually(() => page.getByLabel("API key", { exact: true }).inputValue(), "");
    assert.deepEqual(await visitor.context.cookies(), []);
  });

  await t.step("another page leads through signing in to itself", async () => {
    await page.goto("/errors?project=shop&resolved=all");
    await visitor.seesPath("/login");
    await enter(`  ${program.apiKey} `);
    await visitor.seesAddress("/errors?project=shop&resolved=all");
  });

  await t.step("the key is kept nowhere in the browser", async () => {
    const kept = await page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])
    );
    const cookies = await visitor.context.cookies();
    assert.equal(kept.includes(program.apiKey), false);
    assert.equal(JSON.stringify(cookies).includes(program.apiKey), false);
    assert.deepEqual(
      cookies.map(({ httpOnly, sameSite }) => ({ httpOnly, sameSite })),
      [{ httpOnly: true, sameSite: "Strict" }],
    );
  });

  await t.step("who is signed in skips the sign-in page", async () => {
    await page.goto("/login?next=/settings");
    await visitor.seesAddress("/settings");
  });

  await t.step("signing out ends the session", async () => {
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await visitor.seesPath("/login");
    await page.goto("/errors");
    await visitor.seesPath("/login");
  });

  await t.step("a next page elsewhere is not followed", async () => {
    for (
      const next of [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "/\t/evil.example",
      ]
    ) {
      await page.goto(`/login?next=${encodeURIComponent(next)}`);
      await enter(program.apiKey);
      await visitor.seesAddress(/^\/(?!login)/);
      assert.equal(await page.evaluate(() => location.origin), program.url);
      await page.getByRole("button", { name: "Sign out", exact: true }).click();
      await visitor.seesPath("/login");
    }
  });
});

e2e("a link from elsewhere opens although the session's cookie does not come along", async () => {
  await using visitor = await Visitor.arrive();
  const { page } = visitor;
  await visitor.report({});
  // As from a mail: a page of another site leads here, so the browser holds the cookie back.
  await page.goto(`data:text/html,<a href="${visitor.program.url}/errors/1">Open</a>`);
  await page.getByText("Open").click();
  await visitor.seesPath("/errors/1");
  await visitor.seesText(page.getByRole("heading", { level: 1 }), "ValueError");
  assert.deepEqual(visitor.complaints, []);
});
