/** Lines as Docker's json-file driver writes them: Go's JSON, 16 KiB pieces, times to the nanosecond. */

export type DockerStream = "stdout" | "stderr";

/** Bytes of a line after which Docker cuts it. */
export const PIECE_BYTES = 16_384;

/** Those of them past U+001F that are no quotes, angles and so on stay as they are. */
const SPECIAL = /[\p{Cc}"\\<>&\u2028\u2029]/gu;

/**
 * The lines of the log file that one printed line (without its newline) becomes: one a piece, all with the
 * same time, and only the last with a newline in it. A line that the process did not end, since it was
 * stopped, has no newline at all.
 */
export function dockerLines(
  stream: DockerStream,
  message: string | Uint8Array,
  time: bigint,
  options: { readonly unended?: boolean; readonly attrs?: Readonly<Record<string, string>> } = {},
): readonly string[] {
  const attrs = options.attrs ? `,"attrs":${JSON.stringify(options.attrs)}` : "";
  const rest = `"stream":"${stream}"${attrs},"time":"${dockerTime(time)}"}\n`;
  if (typeof message === "string" && message.length * 3 < PIECE_BYTES && message !== "") {
    const text = escapeAsGo(message.toWellFormed());
    return [`{"log":"${text}${options.unended ? "" : "\\n"}",${rest}`];
  }
  const bytes = typeof message === "string" ? new TextEncoder().encode(message) : message;
  const lines: string[] = [];
  let from = 0;
  for (; bytes.length - from >= PIECE_BYTES; from += PIECE_BYTES) {
    lines.push(`{"log":"${goString(bytes.subarray(from, from + PIECE_BYTES))}",${rest}`);
  }
  if (!options.unended) lines.push(`{"log":"${goString(bytes.subarray(from))}\\n",${rest}`);
  else if (from < bytes.length) lines.push(`{"log":"${goString(bytes.subarray(from))}",${rest}`);
  return lines;
}

/** What a reader can know of a line: a character that Docker cut in two is lost on both sides. */
export function textAfterDocker(message: string | Uint8Array): string {
  const bytes = typeof message === "string" ? new TextEncoder().encode(message) : message;
  let text = "";
  for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
    text += decodeAsGo(bytes.subarray(from, from + PIECE_BYTES), "\ufffd");
  }
  return text;
}

/** Nanoseconds since the epoch in Go's RFC 3339 form, which drops zeros at the end. */
export function dockerTime(time: bigint): string {
  const seconds = new Date(Number(time / 1_000_000n)).toISOString().slice(0, 19);
  const fraction = `${time % 1_000_000_000n}`.padStart(9, "0").replace(/0+$/, "");
  return `${seconds}${fraction === "" ? "" : `.${fraction}`}Z`;
}

function goString(bytes: Uint8Array): string {
  return decodeAsGo(bytes, "\\ufffd");
}

/** Escaped text where `invalid` stands for each byte that is no UTF-8; escaping is off for `\ufffd` itself. */
function decodeAsGo(bytes: Uint8Array, invalid: string): string {
  const escape = invalid.length > 1 ? escapeAsGo : (text: string) => text;
  let text = "";
  let from = 0;
  for (let at = 0; at < bytes.length;) {
    const length = characterLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    text += escape(decode(bytes.subarray(from, at))) + invalid;
    at++;
    from = at;
  }
  return text + escape(decode(bytes.subarray(from)));
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

function escapeAsGo(text: string): string {
  return text.replace(SPECIAL, (character) => {
    if (character >= "\u007f" && character < "\u2000") return character;
    if (character === '"' || character === "\\") return `\\${character}`;
    if (character === "\n") return "\\n";
    if (character === "\r") return "\\r";
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** Bytes of the UTF-8 character that begins here; 0 when none does. */
function characterLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > bytes.length) return 0;
  const second = bytes[at + 1] ?? 0;
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < least || second > most) return 0;
  for (let next = at + 2; next < at + length; next++) {
    if (((bytes[next] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  return length;
}
