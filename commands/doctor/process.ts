import { memoryLimit } from "../../core/memory_limit.ts";
import { fail, type Finding, ok, warn } from "../finding.ts";
import { formatBytes } from "../output.ts";
import { openFileLimit } from "./host.ts";

/** Connections of clients, the databases, and the files of some hundred containers. */
const ENOUGH_FILES = 1024;
const LEAST_FILES = 256;
/** What one service and what several take under load: `deno task bench memory`; as in the compose files. */
const ONE_BYTES = 64 * 1024 ** 2;
const SEVERAL_BYTES = 128 * 1024 ** 2;

/** The limits of this process, which are those of so many services where they are started alike. */
export async function diagnoseProcess(services: number): Promise<readonly Finding[]> {
  return [...diagnoseOpenFiles(await openFileLimit()), diagnoseMemory(services)];
}

function diagnoseOpenFiles(limit: number | null): readonly Finding[] {
  if (limit === null) return [];
  const message = `${limit === Infinity ? "Any number of" : limit} files may be open at once`;
  const advice = `Raise it to ${ENOUGH_FILES}: ulimit -n, or LimitNOFILE in a systemd unit`;
  if (limit < LEAST_FILES) return [fail("open files", message, advice)];
  return [limit < ENOUGH_FILES ? warn("open files", message, advice) : ok("open files", message)];
}

function diagnoseMemory(services: number): Finding {
  const limit = memoryLimit();
  const needed = services === 1 ? ONE_BYTES : SEVERAL_BYTES;
  if (limit === Infinity) return ok("memory", "This control group has no limit of memory");
  const message = `This control group may have ${formatBytes(limit)} of memory`;
  return limit < needed
    ? warn("memory", message, `Give it ${formatBytes(needed)}, which full load may take`)
    : ok("memory", message);
}
