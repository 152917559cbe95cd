/**
 * The function with a memory of its last results, for texts that come again and again. Texts past
 * `maxLength` characters are worked out anew each time, so the memory is bounded by both numbers.
 */
export function memoize<Result>(
  work: (text: string) => Result,
  limits: { readonly maxEntries: number; readonly maxLength: number },
): (text: string) => Result {
  const known = new Map<string, Result>();
  return (text) => {
    if (text.length > limits.maxLength) return work(text);
    const remembered = known.get(text);
    if (remembered !== undefined) return remembered;
    const result = work(text);
    if (known.size >= limits.maxEntries) known.clear();
    known.set(text, result);
    return result;
  };
}
