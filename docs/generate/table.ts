/** A Markdown table; cells are escaped but for what is between backquotes. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll(/<(?=[a-z/])/g, "\\<").replaceAll("\n", " ");
}

/** A text as code; empty stays empty. */
export function code(text: string): string {
  return text === "" ? "" : `\`${text}\``;
}
