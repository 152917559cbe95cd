import assert from "node:assert/strict";
import fc from "fast-check";
import { fingerprint, FINGERPRINT_VERSION } from "./fingerprint.ts";

const PYTHON = `Traceback (most recent call last):
  File "/srv/shop/checkout.py", line 8, in <module>
    main()
  File "/srv/shop/app/cart.py", line 31, in price
    return float(raw)
ValueError: could not convert string to float: 'n/a'
`;

function hashOf(traceback: string, project = "shop", exceptionType = "ValueError"): string {
  return fingerprint({ project, exceptionType, traceback }).hash;
}

// The expected hashes of this file are those of `printf %s … | md5sum`.
Deno.test("fingerprint() is the MD5 of project, type, file and line", () => {
  assert.deepEqual(
    fingerprint({ project: "shop", exceptionType: "ValueError", traceback: PYTHON }),
    {
      version: FINGERPRINT_VERSION,
      hash: "430062db4c2f9baa6e3ec49104878ebb", // shop:ValueError:/srv/shop/app/cart.py:31
      frame: {
        file: "/srv/shop/app/cart.py",
        line: 31,
        column: null,
        function: "price",
        inApp: true,
      },
    },
  );
});

Deno.test("fingerprint() takes UTF-8", () => {
  const traceback = 'File "/srv/läden/preis.py", line 7, in größe';
  assert.equal(hashOf(traceback, "Läden"), "51399d9fd54a3e632d4b4a48819cc365"); // Läden:ValueError:/srv/läden/preis.py:7
});

Deno.test("fingerprint() takes the whole traceback where there is no location", () => {
  const { hash, frame } = fingerprint({
    project: "shop",
    exceptionType: "Timeout",
    traceback: "the till did not answer\n",
  });
  assert.equal(frame, null);
  assert.equal(hash, "e6eba0087a8543039e53e0a1ab5ef2e6"); // shop:Timeout:the till did not answer\n
});

Deno.test("fingerprint() takes an empty traceback", () => {
  assert.equal(hashOf(""), "0ad55ee44991d0fe53554f6ff96dbe90"); // shop:ValueError:
});

Deno.test("fingerprint() ignores library frames", () => {
  const below = PYTHON.replace(
    "ValueError: could",
    `  File "/usr/lib/python3.12/json/decoder.py", line 355, in raw_decode
    raise JSONDecodeError("Expecting value", s, err.value) from None
  File "/srv/shop/.venv/lib/python3.12/site-packages/money/parse.py", line 12, in parse
    return Decimal(text)
ValueError: could`,
  );
  assert.notEqual(below, PYTHON);
  assert.equal(hashOf(below), hashOf(PYTHON));
});

Deno.test("fingerprint() ignores the message, the function, the source and the line ends", () => {
  const other = PYTHON.replace("'n/a'", "'free'").replace("in price", "in total")
    .replace("return float(raw)", "return Decimal(raw)").replaceAll("\n", "\r\n");
  assert.equal(hashOf(other), hashOf(PYTHON));
});

Deno.test("fingerprint() ignores columns and the query of a URL", () => {
  const stack = "TypeError: x\n    at price (https://shop.example/app.js?v=1:12:5)";
  const other = "TypeError: y\n    at price (https://shop.example/app.js?v=2:12:9)";
  assert.equal(hashOf(stack), hashOf(other));
});

Deno.test("fingerprint() tells projects, types, files and lines apart", () => {
  const hashes = [
    hashOf(PYTHON),
    hashOf(PYTHON, "blog"),
    hashOf(PYTHON, "shop", "TypeError"),
    hashOf(PYTHON.replace("cart.py", "price.py")),
    hashOf(PYTHON.replace("line 31", "line 32")),
  ];
  assert.equal(new Set(hashes).size, hashes.length);
});

Deno.test("fingerprint() is 32 hex digits for any strings, and always the same", () => {
  const text = fc.string({ unit: "binary", maxLength: 300 });
  fc.assert(fc.property(text, text, text, (project, exceptionType, traceback) => {
    const { hash, version } = fingerprint({ project, exceptionType, traceback });
    assert.match(hash, /^[0-9a-f]{32}$/);
    assert.equal(version, 1);
    assert.equal(fingerprint({ project, exceptionType, traceback }).hash, hash);
  }));
});

Deno.test("fingerprint() is the same whatever the messages and the addresses", () => {
  const message = fc.string({ maxLength: 80 });
  const address = fc.nat({ max: 2 ** 31 - 1 }).map((number) => `0x${number.toString(16)}`);
  fc.assert(fc.property(message, address, message, address, (text, where, other, elsewhere) => {
    for (const write of [writePython, writeGo, writeJava, writeNode]) {
      assert.equal(hashOf(write(text, where)), hashOf(write(other, elsewhere)));
    }
  }));
});

function writePython(message: string, address: string): string {
  return `${PYTHON}ValueError: <Cart object at ${address}>: ${message}`;
}

function writeGo(message: string, address: string): string {
  return `panic: ${message}\n\ngoroutine 1 [running]:\n` +
    `main.price(${address})\n\t/srv/shop/price.go:12 +${address}\n` +
    `main.main()\n\t/srv/shop/main.go:31 +${address}\n`;
}

function writeJava(message: string, address: string): string {
  return `java.lang.IllegalStateException: ${message}\n` +
    `\tat com.shop.Cart$$Lambda$14/${address}.run(Unknown Source)\n` +
    `\tat com.shop.Cart.price(Cart.java:31)\n`;
}

function writeNode(message: string, address: string): string {
  return `Error: ${message} ${address}\n    at price (/srv/shop/cart.js:31:5)\n`;
}
