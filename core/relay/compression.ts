import { nextTurn } from "../turns.ts";

/** Characters that are compressed between two turns of others; it takes about 3 ms. */
const TURN_LENGTH = 131_072;

type Bytes = Uint8Array<ArrayBuffer>;

/** A short text, compressed in one go. */
export function deflate(text: string): Promise<Bytes> {
  return bytesOf(new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw")));
}

/** What `deflate()` made. */
export function inflate(bytes: Bytes): Promise<string> {
  return textOf(bytes, "deflate-raw");
}

/** A text of megabytes, a piece at a time, so that others have their turn and no copy of all of it is made. */
export function gzip(text: string): Promise<Bytes> {
  // Encoded as a stream, for a piece may end within a pair of surrogates.
  const pieces = ReadableStream.from(piecesOf(text)).pipeThrough(new TextEncoderStream());
  return bytesOf(pieces.pipeThrough(new CompressionStream("gzip")));
}

/** What `gzip()` made. */
export function gunzip(bytes: Bytes): Promise<string> {
  return textOf(bytes, "gzip");
}

async function* piecesOf(text: string): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += TURN_LENGTH) {
    yield text.slice(at, at + TURN_LENGTH);
    await nextTurn();
  }
}

async function bytesOf(stream: ReadableStream<Bytes>): Promise<Bytes> {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function textOf(bytes: Bytes, format: CompressionFormat): Promise<string> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(format));
  return new Response(stream).text();
}
