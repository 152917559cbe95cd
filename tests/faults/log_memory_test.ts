/** The Log Viewer where its control group leaves it little memory: it searches without a thread of its own. */
import assert from "node:assert/strict";
import { makeFolder } from "../cli/commands.ts";
import { startProcess } from "../cli/process.ts";
import { memoryGroup } from "../support/cgroup.ts";
import { ContainerLogs } from "../support/container_logs.ts";
import { API_KEY, programArgs } from "../support/program.ts";
import { eventually } from "./log_reading.ts";

const LINES = 6000;
const little = await memoryGroup(90 * 1024 ** 2);

Deno.test({
  name: "logs: all is found in little memory (needs root, for a control group of its own)",
  ignore: little === null,
  async fn() {
    await using group = little;
    await using folder = await makeFolder();
    using logs = new ContainerLogs();
    logs.print("web", Array.from({ length: LINES }, (_, n) => `INFO order ${n} was taken`));
    const words = ["logs", "serve", "--port", "0", "--host", "127.0.0.1"];
    const [command = "", ...args] = [
      ...group?.enter ?? [],
      Deno.execPath(),
      ...programArgs(words),
    ];
    await using process = startProcess(command, args, {
      env: {
        ...{ API_KEY, RATE_LIMIT: "0", CONTAINERS: "*", TAIL_BUFFER: "0", POLL_INTERVAL: "0.1" },
        ...{ DATABASE_PATH: `${folder.path}/logs.db`, LOG_SOURCES: logs.path },
      },
    });
    const [, url = ""] = await process.says(/"Listening","url":"([^"]+)"/);
    const ask = async (path: string) => {
      const response = await fetch(url + path, { headers: { "x-api-key": API_KEY } });
      const text = await response.text();
      assert.equal(response.status, 200, text);
      return JSON.parse(text);
    };
    await eventually(
      async () => (await ask("/api/stats")).total_logs === LINES || null,
      () => process.output,
    );
    const names = Array.from(
      Deno.readDirSync(`/proc/${process.pid}/task`),
      ({ name }) => Deno.readTextFileSync(`/proc/${process.pid}/task/${name}/comm`).trim(),
    );
    // Deno calls threads worker-1 and so on; the first is the one that reads.
    assert.deepEqual(names.filter((name) => name.startsWith("worker-")), ["worker-1"]);
    // Some are in sealed blocks, the last in none.
    for (const n of [0, 17, 3001, LINES - 1]) {
      const { total, logs: [found] } = await ask(`/api/logs?search=%22order+${n}+was%22`);
      assert.deepEqual([total, found.message], [1, `INFO order ${n} was taken`]);
    }
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => ask(`/api/logs?search=taken&limit=1&offset=${n}`)),
    );
    assert.deepEqual(answers.map(({ total }) => total), answers.map(() => LINES));
    assert.equal(await process.stop(), 0);
    assert.doesNotMatch(process.output, /"ERROR"/);
  },
});
