import { watchClicks } from "./clicks.ts";
import { type ConsoleErrorSink, watchConsole } from "./console_lines.ts";
import { type Called, describe, describeCall, placed } from "./describe.ts";
import { openErrorDesk } from "./errors.ts";
import { watchFetch } from "./fetch_requests.ts";
import { sessionId } from "./ids.ts";
import { gatherMetrics } from "./metrics.ts";
import { watchNavigation } from "./navigation.ts";
import { logRequests } from "./requests.ts";
import { openScope } from "./scope.ts";
import type { Settings } from "./settings.ts";
import { startTrail } from "./trail.ts";
import { openTransport } from "./transport.ts";
import type { Level, Monlight } from "./types.ts";
import { type VitalSink, watchVitals } from "./vitals.ts";
import { watchXhr } from "./xhr_requests.ts";

/** What runs in the page after `init()`. */
export interface Client extends Monlight {
  /** `called` is the function that the page called; the stack begins with who did. */
  captureMessage(message: string, level?: Level, called?: Called): void;
}

export function startClient(settings: Settings): Client {
  const scope = openScope(settings.debug);
  const { guard, listen } = scope;
  const session = sessionId();
  const trail = startTrail();
  const transport = openTransport(scope, settings.endpoint, settings.key);
  const desk = openErrorDesk(scope, settings, session, trail, transport.send);
  const metrics = gatherMetrics(scope, session, transport.send);

  /** Objects that were told, so that throwing them again tells nothing new. */
  const told = new WeakSet<object>();
  const isTold = (error: unknown): boolean => {
    if (typeof error !== "object" || !error) return false;
    const known = told.has(error);
    told.add(error);
    return known;
  };

  listen("error", ({ error, message, filename, lineno, colno }) => {
    // All that a browser says of an error in a script of another origin. It names nothing that could be mended.
    if (!error && /^script error\.?$/i.test(message)) return scope.debug("left out:", message);
    if (isTold(error)) return;
    const description = describe(error ?? message.replace("Uncaught ", ""), "Error");
    desk.report(placed(description, `${filename}:${lineno}:${colno}`), { captured_by: "onerror" });
  });
  listen("unhandledrejection", ({ reason }) => {
    if (isTold(reason) || reason?.name === "AbortError") return;
    desk.report(describe(reason, "UnhandledRejection"), { captured_by: "unhandledrejection" });
  });
  const onConsoleError: ConsoleErrorSink = (line, args, called) => {
    if (!settings.captureConsole) return;
    const error = args.find((one) => one instanceof Error);
    if (isTold(error)) return;
    const description = error
      ? describe(error, "Error")
      : describeCall("ConsoleError", line, called);
    desk.report(description, { captured_by: "console", printed: line });
  };

  let leaving = false;
  const requests = logRequests(settings.endpoint, metrics, trail, (message, request) => {
    // Leaving the page ends its requests.
    if (leaving) return;
    const description = describe({ name: "NetworkError", message }, "");
    desk.report(description, { captured_by: "request", request });
  });

  const flush = guard(() => transport.hurry(metrics.flush));
  const isHidden = () => document.visibilityState === "hidden";
  const onVital: VitalSink = guard((name, value, page) => {
    metrics.measure(name, value, {}, page);
    if (isHidden()) metrics.flush();
  });
  // Each alone, so that what a browser lacks, or a page forbids, keeps nothing else from being watched.
  const watches = [
    () => watchConsole(scope, trail, onConsoleError),
    () => watchFetch(scope, requests, isTold),
    () => watchXhr(scope, requests),
    () => watchNavigation(scope, trail),
    () => watchClicks(scope, trail),
    () => scope.onEnd(watchVitals(onVital)),
  ];
  for (const watch of watches) guard(watch)();
  // The library listens on the way down to the document, this on the way up: its values are there.
  listen("visibilitychange", () => {
    if (isHidden()) flush();
  });
  listen("pagehide", () => {
    leaving = true;
    flush();
  });
  listen("pageshow", () => {
    leaving = false;
  });

  const client: Client = {
    captureError: guard((error: unknown, context?: Record<string, unknown>) => {
      isTold(error);
      desk.report(describe(error, "Error"), context);
    }),
    captureMessage: guard((message: string, level?: Level, called?: Called) => {
      const description = describeCall("Message", String(message), called ?? client.captureMessage);
      desk.report(description, { level: level ?? "info" });
    }),
    setUser: guard(desk.setUser),
    addContext: guard(desk.addContext),
    destroy: () => {
      flush();
      scope.end();
    },
  };
  return client;
}
