import { migrations } from "../../sqlite/migrator.ts";
import logs from "./0001_logs.sql" with { type: "text" };

/** The schema of `logs.db`, step by step. Released steps never change. */
export const logMigrations = migrations({ "0001_logs.sql": logs });
