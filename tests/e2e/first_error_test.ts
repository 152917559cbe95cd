import assert from "node:assert/strict";
import { ensureCommand } from "../support/apt.ts";
import { testEnvironment } from "../support/python.ts";
import { CLIPBOARD, e2e, Visitor } from "./visitor.ts";

e2e("an empty tracker teaches how to report an error", async (t) => {
  await using visitor = await Visitor.arrive({ browser: { permissions: CLIPBOARD } });
  const { page, program } = visitor;
  await page.clock.install();
  await page.goto("/errors");

  await t.step("with this server's address and without its key", async () => {
    assert.equal(await page.title(), "Errors · Monlight");
    const text = await page.locator("#snippet-curl").innerText();
    assert.ok(text.includes(`${program.url}/api/errors`));
    assert.ok(text.includes("$MONLIGHT_API_KEY"));
    assert.equal((await page.content()).includes(program.apiKey), false);
  });

  await t.step("in several languages, which a refresh leaves chosen", async () => {
    await page.getByRole("radio", { name: "Python", exact: true }).check();
    await page.locator("#snippet-python").waitFor();
    await page.locator("#snippet-curl").waitFor({ state: "hidden" });
    const refreshed = page.waitForResponse((response) => response.url().endsWith("/errors"));
    await page.clock.runFor(3_100);
    await refreshed;
    await page.locator("#snippet-python").waitFor();
  });

  await t.step("copies the program", async () => {
    await page.getByRole("button", { name: "Copy Python program", exact: true }).click();
    const expected = await page.locator("#snippet-python").innerText();
    await visitor.eventually(() => page.evaluate(() => navigator.clipboard.readText()), expected);
  });

  await t.step("and shows the first error by itself", async () => {
    await visitor.report({ exception_type: "FirstError" });
    await page.clock.runFor(3_100);
    await visitor.seesList("FirstError");
    assert.equal(await page.title(), "(1) Errors · Monlight");
  });
  assert.deepEqual(visitor.complaints, []);
});

e2e("each program of the empty tracker reports an error as it stands", async (t) => {
  await using visitor = await Visitor.arrive();
  const { page, program } = visitor;
  await page.goto("/errors");
  const python = await testEnvironment();
  const runners: Readonly<Record<string, (code: string) => readonly string[]>> = {
    curl: (code) => ["sh", "-ec", code],
    python: (code) => {
      assert.ok(code.startsWith("# pip install monlight\n"));
      return [python, "-c", code];
    },
    javascript: (code) => [Deno.execPath(), "eval", `import process from "node:process";\n${code}`],
  };
  await ensureCommand(["curl"], "curl");
  // All at first: once an error is there, the page turns to the list of them.
  const commands = await Promise.all(
    Object.entries(runners).map(async ([name, commandOf]) => {
      const code = await page.locator(`#snippet-${name}`).textContent() ?? "";
      return [name, commandOf(code)] as const;
    }),
  );
  for (const [name, [command = "", ...args]] of commands) {
    if (!await isThere(command)) continue;
    await t.step(name, async () => {
      const before = await count(program.fetch("/api/errors"));
      const { success, stderr } = await new Deno.Command(command, {
        args,
        env: { MONLIGHT_API_KEY: program.apiKey },
      }).output();
      assert.ok(success, new TextDecoder().decode(stderr));
      assert.equal(await count(program.fetch("/api/errors")), before + 1);
    });
  }
});

async function count(response: Promise<Response>): Promise<number> {
  return (await (await response).json()).total;
}

async function isThere(command: string): Promise<boolean> {
  try {
    return (await new Deno.Command(command, { args: ["--version"] }).output()).success ||
      command === "sh";
  } catch {
    return false;
  }
}
