import type { Hono } from "hono";
import { SECOND } from "../clock.ts";
import type { Logger } from "../logger.ts";
import { failureAnswer, failureJson } from "./respond.ts";
import { Failure } from "../failure.ts";
import type { AppEnv } from "./route.ts";

/** How long requests in flight may take once the server stops. */
const DRAIN_MS = 5 * SECOND;

export interface Server {
  /** Where it listens, with the real port: `http://127.0.0.1:5010`. */
  readonly url: string;
  readonly port: number;
  /** Stops accepting, waits for requests in flight (at most 5 s), and closes every connection. */
  close(): Promise<void>;
}

export interface ServerOptions {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly logger: Logger;
}

/** The address cannot be listened on. */
export class ListenError extends Error {
  override readonly name = "ListenError";
}

/** Listens and answers by the application. Throws `ListenError` when the address is taken or unknown. */
export function startServer(app: Hono<AppEnv>, options: ServerOptions): Server {
  const { host, port, logger } = options;
  const abort = new AbortController();
  const answered = Promise.withResolvers<void>();
  let inFlight = 0;
  let draining = false;
  let closing = false;
  const server = listen(() =>
    Deno.serve({
      hostname: host,
      port,
      signal: abort.signal,
      onListen: () => {},
      onError(error) {
        logger.error("Request failed outside the application", { error: String(error) });
        return failureJson(failureAnswer(error));
      },
    }, async (request, info) => {
      if (draining) return shuttingDown();
      inFlight++;
      try {
        return await app.fetch(request, { peer: () => addressOf(info.remoteAddr) });
      } finally {
        inFlight--;
        if (draining && inFlight === 0) answered.resolve();
      }
    }), options);
  const shown = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  const { port: boundPort } = server.addr;
  return {
    url: `http://${shown.includes(":") ? `[${shown}]` : shown}:${boundPort}`,
    port: boundPort,
    async close() {
      draining = true;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const deadline = new Promise<void>((resolve) => {
        timer = setTimeout(() => {
          logger.warn("Requests in flight were cut off", { after_ms: DRAIN_MS });
          // Once the runtime's shutdown has begun, aborting fails; what is left are answers that are not
          // taken, and they end with the process.
          if (!closing) abort.abort();
          resolve();
        }, DRAIN_MS);
      });
      if (inFlight === 0) answered.resolve();
      // The runtime's shutdown breaks off bodies that are arriving, so it comes after them; whoever asks
      // meanwhile is told.
      const shutdown = answered.promise.then(() => {
        closing = true;
        return server.shutdown();
      });
      await Promise.race([shutdown, deadline]);
      clearTimeout(timer);
    },
  };
}

function listen<T>(start: () => T, { host, port }: ServerOptions): T {
  try {
    return start();
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) {
      throw new ListenError(
        `Cannot listen on ${host}:${port}: another program uses the port. ` +
          "Stop it, or choose another with --port",
      );
    }
    const why = error instanceof Error ? error.message : String(error);
    throw new ListenError(`Cannot listen on ${host}:${port}: ${why}`);
  }
}

function addressOf(address: Deno.Addr): string {
  return "hostname" in address ? address.hostname : "local";
}

function shuttingDown(): Response {
  return failureJson(
    failureAnswer(new Failure("unavailable", "Shutting down", { closeConnection: true })),
  );
}
