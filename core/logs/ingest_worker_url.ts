/** Where the reading thread starts. The single-file bundle puts the thread's own text in place of this. */
export function ingestWorkerUrl(): string {
  return new URL("./ingest_worker.ts", import.meta.url).href;
}
