/** What every serving command does: one process, one port, until it is told to stop. */
import { createApp } from "../core/http/app.ts";
import { Authenticator } from "../core/http/auth.ts";
import { commonRoutes } from "../core/http/common_routes.ts";
import type { ServiceRoutes } from "../core/http/route.ts";
import { type Server, startServer } from "../core/http/server.ts";
import { Sessions } from "../core/http/session.ts";
import { type Clock, SECOND } from "../core/clock.ts";
import { describeError } from "../core/failure.ts";
import { watchGarbage } from "../core/garbage.ts";
import type { Logger } from "../core/logger.ts";
import type { serverSettings, SettingValues } from "../core/settings.ts";
import { explainDamage } from "../core/sqlite/database.ts";
import { lockDatabase } from "../core/sqlite/database_lock.ts";
import { observeProcess, Telemetry } from "../core/telemetry.ts";
import { createSite } from "../ui/site.tsx";
import { askInProcess } from "./in_process.ts";
import type { PreparedService, RunningServices } from "./served_service.ts";
import { VERSION } from "./version.ts";

/** Longest time from the signal to the end of the process. */
const SHUTDOWN_MS = 9 * SECOND;

export interface RunOptions {
  /** The command's name in logs and cookies: `errors`, or `monlight` for all in one. */
  readonly name: string;
  /** The variable that holds the key, as people are told. */
  readonly keyName: string;
  readonly values: SettingValues<ReturnType<typeof serverSettings>>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly services: readonly PreparedService[];
  /** Whether `/health` and the log tell of each service by itself. */
  readonly allInOne: boolean;
  /** Called once the port is open. */
  readonly onListening?: (server: Server) => void;
}

/**
 * Runs services until SIGTERM or SIGINT; resolves with the exit code. Throws when another process serves one of
 * their databases: two would give the same ids twice.
 */
export async function runServices(options: RunOptions): Promise<number> {
  const { values, clock, logger, services, allInOne, onListening } = options;
  const telemetry = new Telemetry();
  observeProcess(telemetry, clock.now());
  let running: RunningServices = {};
  using locks = new DisposableStack();
  for (const { databasePath } of services) locks.use(lockDatabase(databasePath));
  try {
    for (const { name, databasePath, start } of services) {
      const own = allInOne ? logger.child(name) : logger;
      const before = running;
      const ask = (service: keyof RunningServices) => {
        const http = before[service]?.http;
        return http ? askInProcess(http, { clock, logger, telemetry }) : null;
      };
      try {
        running = { ...running, ...start({ clock, logger: own, telemetry, ask }) };
      } catch (error) {
        throw explainDamage(databasePath, error);
      }
    }
    const app = assemble(options, running, telemetry);
    const stop = stopSignal();
    const server = startServer(app, { host: values.host, port: values.port, logger });
    logger.info("Listening", { url: server.url, services: Object.keys(running), version: VERSION });
    onListening?.(server);
    watchGarbage();
    const signal = await stop;
    logger.info("Stopping", { signal });
    return await withDeadline(stopAll(server, running, logger), logger);
  } catch (error) {
    await Promise.all(Object.values(running).map((service) => service.close()));
    throw error;
  }
}

/** The HTTP application over the services that run. */
function assemble(options: RunOptions, running: RunningServices, telemetry: Telemetry) {
  const { name, keyName, values: { apiKey, trustProxy }, clock, logger, allInOne } = options;
  const sessions = new Sessions({ apiKey, scope: name, clock });
  const authenticator = new Authenticator({ apiKey, sessions, trustProxy });
  const routes = Object.values(running).map((service) => service.http);
  // What the internet reaches tells strangers nothing.
  const discreet = running.relay !== undefined && routes.length === 1;
  return createApp({
    services: atLeastOne(routes),
    common: commonRoutes({
      version: VERSION,
      services: routes,
      telemetry,
      discreet,
      health: () => health(running, allInOne),
    }),
    site: createSite({
      services: {
        ...(running.errors ? { errors: running.errors.tracker } : {}),
        ...(running.logs ? { logs: running.logs.viewer } : {}),
        ...(running.metrics ? { metrics: running.metrics.viewer } : {}),
        ...(running.relay ? { relay: running.relay.relay } : {}),
      },
      sessions,
      keyName,
      checkKey: (key) => authenticator.checkKey(key),
      isSecure: (context) => authenticator.isSecure(context),
      clock,
      version: VERSION,
    }),
    discreet,
    authenticator,
    clock,
    logger,
    telemetry,
  });
}

function atLeastOne(
  routes: readonly ServiceRoutes[],
): readonly [ServiceRoutes, ...ServiceRoutes[]] {
  const [first, ...others] = routes;
  if (!first) throw new Error("No service to run");
  return [first, ...others];
}

/** What `/health` answers: of one service what it says itself, of several each under its name. */
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
  running: RunningServices,
  logger: Logger,
): Promise<number> {
  let code = 0;
  // A server waits for what it is answering, and a live stream is never answered to its end.
  running.logs?.endStreams();
  running.relay?.stopSending();
  // Those that were started last use the others.
  for (const part of [server, ...Object.values(running).reverse()]) {
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
