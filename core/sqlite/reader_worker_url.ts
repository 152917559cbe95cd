/** Where the reader's thread starts. The single-file bundle puts the thread's own text in place of this. */
export function readerWorkerUrl(): string {
  return new URL("./reader_worker.ts", import.meta.url).href;
}
