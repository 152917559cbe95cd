import { configPath, currentLogPath, listContainers } from "../../core/logs/docker_source.ts";
import { sourcesProblem } from "../../core/logs/sources_problem.ts";
import { fail, type Finding, ok, warn } from "../finding.ts";
import type { Place } from "../served_service.ts";

const CHECK = "logs folder";

/** Whether the log files of containers can be read. */
export function diagnoseSources(
  { logSources }: { readonly logSources: string },
  { together }: Place,
): readonly Finding[] {
  try {
    const containers = listContainers(logSources);
    const closed = containers.map((folder) => [currentLogPath(folder), configPath(folder)])
      .flatMap((paths) => paths.filter((path) => !isReadable(path)).slice(0, 1));
    const [first] = closed;
    if (first !== undefined) {
      const many = `${closed.length} of ${containers.length} containers cannot be read: ${first}`;
      return [fail(CHECK, many, "Run Monlight as a user who may read these files, such as root")];
    }
    return [ok(CHECK, `${logSources} can be read: ${counted(containers.length)}`)];
  } catch (error) {
    const { problem, advice } = sourcesProblem(error, logSources);
    const isAbsent = error instanceof Deno.errors.NotFound;
    // With the others it waits for the folder, and they work meanwhile.
    return [isAbsent && together ? warn(CHECK, problem, advice) : fail(CHECK, problem, advice)];
  }
}

/** Whether a file can be opened; one that is not there has nothing to read. */
function isReadable(path: string): boolean {
  try {
    Deno.openSync(path).close();
    return true;
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}

function counted(containers: number): string {
  return containers === 1 ? "1 container" : `${containers} containers`;
}
