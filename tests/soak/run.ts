/**
 * `deno task soak [minutes]`: mixed load on all services, 30 minutes unless told otherwise. Tells memory and open
 * files as it goes, and ends with 1 where either grows, or where anything was logged or refused.
 */
import { soak } from "./soak.ts";

const [given = "30"] = Deno.args;
const minutes = Number(given);
if (!(minutes > 0)) throw new Error(`Minutes are a number above 0, not ${JSON.stringify(given)}`);

/** MB an hour that memory may grow by in half an hour and more; over less it is mostly noise. */
const MOST_GROWTH = 20;
const MEANINGFUL_MINUTES = 20;

const say = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));

say(`${minutes} minutes of mixed load; a line for each look`);
const soaked = await soak(minutes * 60, ({ seconds, residentMb, files }) => {
  say(
    `${(seconds / 60).toFixed(1).padStart(6)} min  ${
      `${residentMb}`.padStart(4)
    } MB  ${files} files`,
  );
});
const { memorySlope, memory, files, complaints, exitCode } = soaked;
say(`\nresident memory: ${memory.join(" → ")} MB, ${memorySlope.toFixed(1)} MB an hour`);
say(`open files: ${files.join(" → ")}`);
for (const complaint of complaints) say(complaint);
const grows = minutes >= MEANINGFUL_MINUTES && memorySlope > MOST_GROWTH;
const leaks = files[1] > files[0] + 8;
const isWell = !grows && !leaks && complaints.length === 0 && exitCode === 0;
say(isWell ? "All is well" : "It is not well");
Deno.exit(isWell ? 0 : 1);
