import assert from "node:assert/strict";
import { connect, head } from "../../tests/faults/raw.ts";
import { type IncomingBody, incomingBody } from "./incoming_body.ts";

/** A server that reads bodies by `incomingBody()`, and the one that it reads now. */
function serve(answer: (body: IncomingBody) => Promise<string>) {
  const arriving = Promise.withResolvers<IncomingBody>();
  const options = {
    ...{ hostname: "127.0.0.1", port: 0, onListen() {} },
    // A client went away.
    onError: () => new Response(null, { status: 400 }),
  };
  const server = Deno.serve(options, async (request) => {
    assert.ok(request.body);
    const declared = Number(request.headers.get("content-length") ?? NaN);
    const body = incomingBody(request.body, declared);
    arriving.resolve(body);
    return new Response(await answer(body));
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    arriving: arriving.promise,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function digestOf(body: IncomingBody): Promise<string> {
  while (await body.more());
  return await digest(body.whole());
}

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `${bytes.length} ${hash.toHex()}`;
}

/** No two stretches of it are alike, as far as a mistake here could tell. */
function bytesOf(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, at) => at * 31 + (at >> 8) * 7 + (at >> 16));
}

/** Around each size at which room is made. */
const LENGTHS = [1, 4095, 4096, 4097, 16_384, 65_535, 65_536, 262_143, 262_144, 262_145, 3_000_000];

Deno.test("incomingBody() gives a body as it was sent, whatever its length is and is said to be", async () => {
  await using server = await serve(digestOf);
  const sent = async (body: BodyInit) =>
    await (await fetch(server.url, { method: "POST", body })).text();
  for (const length of LENGTHS) {
    const bytes = bytesOf(length);
    const expected = await digest(bytes);
    assert.equal(await sent(bytes), expected);
    assert.equal(await sent(new Blob([bytes]).stream()), expected, "without a length");
  }
});

for (const declared of ["5000000", null]) {
  const how = declared === null ? "without a length" : `that is said to have ${declared} bytes`;
  Deno.test(`incomingBody() has room for what came of a body ${how}`, async () => {
    await using server = await serve(digestOf);
    await using connection = await connect(server.url);
    const framing = declared === null
      ? { "transfer-encoding": "chunked" }
      : { "content-length": declared };
    await connection.send(head("POST", "/", framing));
    const body = await server.arriving;
    assert.equal(body.room, 16_384);
    const rooms = new Set<number>();
    for (const piece of [1, 1, 4000, 40_000, 150_000]) {
      const bytes = "x".repeat(piece);
      const until = body.length + piece;
      await connection.send(
        declared === null ? `${piece.toString(16)}\r\n${bytes}\r\n` : bytes,
      );
      while (body.length < until) await new Promise((resolve) => setTimeout(resolve, 1));
      rooms.add(body.room);
    }
    assert.deepEqual([...rooms], [16_384, 65_536, 262_144]);
  });
}

Deno.test("incomingBody() ends at once when it is canceled", async () => {
  await using server = await serve(async (body) => {
    assert.ok(await body.more());
    const more = body.more();
    body.cancel();
    return `${await more}`;
  });
  await using connection = await connect(server.url);
  await connection.send(`${head("POST", "/", { "content-length": "100" })}{`);
  assert.match(await connection.until(/false/), /false$/);
});
