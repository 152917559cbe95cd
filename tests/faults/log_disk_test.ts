import assert from "node:assert/strict";
import { makeFolder } from "../cli/commands.ts";
import { Random } from "../demo/random.ts";
import { integrityOf } from "./database.ts";
import {
  eventually,
  expectExactly,
  startReading,
  storedCounts,
  untilAllStored,
} from "./log_reading.ts";
import { NumberedLog } from "./numbered_log.ts";
import { isRoot, NEEDS_ROOT, smallDisk } from "./tmpfs.ts";

Deno.test({
  name:
    "a full disk while logs are read: it goes on by itself once there is room, nothing is lost " +
    `or doubled ${NEEDS_ROOT}`,
  ignore: !isRoot,
  async fn() {
    await using folder = await makeFolder();
    await using disk = await smallDisk("24m");
    const options = { sources: folder.path, dataDir: `${disk.path}/data` };
    await Deno.mkdir(options.dataDir);
    const random = new Random(Date.now());
    const logs = ["one", "two"].map((name) => new NumberedLog(folder.path, name, random));
    using opened = new DisposableStack();
    for (const log of logs) opened.use(log);
    {
      await using program = await startReading(options);
      for (const log of logs) log.write(500);
      for (const log of logs) log.finish();
      await untilAllStored(program, logs);

      await disk.fill();
      for (const log of logs) log.write(20_000);
      await untilComplaint(program);
      assert.ok((await storedCounts(program)).size > 0, "what is there can be read");
      await disk.makeRoom();
      for (const log of logs) log.finish();
      await untilAllStored(program, logs);
      await expectExactly(program, logs);

      await disk.fill();
      for (const log of logs) log.write(20_000);
      await untilComplaint(program);
      assert.equal(await program.stop("SIGKILL"), 137);
    }
    await disk.makeRoom();
    await using again = await startReading(options);
    for (const log of logs) log.finish();
    await untilAllStored(again, logs);
    await expectExactly(again, logs);
    assert.equal(await again.stop(), 0);
    assert.equal(integrityOf(`${options.dataDir}/logs.db`), "ok");
  },
});

/** Waits until the program has logged that the disk is full, once more than before. */
async function untilComplaint(program: { logs(): readonly Readonly<Record<string, unknown>>[] }) {
  await eventually(() => {
    const told = program.logs().filter(({ level }) => level === "ERROR" || level === "WARN");
    return told.some((line) => /full/.test(JSON.stringify(line))) ? true : null;
  }, () => "It does not say that the disk is full");
}
