import assert from "node:assert/strict";
import { makeFolder } from "../cli/commands.ts";
import { eventually } from "../faults/log_reading.ts";
import { startProcess } from "../cli/process.ts";
import { comingErrors, errorHistory } from "./shop_errors.ts";

const NOW = Date.UTC(2026, 10, 20, 9);

Deno.test("errorHistory() is the same each time, by time, and a month long", () => {
  const history = errorHistory(NOW);
  assert.deepEqual(errorHistory(NOW), history);
  assert.ok(history.every(({ at }, index) => at >= (history[index - 1]?.at ?? 0) && at <= NOW));
  const days = (NOW - (history[0]?.at ?? NOW)) / 86_400_000;
  assert.ok(days > 28 && days < 30, `${days} days`);
  assert.ok(new Set(history.map(({ error }) => error.project)).size >= 6);
});

Deno.test("comingErrors() come one or two a minute", () => {
  const errors = comingErrors(NOW);
  let count = 0;
  while (errors.next().value.at < NOW + 3_600_000) count++;
  assert.ok(count > 60 && count < 130, `${count} an hour`);
});

Deno.test("deno task demo has history everywhere, goes on, and ends whole by Ctrl-C", async () => {
  await using folder = await makeFolder();
  await using demo = startDemo(`${folder.path}/demo`);
  const [, url = "", key = "", page = ""] = await demo.says(
    /Open\s+(\S+)\s+Sign in\s+(\w+)\s+Break\s+([^,\s]+),[^]+keep coming/,
  );
  const ask = async (path: string) => {
    const response = await fetch(url + path, { headers: { "x-api-key": key } });
    const text = await response.text();
    assert.equal(response.status, 200, text);
    return JSON.parse(text);
  };
  const { errors, total } = await ask("/api/errors?resolved=all");
  assert.ok(total >= 14, `${total} groups`);
  assert.ok(errors.some(({ resolved }: { readonly resolved: boolean }) => resolved));
  const { summary } = await ask("/api/dashboard?period=24h");
  assert.ok(summary.total_requests > 100_000, JSON.stringify(summary));
  const day = await ask("/api/metrics?name=http_requests_total&period=7d&resolution=hour");
  assert.ok(day.data.length > 150, `${day.data.length} hours`);
  // The last of them may still be being read.
  const stats = await eventually(async () => {
    const { total_logs, by_container } = await ask("/api/stats");
    return total_logs > 50_000 ? by_container : null;
  }, () => demo.output);
  assert.ok(Object.keys(stats).length >= 4, JSON.stringify(stats));
  await expectPage(page, ask);
  const { ino } = await Deno.stat(`${folder.path}/demo/errors.db`);
  assert.match(await refusal(`${folder.path}/demo`), /^A demo runs on \S+\/demo already/);
  assert.equal((await Deno.stat(`${folder.path}/demo/errors.db`)).ino, ino, "left alone");
  assert.equal(await demo.stop("SIGINT"), 0);
});

Deno.test("deno task demo deletes nothing but what a demo left", async () => {
  await using folder = await makeFolder();
  await Deno.writeTextFile(`${folder.path}/thesis.txt`, "years of work");
  assert.match(await refusal(folder.path), /^\S+ has something else than a demo in it: /);
  assert.deepEqual(await folder.names(), ["thesis.txt"]);
});

/** What a demo says that does not start on a folder. */
async function refusal(path: string): Promise<string> {
  await using demo = startDemo(path);
  const [said] = await demo.says(/^.*(DEMO_DIR|keep coming).*$/m);
  assert.doesNotMatch(said, /keep coming/);
  assert.equal(await demo.ended, 1);
  return said;
}

function startDemo(folder: string) {
  return startProcess(Deno.execPath(), [
    ...["run", "-A", "--no-check", new URL("./all.ts", import.meta.url).pathname],
    ...["--port", "0", "--host", "127.0.0.1"],
  ], { env: { DEMO_DIR: folder, API_KEY: "", DATA_DIR: "", DEMO_PORT: "0" } });
}

/** The page is there, and what its script would report is an error of the shop. */
async function expectPage(page: string, ask: (path: string) => Promise<Errors>): Promise<void> {
  const html = await (await fetch(page)).text();
  const [, dsn = "", release = ""] = /"dsn":"(\w+)","release":"([^"]+)"/.exec(
    html.replaceAll("&quot;", '"'),
  ) ?? [];
  const body = JSON.stringify({
    ...{ type: "TypeError", message: "x is not a function", release },
    stack: `TypeError: x is not a function\n    at y (${page}/assets/shop.js:1:20)`,
    url: `${page}/`,
  });
  const taken = await fetch(`${page}/api/browser/errors`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-monlight-key": dsn },
    body,
  });
  const text = await taken.text();
  assert.ok(taken.ok, text);
  const { errors: [error] } = await eventually(async () => {
    const found = await ask("/api/errors?project=shop-web");
    return found.total > 0 ? found : null;
  }, () => text);
  assert.equal(error?.exception_type, "TypeError");
}

interface Errors {
  readonly total: number;
  readonly errors: readonly { readonly exception_type: string }[];
}
