import type { LogEntry } from "./model.ts";

export type ExportFormat = "text" | "ndjson";

/** How entries are written into a file. */
export interface EntryWriter {
  /** The media type of the file. */
  readonly type: string;
  readonly fileName: string;
  /** An entry with the line break at its end. */
  write(entry: LogEntry): string;
}

export const EXPORT_FORMATS: Readonly<Record<ExportFormat, EntryWriter>> = {
  text: { type: "text/plain", fileName: "logs.txt", write: textOf },
  ndjson: {
    type: "application/x-ndjson",
    fileName: "logs.ndjson",
    write: (entry) => `${JSON.stringify(entry)}\n`,
  },
};

/**
 * `timestamp container LEVEL message`. Further lines of a message are indented, so that each entry begins
 * with the only line that has no blank in front.
 */
function textOf({ timestamp, container, level, message }: LogEntry): string {
  const text = message.trimEnd().replaceAll(/\r?\n/g, "\n    ");
  return `${timestamp} ${container} ${level} ${text}\n`;
}
