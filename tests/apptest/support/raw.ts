/** HTTP byte by byte, for what `fetch` does not let out. */

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/**
 * Sends these bytes over a connection of its own and reads the answer, which must tell its length; what
 * more the server would read or say is left alone.
 */
export async function sendRaw(
  url: string,
  ...parts: readonly (string | Uint8Array)[]
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  const sending = sendAll(connection, parts);
  try {
    return await readAnswer(connection);
  } finally {
    connection.close();
    await sending;
  }
}

async function sendAll(connection: Deno.Conn, parts: readonly (string | Uint8Array)[]) {
  try {
    for (const part of parts) {
      const bytes = typeof part === "string" ? new TextEncoder().encode(part) : part;
      for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
    }
  } catch {
    // The server had heard enough.
  }
}

async function readAnswer(connection: Deno.Conn): Promise<RawAnswer> {
  const buffer = new Uint8Array(64 * 1024);
  const decoder = new TextDecoder();
  let text = "";
  while (true) {
    const [head, body] = splitOnce(text, "\r\n\r\n");
    const [first = "", ...lines] = head.split("\r\n");
    const status = Number(first.split(" ")[1]);
    if (body !== undefined) {
      const headers = new Headers();
      for (const line of lines) {
        const [name, value = ""] = splitOnce(line, ":");
        headers.append(name, value.trim());
      }
      const length = Number(headers.get("content-length"));
      if (new TextEncoder().encode(body).length >= length) return { status, headers, body };
    }
    const read = await connection.read(buffer);
    if (read === null) throw new Error(`Connection ended within the answer: ${text}`);
    text += decoder.decode(buffer.subarray(0, read), { stream: true });
  }
}

/** What stands before the first separator and after it; the second is undefined without one. */
function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}
