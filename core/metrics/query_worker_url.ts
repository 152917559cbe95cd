/** Where the querying thread starts. The single-file bundle puts the thread's own text in place of this. */
export function queryWorkerUrl(): string {
  return new URL("./query_worker.ts", import.meta.url).href;
}
