import assert from "node:assert/strict";
import type { Program } from "../support/program.ts";
import { uploadMap } from "./sample_maps.ts";
import { violations, visitStrictly } from "./page_checks.ts";
import { e2e, Visitor } from "./visitor.ts";

const RELAY = { args: ["--only", "errors,metrics,relay"] };

async function submit(program: Program, key: string): Promise<number> {
  const response = await fetch(`${program.url}/api/browser/errors`, {
    method: "POST",
    headers: { "x-monlight-key": key },
    body: JSON.stringify({ type: "TypeError", message: "of a page", stack: "" }),
  });
  await response.body?.cancel();
  return response.status;
}

e2e("a key of a page is made, used and deactivated on the settings page", async (t) => {
  await using visitor = await Visitor.arrive({ program: RELAY });
  const { page, program } = visitor;
  await page.goto("/settings");
  await page.getByText("No key yet.").waitFor();
  let key = "";

  await t.step("made, it shows what a page needs", async () => {
    await page.getByLabel("Project", { exact: true }).fill("  web shop ");
    await page.getByRole("button", { name: "Create key", exact: true }).click();
    await page.getByText("The key is made.").waitFor();
    await visitor.seesAddress("/settings");
    key = await page.locator(".key-list code").first().innerText();
    assert.match(key, /^[0-9a-f]{32}$/);
    const code = await page.getByLabel("With a bundler", { exact: true }).innerText();
    assert.ok(code.includes(`dsn: "${key}"`) && code.includes(`endpoint: "${program.url}"`), code);
    await page.getByLabel("As a script", { exact: true }).waitFor();
  });

  await t.step("used, the error is in the project", async () => {
    assert.equal(await submit(program, key), 201);
    await page.goto("/errors?project=web+shop&source=browser");
    await visitor.seesList("TypeError");
  });

  await t.step("deactivated after one question, it lets nobody in", async () => {
    await page.goto("/settings");
    const form = page.locator(".confirm form");
    await form.waitFor({ state: "hidden" });
    await page.getByLabel("Deactivate key of web shop", { exact: true }).click();
    await form.getByRole("button", { name: "Deactivate", exact: true }).click();
    await page.getByText("The key lets nobody in any more.").waitFor();
    await page.getByText("1 deactivated", { exact: true }).waitFor();
    await page.getByText("No key yet.").waitFor();
    assert.equal(await submit(program, key), 401);
  });
  assert.deepEqual(visitor.complaints, []);
});

e2e("source maps stand by project and release, and are deleted one by one", async (t) => {
  await using visitor = await Visitor.arrive({ program: RELAY });
  const { page, program } = visitor;
  await page.goto("/settings");
  const command = await page.getByLabel("How to upload source maps", { exact: true }).innerText();
  assert.ok(command.includes(`--url ${program.url}`), command);
  for (const release of ["1.0.0", "1.1.0"]) {
    for (const file_url of ["/assets/app.js", "/assets/<b>cart</b>.js"]) {
      await uploadMap(program, { project: "shop", release, file_url });
    }
  }
  await page.goto("/settings");
  const releases = page.locator(".release summary");

  await t.step("the newest release first", async () => {
    assert.deepEqual(await releases.locator("code").allInnerTexts(), ["1.1.0", "1.0.0"]);
    await releases.first().getByText("2 files").waitFor();
  });

  await t.step("one is deleted after one question", async () => {
    await releases.first().click();
    await page.getByLabel("Delete map of /assets/app.js", { exact: true }).first().click();
    await page.locator(".confirm[open] button").click();
    await page.getByText("The source map is deleted.").waitFor();
    await releases.first().getByText("1 file,").waitFor();
    const { total } = await (await program.fetch("/api/source-maps")).json();
    assert.equal(total, 3);
  });
  assert.deepEqual(visitor.complaints, []);
});

e2e("keys and source maps need no script", async () => {
  await using visitor = await Visitor.arrive({
    program: RELAY,
    browser: { javaScriptEnabled: false },
  });
  const { page } = visitor;
  await page.goto("/settings");
  await page.getByLabel("Project", { exact: true }).fill("shop");
  await page.getByRole("button", { name: "Create key", exact: true }).click();
  await page.getByText("The key is made.").waitFor();
  await page.getByLabel("Deactivate key of shop", { exact: true }).click();
  await page.locator(".confirm[open] button").click();
  await page.getByText("The key lets nobody in any more.").waitFor();
});

e2e("a project that is no name is refused with a sentence", async () => {
  await using visitor = await Visitor.arrive({ program: RELAY });
  const { page } = visitor;
  for (
    const [project, sentence] of [["  ", "must not be blank"], ["x".repeat(101), "at most 100"]]
  ) {
    await page.goto("/settings");
    const status = await page.evaluate(async (project) => {
      const response = await fetch("/settings/dsn-keys", {
        method: "POST",
        body: new URLSearchParams({ project: project ?? "" }),
        headers: { accept: "text/html" },
      });
      return `${response.status} ${await response.text()}`;
    }, project);
    assert.match(status, /^400/);
    assert.ok(status.includes(sentence ?? ""), status.slice(0, 2000));
  }
});

for (const colorScheme of ["light", "dark"] as const) {
  e2e(`the settings of the relay are accessible and fit (${colorScheme})`, async () => {
    await using visitor = await Visitor.arrive({
      program: {
        command: ["relay", "serve"],
        args: [],
        env: { CORS_ORIGINS: "https://a.example" },
      },
      browser: { colorScheme, bypassCSP: true },
    });
    const { page, program } = visitor;
    await visitor.seesAddress("/settings");
    for (const project of ["shop", "a-project-with-a-rather-long-name-".repeat(3).slice(0, 100)]) {
      await program.fetch("/api/dsn-keys", { method: "POST", body: JSON.stringify({ project }) });
    }
    await uploadMap(program, {
      project: "shop",
      release: "1",
      file_url: `/${"long/".repeat(60)}a.js`,
    });
    await visitStrictly(visitor, "/settings");
    for (const fold of await page.locator("main details:not(.confirm) > summary").all()) {
      await fold.click();
    }
    await page.locator(".confirm > summary").first().click();
    for (const width of [390, 1280]) {
      await page.setViewportSize({ width, height: 844 });
      assert.deepEqual(await violations(page), []);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `${wide} px wide with all open`);
    }
  });
}
