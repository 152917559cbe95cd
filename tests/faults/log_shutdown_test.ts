import assert from "node:assert/strict";
import { makeFolder } from "../cli/commands.ts";
import { Random } from "../demo/random.ts";
import { stopsAtOnce } from "../support/stopping.ts";
import { integrityOf } from "./database.ts";
import { pause, Printing } from "./log_lives.ts";
import { expectExactly, startReading, untilAllStored } from "./log_reading.ts";
import { NumberedLog } from "./numbered_log.ts";

const STOPS = 12;

Deno.test("SIGTERM in the middle of bursts: ends with 0, and goes on where it was", async () => {
  await using folder = await makeFolder();
  const sources = `${folder.path}/containers`;
  await Deno.mkdir(sources);
  const options = { sources, dataDir: folder.path };
  const random = new Random(Date.now());
  const logs = ["one", "two", "three"].map((name) =>
    new NumberedLog(sources, name, random, { maxSize: 50_000, maxFile: 1000 })
  );
  using opened = new DisposableStack();
  for (const log of logs) opened.use(log);
  {
    using _printing = new Printing(logs, random);
    for (let stop = 0; stop < STOPS; stop++) {
      await using program = await startReading(options);
      const tail = await program.fetch("/api/logs/tail");
      await pause(random.whole(20, 400));
      for (const log of logs) log.write(500);
      await stopsAtOnce(program, stop % 2 === 0 ? "SIGTERM" : "SIGINT");
      await tail.body?.cancel().catch(() => {});
      assert.deepEqual(await folder.names(), ["containers", "logs.db"], "the log is folded in");
    }
  }
  for (const log of logs) log.finish();
  await using program = await startReading(options);
  await untilAllStored(program, logs);
  await expectExactly(program, logs);
  assert.equal(await program.stop(), 0);
  assert.equal(integrityOf(`${folder.path}/logs.db`), "ok");
});
