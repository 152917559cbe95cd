/** Where the searching thread starts. The single-file bundle puts the thread's own text in place of this. */
export function searchWorkerUrl(): string {
  return new URL("./search_worker.ts", import.meta.url).href;
}
