/** What every serving command does: one process, one port, until it is told to stop. */
import { createApp } from "../core/http/app.ts";
import { Authenticator } from "../core/http/auth.ts";
import { commonRoutes } from "../core/http/common_routes.ts";
import type { ServiceRoutes } from "../core/http/route.ts";
import { type Server, startServer } from "../core/http/server.ts";
import { Sessions } from "../core/http/session.ts";
import { type Clock, SECOND } from "../core/clock.ts";
import type { ErrorService } from "../core/errors/service.ts";
import { describeError } from "../core/failure.ts";
import type { Logger } from "../core/logger.ts";
import type { serverSettings, SettingValues } from "../core/settings.ts";
import { observeProcess, Telemetry } from "../core/telemetry.ts";
import { createSite } from "../ui/site.tsx";
import { VERSION } from "./version.ts";

/** Longest time from the signal to the end of the process. */
const SHUTDOWN_MS = 9 * SECOND;

export interface RunOptions {
  /** The command's name in logs and cookies: `errors`, or `monlight` for all in one. */
  readonly name: string;
  readonly values: SettingValues<ReturnType<typeof serverSettings>>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Opens databases and starts the services; throws when one cannot. */
  readonly start: (telemetry: Telemetry) => RunningServices;
  /** Whether `/health` tells of each service by itself. */
  readonly allInOne: boolean;
  /** Called once the port is open. */
  readonly onListening?: (server: Server) => void;
}

/** The services of this process; a coming one adds its line. */
export interface RunningServices {
  readonly errors?: ErrorService;
}

/** Runs services until SIGTERM or SIGINT; resolves with the exit code. */
export async function runServices(options: RunOptions): Promise<number> {
  const { name, values, clock, logger, start, allInOne, onListening } = options;
  const telemetry = new Telemetry();
  observeProcess(telemetry, clock.now());
  const running = start(telemetry);
  const services = Object.values(running);
  try {
    const sessions = new Sessions({ apiKey: values.apiKey, scope: name, clock });
    const { apiKey, trustProxy } = values;
    const authenticator = new Authenticator({ apiKey, sessions, trustProxy });
    const routes = services.map((service) => service.http);
    const app = createApp({
      services: atLeastOne(routes),
      common: commonRoutes({
        version: VERSION,
        services: routes,
        telemetry,
        health: () => health(running, allInOne),
      }),
      site: createSite({
        services: { ...(running.errors ? { errors: running.errors.tracker } : {}) },
        sessions,
        checkKey: (key) => authenticator.checkKey(key),
        isSecure: (context) => authenticator.isSecure(context),
        clock,
        version: VERSION,
      }),
      authenticator,
      clock,
      logger,
      telemetry,
    });
    const stop = stopSignal();
    const server = startServer(app, { host: values.host, port: values.port, logger });
    logger.info("Listening", { url: server.url, services: Object.keys(running), version: VERSION });
    onListening?.(server);
    const signal = await stop;
    logger.info("Stopping", { signal });
    return await withDeadline(stopAll(server, services, logger), logger);
  } catch (error) {
    await Promise.all(services.map((service) => service.close()));
    throw error;
  }
}

function atLeastOne(
  routes: readonly ServiceRoutes[],
): readonly [ServiceRoutes, ...ServiceRoutes[]] {
  const [first, ...others] = routes;
  if (!first) throw new Error("No service to run");
  return [first, ...others];
}

async function health(running: RunningServices, allInOne: boolean) {
  const entries = await Promise.all(
    Object.entries(running).map(async ([name, service]) => [name, await service.health()] as const),
  );
  const [only] = entries;
  if (!allInOne && only) return only[1];
  return { status: "ok", services: Object.fromEntries(entries) };
}

async function stopAll(
  server: Server,
  services: readonly { close(): Promise<void> }[],
  logger: Logger,
): Promise<number> {
  let code = 0;
  for (const part of [server, ...services]) {
    try {
      await part.close();
    } catch (error) {
      code = 1;
      logger.error("Stopping failed", { error: describeError(error) });
    }
  }
  if (code === 0) logger.info("Stopped");
  return code;
}

/** Whatever hangs, the process ends in time; everything acknowledged is on disk already. */
async function withDeadline(work: Promise<number>, logger: Logger): Promise<number> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<number>((resolve) => {
    timer = setTimeout(() => {
      logger.warn("Stopping took too long; ending now", { after_ms: SHUTDOWN_MS });
      resolve(0);
    }, SHUTDOWN_MS);
  });
  const code = await Promise.race([work, deadline]);
  clearTimeout(timer);
  return code;
}

/** Resolves with the first signal that asks the process to end. */
function stopSignal(): Promise<Deno.Signal> {
  const signals: readonly Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGTERM"];
  return new Promise((resolve) => {
    for (const signal of signals) Deno.addSignalListener(signal, () => resolve(signal));
  });
}
