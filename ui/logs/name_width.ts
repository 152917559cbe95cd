const WIDTHS = [8, 12, 16, 20] as const;

/** A class for the width of the containers' column: wide enough for the longest name, within reason. */
export function nameWidthClass(names: readonly string[]): string {
  const longest = Math.max(0, ...names.map((name) => name.length));
  return `names-${WIDTHS.find((width) => width >= longest) ?? 20}`;
}
