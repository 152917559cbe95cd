import assert from "node:assert/strict";
import { ContainerLogs } from "../support/container_logs.ts";
import { LogVisitor } from "./log_visitor.ts";
import { e2e, Visitor } from "./visitor.ts";

e2e("before the first line", async (t) => {
  await t.step("without a folder, the page explains how to mount it", async () => {
    await using person = await LogVisitor.arrive({
      program: { args: [], logSources: "/nowhere/containers" },
    });
    const { page } = person.visitor;
    await page.goto("/logs");
    assert.match(await page.locator("main").innerText(), /\/nowhere\/containers/);
    const mount = "/var/lib/docker/containers:/var/lib/docker/containers:ro";
    assert.ok((await page.locator("#mount-run").innerText()).includes(mount));
    await page.getByRole("radio", { name: "Compose", exact: true }).check();
    await page.locator("#mount-compose").getByText(mount).waitFor();
    await page.goto("/");
    assert.match(
      await page.locator("main").innerText(),
      /\/nowhere\/containers[^]*How to let it read/,
    );
    await page.goto("/settings");
    assert.match(await page.locator("main").innerText(), /\/nowhere\/containers/);
  });

  await t.step("with containers that nobody asked for, it says so", async () => {
    using sources = new ContainerLogs();
    sources.print("web", ["a line"]);
    await using visitor = await Visitor.arrive({
      program: {
        args: ["--only", "logs"],
        logSources: sources.path,
        env: { CONTAINERS: "shop-*" },
      },
    });
    await visitor.page.goto("/logs");
    await visitor.page.getByText("One container is there, but none has a name").waitFor();
  });

  await t.step("with a folder, it waits and shows the first line by itself", async () => {
    await using person = await LogVisitor.arrive();
    const { visitor } = person;
    await visitor.page.goto("/logs");
    await visitor.page.getByText("No container yet").waitFor();
    person.print({ text: "the first line" });
    await person.sees("the first line");
    await person.live();
    assert.deepEqual(visitor.complaints, []);
  });
});
