import { metricService } from "./metric_service.ts";
import { serveAloneCommand } from "./serve_alone.ts";

/** `monlight metrics serve`: the Metrics Collector alone. */
export const metricsServeCommand = serveAloneCommand(
  metricService,
  "Serve the Metrics Collector: its API, its dashboard and its explorer",
);
