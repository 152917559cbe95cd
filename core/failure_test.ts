import assert from "node:assert/strict";
import { describeError } from "./failure.ts";

Deno.test("describeError() says why a fetch failed, without the address and what is in it", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const failed = await fetch(`http://ann:hush@127.0.0.1:${port}/`).catch((error) => error);
  const said = describeError(failed);
  assert.match(said, /^TypeError: .*Connection refused/);
  assert.doesNotMatch(said, /hush/);
});

Deno.test("describeError() says what other things are that were thrown", () => {
  assert.equal(describeError(new RangeError("too far")), "RangeError: too far");
  assert.equal(describeError("nothing of an error"), "nothing of an error");
  assert.equal(describeError(new Error("outer", { cause: new Error("inner") })), "Error: outer");
});
