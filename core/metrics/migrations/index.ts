import { migrations } from "../../sqlite/migrator.ts";
import metrics from "./0001_metrics.sql" with { type: "text" };
import received from "./0002_received.sql" with { type: "text" };
import idempotency from "./0003_idempotency.sql" with { type: "text" };

/** The schema of `metrics.db`, step by step. Released steps never change. */
export const metricMigrations = migrations({
  "0001_metrics.sql": metrics,
  "0002_received.sql": received,
  "0003_idempotency.sql": idempotency,
});
