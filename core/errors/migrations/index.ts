import { migrations } from "../../sqlite/migrator.ts";
import errors from "./0001_errors.sql" with { type: "text" };
import idempotency from "./0002_idempotency.sql" with { type: "text" };

/** The schema of `errors.db`, step by step. Released steps never change. */
export const errorMigrations = migrations({
  "0001_errors.sql": errors,
  "0002_idempotency.sql": idempotency,
});
