import { logService } from "./log_service.ts";
import { serveAloneCommand } from "./serve_alone.ts";

/** `monlight logs serve`: the Log Viewer alone. */
export const logsServeCommand = serveAloneCommand(
  logService,
  "Serve the Log Viewer: follows Docker's log files; its API and its web interface",
);
