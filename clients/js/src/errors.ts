import { cleanAddress } from "./address.ts";
import type { Description } from "./describe.ts";
import { randomId } from "./ids.ts";
import { cut, plainCopy, plainFields } from "./plain.ts";
import { rememberRecent } from "./recent.ts";
import type { Scope } from "./scope.ts";
import type { Settings } from "./settings.ts";
import type { Trail } from "./trail.ts";
import { byteLength, type Send } from "./transport.ts";
import type { ErrorReport } from "./types.ts";

/** The relay takes 64 KiB, and browsers let no more outlive a page. */
const MAX_BYTES = 56_000;
const MAX_VALUES = 50;

export interface ErrorDesk {
  report(error: Description, context?: Readonly<Record<string, unknown>>): void;
  setUser(id: string | number | null): void;
  addContext(key: string, value: unknown): void;
}

/** Makes reports of errors: each once in 60 s, as many as the sample rate says, as `beforeSend` wants them. */
export function openErrorDesk(
  scope: Scope,
  settings: Settings,
  session: string,
  trail: Trail,
  send: Send,
): ErrorDesk {
  const isNew = rememberRecent(() => performance.now());
  const values = new Map<string, unknown>();
  let user: string | undefined;
  let reporting = false;

  const reportOf = (error: Description, context: unknown): ErrorReport => ({
    event_id: randomId(),
    ...error,
    url: cleanAddress(new URL(location.href)),
    user_agent: cut(navigator.userAgent, 500),
    session_id: session,
    release: settings.release,
    environment: settings.environment,
    context: {
      ...plainFields(Object.fromEntries(values)),
      ...plainFields(context),
      ...(user === undefined ? null : { user_id: user }),
      breadcrumbs: trail.crumbs(),
    },
  });

  return {
    report(error, context) {
      const { type, message, stack } = error;
      // What beforeSend prints or reports itself would go round and round.
      if (reporting) return;
      const isWanted = isNew(`${type}\n${message.slice(0, 200)}\n${stack.slice(0, 600)}`) &&
        Math.random() < settings.sampleRate;
      reporting = true;
      try {
        const report = isWanted && approved(settings, reportOf(error, context));
        if (report) send("errors", fitting(report));
        else scope.debug("left out:", message);
      } finally {
        reporting = false;
      }
    },
    setUser(id) {
      user = id === null ? undefined : String(id).slice(0, 200);
    },
    addContext(key, value) {
      if (value === undefined) values.delete(key);
      else if (values.has(key) || values.size < MAX_VALUES) values.set(key, plainCopy(value));
    },
  };
}

/** What `beforeSend` makes of it; null to send nothing. */
function approved({ beforeSend }: Settings, report: ErrorReport): ErrorReport | null {
  try {
    const changed = beforeSend ? beforeSend(report) : report;
    if (changed === null) return null;
    const { type, message, stack } = changed;
    // What JSON cannot hold shows now.
    if ([type, message, stack, JSON.stringify(changed)].every((one) => typeof one === "string")) {
      return changed;
    }
    throw new TypeError("it must give the report or null");
  } catch (error) {
    // Told whether debugging is on or not: no error arrives, and nothing else would say why.
    globalThis.console.warn("[monlight] beforeSend failed, the error is not sent:", error);
    return null;
  }
}

/** Takes out what is too much for a request. */
function fitting(report: ErrorReport): ErrorReport {
  if (byteLength(JSON.stringify(report)) <= MAX_BYTES) return report;
  return {
    ...report,
    message: report.message.slice(0, 2000),
    stack: report.stack.slice(0, 6000),
    context: { user_id: report.context["user_id"], cut: true },
  };
}
