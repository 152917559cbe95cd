import { MINUTE, SECOND } from "../../core/clock.ts";
import { describeError } from "../../core/failure.ts";
import { fail, type Finding, ok, warn } from "../finding.ts";

const TIMEOUT_MS = 5 * SECOND;
const ADVICE = "Look into the service's log: it tells why it does not start, or what hangs";

/** A running server of Monlight, by its `/health`, and the setting that has its address. */
export async function diagnoseServer(
  url: string,
  { now, check = "server", setting = "--url" }: {
    /** This machine's time in ms. */
    readonly now: () => number;
    readonly check?: string;
    readonly setting?: string;
  },
): Promise<readonly Finding[]> {
  const address = `${url.replace(/\/+$/, "")}/health`;
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const text = await response.text();
    if (!response.ok) {
      return [fail(check, `${address} answered ${response.status}: ${text.slice(0, 200)}`, ADVICE)];
    }
    const ailing = ailingParts(text);
    if (ailing === null) {
      const advice = `Give Monlight's address by ${setting}`;
      return [fail(check, `${address} is answered by something else`, advice)];
    }
    return [
      ok(check, `${address} answers`),
      ...ailing.map(([name, why]) => warn(check, `${name}: ${why}`, "Mend that; the rest works")),
      ...clockDifference(check, response.headers.get("date"), now()),
    ];
  } catch (error) {
    const why = describeError(error);
    const advice = `Start the service, or mend ${setting}`;
    return [fail(check, `${address} does not answer: ${why}`, advice)];
  }
}

/** Services that say they are not well, and why; null where this is no answer of Monlight. */
function ailingParts(text: string): readonly (readonly [string, string])[] | null {
  try {
    const health: unknown = JSON.parse(text);
    if (!isHealth(health)) return null;
    const services: unknown = health.services ?? { service: health };
    return Object.entries(Object(services)).flatMap(([name, one]) =>
      isHealth(one) && one.status !== "ok"
        ? [[name, typeof one.reason === "string" ? one.reason : String(one.status)] as const]
        : []
    );
  } catch {
    return null;
  }
}

function isHealth(
  value: unknown,
): value is { readonly status: unknown; readonly reason?: unknown; readonly services?: unknown } {
  return typeof value === "object" && value !== null && "status" in value;
}

function clockDifference(check: string, date: string | null, now: number): readonly Finding[] {
  const difference = date === null ? NaN : Math.abs(Date.parse(date) - now);
  if (!(difference > MINUTE)) return [];
  const minutes = Math.round(difference / MINUTE);
  const message = `The server's clock differs from this one's by ${minutes} minutes`;
  return [warn(check, message, "Set both by NTP")];
}
