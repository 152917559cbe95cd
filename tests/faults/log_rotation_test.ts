import assert from "node:assert/strict";
import { makeFolder } from "../cli/commands.ts";
import { Random } from "../demo/random.ts";
import { integrityOf } from "./database.ts";
import { Lives, Printing } from "./log_lives.ts";
import {
  eventually,
  expectExactly,
  startReading,
  tellStored,
  untilAllStored,
} from "./log_reading.ts";
import { NumberedLog, type NumberedLogOptions } from "./numbered_log.ts";

const KILLS = 160;
const ROTATIONS = 200;
/** How logs rotate. They throw files away, but only when these are known to be stored. */
const LOGS: Readonly<Record<string, NumberedLogOptions>> = {
  "never-rotated": {},
  "renamed": { maxSize: 64_000, maxFile: 5 },
  "renamed-often": { maxSize: 6_000, maxFile: 40, short: true },
  "compressed": { maxSize: 64_000, maxFile: 5, compress: true },
  "compressed-slowly": { maxSize: 32_000, maxFile: 10, compress: true, compressLater: true },
  "compressed-often": { maxSize: 12_000, maxFile: 4, compress: true, short: true },
  "labelled": { maxSize: 100_000, maxFile: 3, attrs: { team: "a}b", tag: '"time":"' } },
  // The file that goes gives its inode to the one that comes, on most file systems.
  "two-files": { maxSize: 12_000, maxFile: 2, short: true, streams: ["stderr"] },
};

Deno.test(`${KILLS} kills and many rotations: every entry is stored once, in order`, async () => {
  await using folder = await makeFolder();
  await Deno.mkdir(`${folder.path}/containers`);
  const options = { sources: `${folder.path}/containers`, dataDir: folder.path };
  const random = new Random(Date.now());
  const logs = Object.entries(LOGS).map(([name, log]) =>
    new NumberedLog(options.sources, name, random, { ...log, careful: true })
  );
  using opened = new DisposableStack();
  for (const log of logs) opened.use(log);
  for (const log of logs) log.write(200);
  await new Lives(options, logs).liveUntil((program) =>
    eventually(async () => {
      await tellStored(program, logs);
      return logs.every(({ stored }) => stored > 0) ? true : null;
    }, () => `Not every container is read:\n${program.output()}`)
  );
  // From here on all are known: that only the end of new files were to be read makes no difference.
  const known = { ...options, env: { TAIL_BUFFER: "1" } };
  const lives = new Lives(known, logs);
  const rotations = () => logs.reduce((sum, { docker }) => sum + docker.rotations, 0);
  {
    using _printing = new Printing(logs, random);
    for (let kill = 2; kill <= KILLS; kill++) {
      if (kill % 2 === 0) await lives.startAndDie(0.1 + 1.2 * random.next());
      // Long enough for the last entry of each to be stored, too.
      else if (kill % 50 === 1) await lives.liveAndDie(0, 2300);
      else await lives.liveAndDie(1.2 * random.next());
    }
    // On a slow machine the logs grow slowly as well.
    while (rotations() < ROTATIONS) await lives.liveAndDie(1);
  }
  await using program = await startReading(known);
  for (const log of logs) log.finish();
  for (const log of logs) log.docker.compress();
  await untilAllStored(program, logs);
  await expectExactly(program, logs);
  assert.equal(await program.stop(), 0);
  assert.equal(integrityOf(`${folder.path}/logs.db`), "ok");
  for (const { name, docker } of logs) {
    assert.ok(name === "never-rotated" || docker.rotations > 0, `${name} was never rotated`);
  }
  const { early, late, storing } = lives;
  assert.ok(
    early > KILLS / 10 && late > KILLS / 10 && storing > KILLS / 10,
    `${early} kills before it listened, ${late} after, ${storing} while it stored`,
  );
});
