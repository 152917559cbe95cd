/**
 * A load generator: sends prepared requests over raw keep-alive connections, each waiting for its answer
 * before the next. It runs as a process of its own and costs little beside the server that it measures.
 * Argument: a `LoadPlan` as JSON; output: a `LoadResult` as JSON.
 */

export interface LoadPlan {
  readonly hostname: string;
  readonly port: number;
  readonly path: string;
  readonly connections: number;
  /** Seconds that are measured, after `warmup` seconds that are not. */
  readonly seconds: number;
  readonly warmup: number;
  /** A file with the request bodies, one JSON text a line; they are sent in turn. */
  readonly bodies: string;
  readonly apiKey: string;
  /** The header that the key goes in; `X-API-Key` unless given. */
  readonly keyHeader?: string;
}

export interface LoadResult {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Answers by status, all of the time. */
  readonly statuses: Readonly<Record<string, number>>;
}

const encoder = new TextEncoder();

async function main(plan: LoadPlan): Promise<void> {
  const requests = (await Deno.readTextFile(plan.bodies)).trimEnd().split("\n").map((body) =>
    encodeRequest(plan, body)
  );
  const start = performance.now() + plan.warmup * 1000;
  const end = start + plan.seconds * 1000;
  const latencies: number[] = [];
  const statuses: Record<string, number> = {};
  let next = 0;
  const worker = async () => {
    const connection = await Deno.connect(plan);
    const buffer = new Uint8Array(64 * 1024);
    while (performance.now() < end) {
      const request = requests[next++ % requests.length] ?? new Uint8Array();
      const sentAt = performance.now();
      await writeAll(connection, request);
      const status = await readAnswer(connection, buffer);
      const now = performance.now();
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (sentAt >= start && now <= end) latencies.push(now - sentAt);
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: plan.connections }, worker));
  latencies.sort((one, other) => one - other);
  const at = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? NaN;
  const result: LoadResult = {
    perSecond: latencies.length / plan.seconds,
    p50: at(0.5),
    p99: at(0.99),
    max: at(1),
    statuses,
  };
  Deno.stdout.writeSync(encoder.encode(JSON.stringify(result)));
}

function encodeRequest(
  { path, apiKey, keyHeader = "X-API-Key" }: LoadPlan,
  body: string,
): Uint8Array {
  const bytes = encoder.encode(body);
  const head = encoder.encode(
    `POST ${path} HTTP/1.1\r\nHost: bench\r\n${keyHeader}: ${apiKey}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${bytes.length}\r\n\r\n`,
  );
  const whole = new Uint8Array(head.length + bytes.length);
  whole.set(head);
  whole.set(bytes, head.length);
  return whole;
}

async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}

/** Reads one answer, which has a Content-Length; gives its status. Looks at bytes: texts would cost more. */
async function readAnswer(connection: Deno.Conn, buffer: Uint8Array): Promise<string> {
  let length = 0;
  while (true) {
    const read = await connection.read(buffer.subarray(length));
    if (read === null) throw new Error("The server closed the connection");
    length += read;
    const headEnd = indexOf(buffer, HEAD_END, length);
    if (headEnd < 0) continue;
    const bodyLength = numberAt(buffer, indexOf(buffer, LENGTH, length) + LENGTH.length);
    if (length >= headEnd + HEAD_END.length + bodyLength) {
      return String.fromCharCode(buffer[9] ?? 0, buffer[10] ?? 0, buffer[11] ?? 0);
    }
  }
}

const HEAD_END = encoder.encode("\r\n\r\n");
const LENGTH = encoder.encode("\r\ncontent-length: ");

function indexOf(buffer: Uint8Array, part: Uint8Array, end: number): number {
  for (let at = 0; at <= end - part.length; at++) {
    let same = 0;
    while (same < part.length && buffer[at + same] === part[same]) same++;
    if (same === part.length) return at;
  }
  return -1;
}

function numberAt(buffer: Uint8Array, start: number): number {
  let number = 0;
  for (let at = start; (buffer[at] ?? 0) >= 48 && (buffer[at] ?? 0) <= 57; at++) {
    number = number * 10 + (buffer[at] ?? 0) - 48;
  }
  return number;
}

if (import.meta.main) await main(JSON.parse(Deno.args[0] ?? "{}"));
