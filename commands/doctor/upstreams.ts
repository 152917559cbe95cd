import { SECOND } from "../../core/clock.ts";
import { describeError } from "../../core/failure.ts";
import { fail, type Finding } from "../finding.ts";
import { diagnoseServer } from "./server.ts";

const CHECK = "relay upstream";
const TIMEOUT_MS = 5 * SECOND;

/** A service of another process that the relay sends to. */
export interface Upstream {
  /** As people call it: `Error Tracker`. */
  readonly name: string;
  readonly url: string;
  readonly apiKey: string;
  /** Variables that have its address and its key. */
  readonly urlVariable: string;
  readonly keyVariable: string;
  /** A path that it alone has, and that wants the key. */
  readonly path: string;
}

/** Whether the services behind a relay answer, are what they should be, and take its keys. */
export async function diagnoseUpstreams(
  upstreams: readonly Upstream[],
): Promise<readonly Finding[]> {
  const byUrl = [...Map.groupBy(upstreams, ({ url }) => url)];
  const found = await Promise.all(byUrl.map(async ([url, there]) => {
    const server = await diagnoseServer(url, {
      now: () => Date.now(),
      check: CHECK,
      setting: there.map(({ urlVariable }) => urlVariable).join(" and "),
    });
    if (server.some(({ status }) => status === "fail")) return server;
    return [...server, ...(await Promise.all(there.map(diagnoseKey))).flat()];
  }));
  return found.flat();
}

async function diagnoseKey(
  { name, url, apiKey, urlVariable, keyVariable, path }: Upstream,
): Promise<readonly Finding[]> {
  try {
    const response = await fetch(url + path, {
      headers: { "X-API-Key": apiKey },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    const { ok, status } = response;
    if (status === 401) {
      const advice = `Set ${keyVariable} to its API_KEY`;
      return [fail(CHECK, `The ${name} at ${url} does not take our key`, advice)];
    }
    // Over its rate it took the key, too.
    if (ok || status === 429) return [];
    const advice = `Set ${urlVariable} to the address of one`;
    return [fail(CHECK, `${url} is no ${name}: it answered ${status}`, advice)];
  } catch (error) {
    const why = `${url} answered /health and nothing else: ${describeError(error)}`;
    return [fail(CHECK, why, `Look into the log of the ${name}`)];
  }
}
