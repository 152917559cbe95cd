import { download } from "../http/respond.ts";
import { EXPORT_FORMATS, type ExportFormat } from "./export_format.ts";
import type { LogEntry } from "./model.ts";

const encoder = new TextEncoder();

/**
 * Answers with a file of entries that is made while the client takes it: the next ones are read when there
 * is room for them, and reading ends when the client goes away. `read` gets the signal that tells it so.
 */
export async function exportedFile(
  read: (signal: AbortSignal) => AsyncIterable<readonly LogEntry[]>,
  format: ExportFormat,
): Promise<Response> {
  const { type, fileName, write } = EXPORT_FORMATS[format];
  const gone = new AbortController();
  const batches = read(gone.signal)[Symbol.asyncIterator]();
  // Before the answer begins, a failure can still have its status.
  let next = await batches.next();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (next.done) return controller.close();
      controller.enqueue(encoder.encode(next.value.map(write).join("")));
      next = await batches.next();
      if (next.done) controller.close();
    },
    async cancel(reason) {
      gone.abort(reason);
      await batches.return?.();
    },
  }, { highWaterMark: 0 });
  return download(body, { type, fileName });
}
