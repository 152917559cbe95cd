import assert from "node:assert/strict";
import { makeFolder } from "../cli/commands.ts";
import { Random } from "../demo/random.ts";
import { integrityOf } from "./database.ts";
import { Lives, pause, Printing } from "./log_lives.ts";
import { expectExactly, startReading, untilAllStored } from "./log_reading.ts";
import { NumberedLog } from "./numbered_log.ts";

const ROUNDS = 6;
const KILLS_IN_A_ROUND = 6;

/** What comes into a file after it was emptied, by the size it had before. */
const REGROWTHS: readonly ((log: NumberedLog, before: number) => void)[] = [
  // Nothing for now.
  () => {},
  // Less than was read before.
  (log, before) => growTo(log, before / 3),
  // Just as much.
  (log, before) => {
    while (log.docker.size < before - 3000) log.print();
    if (before - log.docker.size > 300) log.printExactly(before - log.docker.size);
  },
  // More, at once.
  (log, before) => growTo(log, before * 2),
  // A single line as long as all before.
  (log, before) => log.print(before),
];

Deno.test("a file emptied in place or replaced, however fast it grows again: nothing is lost or doubled", async () => {
  await using folder = await makeFolder();
  await Deno.mkdir(`${folder.path}/containers`);
  const options = { sources: `${folder.path}/containers`, dataDir: folder.path };
  const random = new Random(Date.now());
  const logs = REGROWTHS.flatMap((_, at) =>
    (["truncate", "replace"] as const).map((single) =>
      new NumberedLog(options.sources, `${single}-${at}`, random, { single })
    )
  );
  // Longer lines than what a file is known again by, all the same but for their ends.
  logs.push(new NumberedLog(options.sources, "alike", random, { single: "truncate", alike: true }));
  using opened = new DisposableStack();
  for (const log of logs) opened.use(log);
  const lives = new Lives(options, logs);
  for (let round = 0; round < ROUNDS; round++) {
    for (let kill = 1; kill < KILLS_IN_A_ROUND; kill++) {
      for (const log of logs) log.write(random.whole(0, 60));
      await lives.startAndDie(0.2 + 1.2 * random.next());
    }
    await using program = await startReading(options);
    for (const log of logs) log.finish();
    await untilAllStored(program, logs);
    await expectExactly(program, logs);
    // Every other time the program is not there to see it.
    const isThere = round % 2 === 1;
    if (!isThere) await program.stop(round % 4 === 0 ? "SIGKILL" : "SIGTERM");
    logs.forEach((log, at) => {
      const { size } = log.docker;
      log.rotate();
      REGROWTHS[(at + round) % REGROWTHS.length]?.(log, size);
    });
    using _printing = new Printing(logs, random);
    if (!isThere) await lives.liveAndDie(1.2 * random.next());
    else await pause(random.whole(20, 400));
    await program.stop("SIGKILL");
  }
  for (const log of logs) log.finish();
  await using program = await startReading(options);
  await untilAllStored(program, logs);
  await expectExactly(program, logs);
  assert.equal(await program.stop(), 0);
  assert.equal(integrityOf(`${folder.path}/logs.db`), "ok");
  const { early, late } = lives;
  assert.ok(early > 0 && late > ROUNDS / 2, `${early} kills before it listened, ${late} after`);
});

function growTo(log: NumberedLog, bytes: number): void {
  while (log.docker.size < bytes) log.write(1);
  log.finish();
}
