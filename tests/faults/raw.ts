/** HTTP by hand, for clients that do not keep to it. */

export interface RawConnection extends AsyncDisposable {
  /** Sends bytes or text; gives false when the server has closed the connection. */
  send(data: string | Uint8Array): Promise<boolean>;
  /** All that comes until the server closes the connection. */
  answer(): Promise<string>;
  /** Waits until what came so far matches, or the server closes the connection; gives what came. */
  until(pattern: RegExp): Promise<string>;
  /** Ends the sending side alone. */
  finish(): Promise<void>;
}

export async function connect(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(64 * 1024);
  let came = "";
  let closed = false;
  /** Reads once; false at the end. */
  const readMore = async (): Promise<boolean> => {
    const count = await unlessBroken(() => connection.read(buffer)) ?? null;
    if (count === null) return false;
    came += decoder.decode(buffer.subarray(0, count), { stream: true });
    return true;
  };
  return {
    async send(data) {
      const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
      for (let at = 0; at < bytes.length;) {
        const count = await unlessBroken(() => connection.write(bytes.subarray(at)));
        if (count === undefined) return false;
        at += count;
      }
      return true;
    },
    async answer() {
      while (await readMore());
      return came;
    },
    async until(pattern) {
      while (!pattern.test(came) && await readMore());
      return came;
    },
    async finish() {
      await unlessBroken(() => connection.closeWrite());
    },
    [Symbol.asyncDispose]() {
      if (!closed) connection.close();
      closed = true;
      return Promise.resolve();
    },
  };
}

/** Several connections; all are closed at the end of the scope. */
export async function connectMany(
  url: string,
  count: number,
): Promise<readonly RawConnection[] & AsyncDisposable> {
  const connections = await Promise.all(Array.from({ length: count }, () => connect(url)));
  return Object.assign(connections, {
    async [Symbol.asyncDispose]() {
      for (const connection of connections) await connection[Symbol.asyncDispose]();
    },
  });
}

/** The head of a request, complete up to the body. */
export function head(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): string {
  const lines = Object.entries({ host: "test", ...headers }).map(([name, value]) =>
    `${name}: ${value}\r\n`
  );
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

/** The status of an answer; 0 when there is none. */
export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 0);
}

/** `undefined` when the other side has broken the connection off. */
async function unlessBroken<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    const broken = error instanceof Deno.errors.BrokenPipe ||
      error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.NotConnected;
    if (broken) return undefined;
    throw error;
  }
}
