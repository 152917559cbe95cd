/**
 * Runs the cases of `tests/golden/metrics/*.txt` against the real classes on a real file: what comes in,
 * what happens, and what is then answered. To add one, write it; to see what an answer looks like, expect
 * something else and read the message, which names file and line.
 *
 * A statement begins at the left; lines that belong to it are indented. `#` begins a comment.
 *
 *     case A late sample changes its minute     the name of the test; each case has an empty database
 *     clock 2026-11-20T10:00:30Z                sets the clock, back too; at first 2026-11-20T10:00:00Z
 *     settings retention_raw=1h max_series=10   also retention_minute, retention_hourly and
 *                                               max_series_per_metric; opens the database again
 *     load at 10:00:05 every 1s in shop         one request with all samples below; without `at` they have
 *                                               no timestamp, `every` puts the values of a line apart,
 *                                               `in` is their project
 *       histogram latency{path="/a"} 0.1 1..100 0.5x20
 *       10:00:45 counter hits 1 1               a line with a time of its own
 *     roll up                                   samples into minutes, minutes into hours
 *     roll up, cut after 3 steps                ends the process there, and starts it again
 *     roll up, cut anywhere                     the case is run for every number of steps
 *     retain                                    deletes what retention does not keep; also `, cut after …`
 *     restart                                   closes the database and opens it again
 *     kept raw=4 minute=1 hour=0 series=1       what the tiers hold; also overflowed
 *     eval at 10:05 latency{path="/a"} period=1h resolution=minute
 *                                               a query: also by=path,method project= since= until=, and
 *                                               labels= as in a URL
 *     dashboard period=1h                       also project= since= until=
 *     names project=shop
 *
 * After `load` may come, after a question must come, what is expected:
 *
 *     expect                                    all rows in their order, each with some of its fields
 *       10:00 count=4 sum=1.5 p95=~0.9 rate=none
 *     expect resolution=minute                  the same, and fields that are told once
 *     expect nothing
 *     expect refused <part of the message>
 *
 * A moment is `10:05`, `10:05:30.250` (on the clock's day), a date and time, `now`, `+5m` or `-1h30m`.
 * Numbers are exact, to twelve digits; with `~` within 1 %. Rows of `by` begin with their labels. Rows of a
 * dashboard begin with summary, previous, rate, latency, errors, endpoint, vital or page; of kinds that are
 * not mentioned there may be any.
 */
import { parseGolden } from "./golden_script_test_support.ts";
import { runGoldenCase } from "./golden_run_test_support.ts";

const FOLDER = "tests/golden/metrics/";
const folder = new URL(`../../${FOLDER}`, import.meta.url);

for (
  const { name } of [...Deno.readDirSync(folder)].sort((one, other) =>
    one.name < other.name ? -1 : 1
  )
) {
  if (!name.endsWith(".txt")) continue;
  for (const golden of parseGolden(FOLDER + name, Deno.readTextFileSync(new URL(name, folder)))) {
    Deno.test(`${golden.name} (${name}:${golden.line})`, () => runGoldenCase(golden));
  }
}
