import { relayService } from "./relay_service.ts";
import { serveAloneCommand } from "./serve_alone.ts";

/** `monlight relay serve`: the Browser Relay alone. */
export const relayServeCommand = serveAloneCommand(
  relayService,
  "Serve the Browser Relay: the door for pages, which sends on what they submit",
);
