import { bytesToHex, randomBytes } from "@noble/hashes/utils.js";
import type { Clock } from "../core/clock.ts";
import { createApp } from "../core/http/app.ts";
import { Authenticator } from "../core/http/auth.ts";
import type { ServiceRoutes } from "../core/http/route.ts";
import { Sessions } from "../core/http/session.ts";
import type { Logger } from "../core/logger.ts";
import type { Telemetry } from "../core/telemetry.ts";
import type { InProcessService } from "./served_service.ts";

/** Where requests of this process come from. */
const peer = () => "this process";

/**
 * Lets a service ask another one of this process: by the same routes and limits of size as over HTTP, but with a
 * key that nobody else has, and without a limit of the rate, which is for the clients that share the API key.
 */
export function askInProcess(
  service: ServiceRoutes,
  parts: { readonly clock: Clock; readonly logger: Logger; readonly telemetry: Telemetry },
): InProcessService {
  const apiKey = bytesToHex(randomBytes(16));
  const sessions = new Sessions({ apiKey, scope: "in-process", clock: parts.clock });
  const app = createApp({
    services: [{ ...service, rateLimit: 0 }],
    common: [],
    site: null,
    authenticator: new Authenticator({ apiKey, sessions, trustProxy: false }),
    ...parts,
  });
  return {
    apiKey,
    async post(path, { headers, body, signal }) {
      const request = new Request(`http://${service.name}${path}`, {
        method: "POST",
        headers: { ...headers },
        signal,
      });
      const response = await app.fetch(request, { peer, text: body });
      return { status: response.status, text: () => response.text() };
    },
  };
}
