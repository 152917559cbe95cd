import assert from "node:assert/strict";
import { ensureCommand } from "../support/apt.ts";
import { MetricVisitor } from "./metric_visitor.ts";
import { counted, requests, vitals } from "./sample_metrics.ts";
import { CLIPBOARD, e2e } from "./visitor.ts";

e2e("an empty collector teaches how to send a metric", async (t) => {
  await using person = await MetricVisitor.arrive({ browser: { permissions: CLIPBOARD } });
  const { visitor } = person;
  const { page, program } = visitor;
  await page.clock.install();
  await page.goto("/");

  await t.step("with this server's address and without its key", async () => {
    await visitor.seesAddress("/dashboard");
    assert.equal(await page.title(), "Metrics · Monlight");
    const text = await page.locator("#snippet-curl").innerText();
    assert.ok(text.includes(`curl ${program.url}/api/metrics `));
    assert.ok(text.includes("$MONLIGHT_API_KEY"));
    assert.equal((await page.content()).includes(program.apiKey), false);
  });

  await t.step("in several languages, which a refresh leaves chosen", async () => {
    await page.getByRole("radio", { name: "Python", exact: true }).check();
    const python = page.locator("#snippet-python");
    await python.waitFor();
    const setup = await python.innerText();
    assert.ok(setup.startsWith("# pip install 'monlight[fastapi]'\n"));
    assert.ok(setup.includes(`metrics_collector_url="${program.url}"`));
    await page.locator("#snippet-curl").waitFor({ state: "hidden" });
    const refreshed = page.waitForResponse((response) => response.url().endsWith("/dashboard"));
    await page.clock.runFor(3_100);
    await refreshed;
    await python.waitFor();
  });

  await t.step("copies the program", async () => {
    await page.getByRole("button", { name: "Copy Python program", exact: true }).click();
    const expected = await page.locator("#snippet-python").innerText();
    await visitor.eventually(() => page.evaluate(() => navigator.clipboard.readText()), expected);
  });

  await t.step("the explorer teaches the same", async () => {
    await page.goto("/metrics/explore");
    await page.getByRole("heading", { name: "Send your first metric", exact: true }).waitFor();
    assert.ok((await page.locator("#snippet-curl").innerText()).includes(program.url));
  });

  await t.step("and the program, run as it stands, shows the dashboard by itself", async () => {
    await page.goto("/dashboard");
    await ensureCommand(["curl"], "curl");
    const { success, stderr } = await new Deno.Command("sh", {
      args: ["-ec", await page.locator("#snippet-curl").textContent() ?? ""],
      env: { MONLIGHT_API_KEY: program.apiKey },
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    await page.clock.runFor(3_100);
    await person.tileNamed("Requests").waitFor();
    await person.seesTile("Requests", "1");
    await person.seesTile("Average latency", "34 ms");
    await visitor.seesTexts(page.locator(".endpoint-table tbody th"), "/cart");
    // Script came with the page that taught, and draws here without a reload.
    await page.clock.runFor(100);
    await person.scripted();
    assert.deepEqual(
      await page.getByLabel("Project", { exact: true }).locator("option").allTextContents(),
      [
        "All projects",
        "my-app",
      ],
    );
  });
  assert.deepEqual(visitor.complaints, []);
});

e2e("metrics that are not of requests", async (t) => {
  await using person = await MetricVisitor.arrive({ sent: [counted("jobs_total", 5)] });
  const { visitor } = person;
  const { page } = visitor;
  const main = page.locator("main");

  await t.step("lead to the explorer, and to measuring requests", async () => {
    await page.goto("/dashboard");
    assert.match(await main.innerText(), /No requests are measured yet[^]*curl http/);
    await page.getByRole("link", { name: "Explore the metrics that are here", exact: true })
      .click();
    await visitor.seesPath("/metrics/explore");
    await visitor.seesTexts(page.locator(".metric-row .row-link"), "jobs_total");
  });

  await t.step("web vitals stand there all the same", async () => {
    await person.send(vitals("LCP", [1200]));
    await page.goto("/dashboard");
    assert.match(await main.innerText(), /No requests are measured yet/);
    assert.match(await page.locator(".vital").first().innerText(), /LCP[^]*1\.2\s+s/);
  });

  await t.step("in a project without requests the page says of which it speaks", async () => {
    await person.send(requests({ at: Date.now() - 60_000, project: "blog" }));
    await page.goto("/dashboard?project=shop");
    assert.match(await main.innerText(), /No requests are measured yet in shop/);
    await page.goto("/dashboard?project=blog");
    assert.equal(await person.tile("Requests"), "1");
  });
  assert.deepEqual(visitor.complaints, []);
});
