/**
 * What commands say to people: results on standard output, everything else on standard error. Who reads
 * may stop at any time (`| head -1`): what is then left to say is dropped, and the work goes on.
 */

const encoder = new TextEncoder();

/** Prints a result; gives whether anyone still reads. */
export function print(line: string): boolean {
  return write(Deno.stdout, line + "\n");
}

export function printError(line: string): void {
  write(Deno.stderr, line + "\n");
}

/** Shows how far something is, in one line that overwrites itself; nothing unless a person looks. */
export function showProgress(line: string): void {
  if (Deno.stderr.isTerminal()) write(Deno.stderr, `\r\x1b[K${line}`);
}

export function clearProgress(): void {
  showProgress("");
}

function write(stream: { writeSync(bytes: Uint8Array): number }, text: string): boolean {
  const bytes = encoder.encode(text);
  try {
    for (let at = 0; at < bytes.length;) at += stream.writeSync(bytes.subarray(at));
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) return false;
    throw error;
  }
}

/** Bytes for people: `12.3 MB`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
