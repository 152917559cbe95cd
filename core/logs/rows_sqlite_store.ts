import type { Row } from "../sqlite/database.ts";
import { LEVELS, type StoredEntry, STREAMS } from "./model.ts";

/** An entry from its row in `log_entries`. */
export function toEntry(row: Row): StoredEntry {
  const message = String(row.message);
  return {
    id: Number(row.id),
    time: Number(row.timestamp),
    container: String(row.container),
    stream: STREAMS.find((stream) => stream === row.stream) ?? "stdout",
    level: LEVELS.find((level) => level === row.level) ?? "INFO",
    message,
    raw: row.raw === null ? message : String(row.raw),
  };
}
