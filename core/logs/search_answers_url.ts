/** Where what answers searches is. The single-file bundle puts the module's own text in place of this. */
export function searchAnswersUrl(): string {
  return new URL("./search_answers.ts", import.meta.url).href;
}
