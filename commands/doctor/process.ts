import { fail, type Finding, ok, warn } from "../finding.ts";
import { formatBytes } from "../output.ts";
import { memoryLimit, openFileLimit } from "./host.ts";

/** Connections of clients, the databases, and the files of some hundred containers. */
const ENOUGH_FILES = 1024;
const LEAST_FILES = 256;
/** What is measured under load, with some room: `deno task bench memory`. */
const ALONE_BYTES = 64 * 1024 ** 2;
const TOGETHER_BYTES = 128 * 1024 ** 2;

/** The limits of this process, which are those of the service where that is started alike. */
export async function diagnoseProcess(services: number): Promise<readonly Finding[]> {
  return [...diagnoseOpenFiles(await openFileLimit()), ...await diagnoseMemory(services)];
}

function diagnoseOpenFiles(limit: number | null): readonly Finding[] {
  if (limit === null) return [];
  const message = `${limit === Infinity ? "Any number of" : limit} files may be open at once`;
  const advice = `Raise it to ${ENOUGH_FILES}: ulimit -n, or LimitNOFILE in a systemd unit`;
  if (limit < LEAST_FILES) return [fail("open files", message, advice)];
  return [limit < ENOUGH_FILES ? warn("open files", message, advice) : ok("open files", message)];
}

async function diagnoseMemory(services: number): Promise<readonly Finding[]> {
  const limit = await memoryLimit();
  const needed = services === 1 ? ALONE_BYTES : TOGETHER_BYTES;
  if (limit === null) return [ok("memory", "This control group has no limit of memory")];
  const message = `This control group may have ${formatBytes(limit)} of memory`;
  return [
    limit < needed
      ? warn("memory", message, `Give it ${formatBytes(needed)}, which full load may take`)
      : ok("memory", message),
  ];
}
