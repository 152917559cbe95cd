import { errorService } from "./error_service.ts";
import { serveAloneCommand } from "./serve_alone.ts";

/** `monlight errors serve`: the Error Tracker alone. */
export const errorsServeCommand = serveAloneCommand(
  errorService,
  "Serve the Error Tracker: its API and its web interface",
);
