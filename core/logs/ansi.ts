/**
 * Escape sequences of terminals (ECMA-48): colours and cursor movement (CSI); titles and links (OSC) and
 * other strings, up to their end mark; short ones; and what is left of one that was cut off.
 */
const SEQUENCES =
  // deno-lint-ignore no-control-regex -- control characters are what sequences are made of
  /\x1b(?:\[[0-?]*[ -/]*(?:[@-~]|$)|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\|$)|[ -/]+(?:[0-~]|$)|[0-OQ-WYZ\\`-~])?/g;

/** The text as a terminal would show it, without colours. */
export function stripAnsi(text: string): string {
  return text.includes("\x1b") ? text.replace(SEQUENCES, "") : text;
}
