import { createLogger, type Logger, type LogLevel } from "../../core/logger.ts";

export type LogLine = Readonly<Record<string, unknown>>;

/** A real logger whose lines are kept. */
export function captureLog(level: LogLevel = "DEBUG"): { logger: Logger; lines: LogLine[] } {
  const lines: LogLine[] = [];
  const logger = createLogger({
    service: "test",
    level,
    write: (line) => lines.push(JSON.parse(line)),
  });
  return { logger, lines };
}
