import assert from "node:assert/strict";
import { quickest } from "../../tests/support/quickest.ts";
import fc from "fast-check";
import expected from "../../tests/golden/tracebacks/expected.json" with { type: "json" };
import { failingFrame, type Frame, parseTraceback, type TracebackPart } from "./traceback.ts";

const GOLDEN = new URL("../../tests/golden/tracebacks/", import.meta.url);

function readGolden(name: string): string {
  return Deno.readTextFileSync(new URL(`${name}.txt`, GOLDEN));
}

function framesOf(traceback: string): Frame[] {
  return parseTraceback(traceback).flatMap((part) => part.kind === "frame" ? [part.frame] : []);
}

function join(parts: TracebackPart[]): string {
  return parts.map((part) => part.text).join("\n");
}

/** `file:line` of the failing frame. */
function failingPlace(traceback: string): string | null {
  const failing = failingFrame(traceback);
  return failing === null ? null : `${failing.frame.file}:${failing.frame.line}`;
}

Deno.test("tests/golden/tracebacks has an expectation for each traceback", () => {
  const names = [...Deno.readDirSync(GOLDEN)].map((entry) => entry.name)
    .filter((name) => name.endsWith(".txt")).map((name) => name.slice(0, -".txt".length));
  assert.deepEqual(names.sort(), Object.keys(expected).sort());
});

for (const [name, wanted] of Object.entries(expected)) {
  Deno.test(`failingFrame() finds what failed in ${name}`, () => {
    const traceback = readGolden(name);
    const frames = framesOf(traceback);
    const failing = failingFrame(traceback)?.frame ?? null;
    assert.deepEqual({
      failing: failing && {
        file: failing.file,
        line: failing.line,
        function: failing.function,
        inApp: failing.inApp,
      },
      frames: frames.length,
      inApp: frames.filter((frame) => frame.inApp).length,
    }, wanted);
  });

  Deno.test(`parseTraceback() gives back all of ${name}`, () => {
    const traceback = readGolden(name);
    assert.equal(join(parseTraceback(traceback)), traceback);
  });
}

Deno.test("parseTraceback() keeps source, marks and repetitions with their frame", () => {
  const parts = parseTraceback(readGolden("python_recursion"));
  assert.equal(
    parts.at(-2)?.text,
    `  File "/srv/shop/shop/cart.py", line 33, in depth
    return depth(n + 1)
           ^^^^^^^^^^^^
  [Previous line repeated 996 more times]`,
  );
});

Deno.test("parseTraceback() keeps the lines of an exception group with their frame", () => {
  const texts = parseTraceback(readGolden("python_exception_group")).map((part) => part.text);
  assert.ok(texts.includes(
    `    |   File "/srv/shop/group.py", line 11, in missing
    |     return {}[key]
    |            ~~^^^^^`,
  ));
});

Deno.test("parseTraceback() joins the function above a Go or Rust location with it", () => {
  const go = parseTraceback("goroutine 1 [running]:\nmain.price(0x1)\n\t/srv/price.go:12 +0x1d");
  assert.deepEqual(go.map((part) => part.text), [
    "goroutine 1 [running]:",
    "main.price(0x1)\n\t/srv/price.go:12 +0x1d",
  ]);
  const rust = framesOf("   0: shop::price::h302dec23d2f4f37b\n             at ./src/main.rs:2:5");
  assert.deepEqual(rust, [
    { file: "./src/main.rs", line: 2, column: 5, function: "shop::price", inApp: true },
  ]);
});

Deno.test("parseTraceback() gives one text for what has no frames", () => {
  assert.deepEqual(parseTraceback(""), [{ kind: "text", text: "" }]);
  assert.deepEqual(parseTraceback("a\n\nb\n"), [{ kind: "text", text: "a\n\nb\n" }]);
});

/** A line, and the frame it is, as `file line column function`; null for prose. */
const LINES: readonly (readonly [string, string | null])[] = [
  ['  File "cart.py", line 12', "cart.py 12 null null"],
  ['  File "my "odd" cart.py", line 12, in <lambda>', 'my "odd" cart.py 12 null <lambda>'],
  ['  File "cart.py", line 0, in f', null],
  ['  File "cart.py", line 1234567890, in f', null],
  ["File /srv/cart.py:12, in total(items)", "/srv/cart.py 12 null total"],
  ["    at price (cart.js:1:2)", "cart.js 1 2 price"],
  ["    at async cart.js:1:2", "cart.js 1 2 null"],
  ["    at C:\\shop\\cart.js:1:2", "C:\\shop\\cart.js 1 2 null"],
  ["    at new Cart (file:///C:/shop/cart.js:1:2)", "file:///C:/shop/cart.js 1 2 new Cart"],
  ["    at Cart.f [as g] (a (b)/c.js:1:2)", "a (b)/c.js 1 2 Cart.f [as g]"],
  ["    at Array.map (<anonymous>)", "<anonymous> null null Array.map"],
  ["    at async Promise.all (index 0)", "index 0 null null Promise.all"],
  [
    "    at e (eval at a (eval at b (https://x/y.js:7:8), <anonymous>:1:1), <anonymous>:3:4)",
    "https://x/y.js 7 8 e",
  ],
  ["    at f (webpack-internal:///./a.js?1f2e:3:4)", "webpack-internal:///./a.js 3 4 f"],
  ["at 12:30:15", null],
  ["at the till", null],
  ["price@https://x/y.js#top:7:8", "https://x/y.js 7 8 price"],
  ["@https://x/y.js:7:8", "https://x/y.js 7 8 null"],
  ["@x/y@https://x/@z/y.js:7:8", "https://x/@z/y.js 7 8 @x/y"],
  ["f@https://x/y.js line 10 > eval line 2 > Function:3:4", "https://x/y.js 10 null f"],
  ["map@[native code]", "[native code] null null map"],
  ["ada@shop.example:80", null],
  ["git@https://shop.example:8080", null],
  ["\tat shop.Cart.price(Cart.java:31)", "Cart.java 31 null shop.Cart.price"],
  ["\tat shop.CartTest.no price(CartTest.kt:3)", "CartTest.kt 3 null shop.CartTest.no price"],
  ["\tat shop.Cart.price(Cart.java)", "Cart.java null null shop.Cart.price"],
  ["\tat shop.Cart.price(Native Method)", "Native Method null null shop.Cart.price"],
  ["\tat shop.Cart.price(Cart.java:31) ~[shop.jar:1.4]", "Cart.java 31 null shop.Cart.price"],
  ["\t/srv/cart.go:31", "/srv/cart.go 31 null null"],
  ["\tC:/shop/cart.go:31 +0x1d", "C:/shop/cart.go 31 null null"],
  ["cart.go:31", null],
  ["/srv/cart.rb:12:in `price'", "/srv/cart.rb 12 null price"],
  ["\tfrom /srv/cart.rb:12:in 'Cart#price'", "/srv/cart.rb 12 null Cart#price"],
  ["E, [2026-11-20] ERROR -- : /srv/cart.rb:12:in 'price': no", null],
  ["#0 /srv/cart.php(12): Shop\\Cart->price('a(1): b')", "/srv/cart.php 12 null Shop\\Cart->price"],
  ["#1 [internal function]: array_map(Object(Closure))", "[internal function] null null array_map"],
  ["#2 {main}", null],
  ["Error: no in /srv/cart.php:12", "/srv/cart.php 12 null null"],
  ["  thrown in C:\\shop\\cart.php on line 12", "C:\\shop\\cart.php 12 null null"],
  ["thread 'main' panicked at 'no', src/cart.rs:2:5", "src/cart.rs 2 5 null"],
  ["thread 'main' (71) panicked at src/cart.rs:2:5:", "src/cart.rs 2 5 null"],
  ["thread 'main' panicked at the till:", null],
  [
    "   at Cart.Price(String raw) in C:\\shop\\Cart.cs:line 31",
    "C:\\shop\\Cart.cs 31 null Cart.Price",
  ],
  ["   at System.Number.Parse(String s)", " null null System.Number.Parse"],
  ["2026-11-20 12:30:15 ERROR cart.py:12 no price", null],
];

for (const [line, wanted] of LINES) {
  Deno.test(`parseTraceback() reads ${JSON.stringify(line)}`, () => {
    const frame = framesOf(`first line\n${line}\r\nlast line`)[0];
    const given = frame && `${frame.file} ${frame.line} ${frame.column} ${frame.function}`;
    assert.equal(given ?? null, wanted);
  });
}

const LIBRARY_LINES = [
  '  File "/usr/lib/python3/dist-packages/apt.py", line 1, in f',
  '  File "/srv/.venv/lib/python3.12/site-packages/django/db.py", line 1, in f',
  '  File "/usr/lib/python3.11/asyncio/runners.py", line 1, in run',
  '  File "/usr/local/lib/python3.13t/json/decoder.py", line 1, in decode',
  '  File "C:\\Program Files\\Python312\\Lib\\asyncio\\runners.py", line 1, in run',
  '  File "C:\\ProgramData\\miniconda3\\envs\\shop\\lib\\json\\decoder.py", line 1, in decode',
  '  File "<frozen importlib._bootstrap>", line 1, in _load',
  '  File "<string>", line 1, in __init__',
  '  File "/usr/local/bin/gunicorn", line 8, in <module>',
  "    at f (/srv/node_modules/money/index.js:1:2)",
  "    at f (webpack:///./node_modules/money/index.js:1:2)",
  "    at f (node:internal/process/task_queues:95:5)",
  "    at f (internal/modules/cjs/loader.js:1:2)",
  "    at f (ext:core/01_core.js:1:2)",
  "    at f (chrome-extension://abc/content.js:1:2)",
  "    at f (https://cdn.jsdelivr.net/npm/vue@3/dist/vue.js:1:2)",
  "    at f (blob:https://shop.example/2037c04d:1:2)",
  "f@moz-extension://abc/content.js:1:2",
  "f@resource://gre/modules/a.js:1:2",
  "\tat java.base/java.lang.Thread.run(Thread.java:840)",
  "\tat org.springframework.web.servlet.FrameworkServlet.service(FrameworkServlet.java:1)",
  "\tat kotlin.collections.CollectionsKt.first(Collections.kt:1)",
  "\tat shop.Cart$$EnhancerBySpringCGLIB$$1a.price(Cart.java:1)",
  "\t/usr/local/go/src/net/http/server.go:1 +0x1",
  "\t/root/go/pkg/mod/github.com/x/y@v1.2.3/z.go:1 +0x1",
  "\t/srv/shop/vendor/github.com/x/y/z.go:1 +0x1",
  "\tgithub.com/x/y@v1.2.3/z.go:1 +0x1",
  "\tnet/http/server.go:1 +0x1",
  "/usr/lib/ruby/3.1.0/json/common.rb:1:in 'parse'",
  "/usr/local/bundle/gems/rack-3.0/lib/rack.rb:1:in 'call'",
  "actionpack (7.1.2) lib/a.rb:1:in 'call'",
  "<internal:kernel>:1:in 'loop'",
  "#0 /srv/vendor/laravel/a.php(1): f()",
  "   0: f\n             at /rustc/59807616/library/core/src/result.rs:1:5",
  "   0: f\n             at /root/.cargo/registry/src/index-1/tokio-1.0/src/a.rs:1:5",
  "   at Npgsql.Connector.Open() in /_/src/Npgsql/Connector.cs:line 1",
];

for (const line of LIBRARY_LINES) {
  Deno.test(`parseTraceback() takes ${JSON.stringify(line)} for a library's`, () => {
    assert.deepEqual(framesOf(`x\n${line}`).map((frame) => frame.inApp), [false]);
  });
}

const APPLICATION_LINES = [
  '  File "/srv/library/python/cart.py", line 1, in f',
  '  File "/home/ada/lib/cart.py", line 1, in f',
  '  File "<stdin>", line 1, in <module>',
  "    at f (/srv/modules/cart.js:1:2)",
  "    at f (https://shop.example/node.js:1:2)",
  "\tat javastuff.Cart.price(Cart.java:1)",
  "\tat organic.shop.Cart.price(Cart.java:1)",
  "\t/go/src/app/internal/cart.go:1 +0x1",
  "\tinternal/cart/cart.go:1 +0x1",
  "/srv/gemstones/cart.rb:1:in 'f'",
  "#0 /srv/vendors/cart.php(1): f()",
  "   0: f\n             at ./src/main.rs:1:5",
  "   at Systematic.Cart.Price() in /srv/Cart.cs:line 1",
];

for (const line of APPLICATION_LINES) {
  Deno.test(`parseTraceback() takes ${JSON.stringify(line)} for the application's`, () => {
    assert.deepEqual(framesOf(`x\n${line}`).map((frame) => frame.inApp), [true]);
  });
}

Deno.test("failingFrame() is the last frame in Python, the first in JavaScript", () => {
  assert.equal(failingPlace('File "a.py", line 1, in f\nFile "b.py", line 2, in g'), "b.py:2");
  assert.equal(failingPlace("Error\n    at f (a.js:1:1)\n    at g (b.js:2:1)"), "a.js:1");
});

Deno.test("failingFrame() falls back on libraries: Python's last one, elsewhere the first", () => {
  const python = '  File "/usr/lib/python3.12/a.py", line 1, in f\n' +
    '  File "/usr/lib/python3.12/b.py", line 2, in g\nKeyError';
  assert.equal(failingPlace(python), "/usr/lib/python3.12/b.py:2");
  assert.equal(failingPlace("E\n at f (node:a:1:1)\n at g (node:b:2:1)"), "node:a:1");
});

Deno.test("failingFrame() takes the root cause of a JVM, and never a suppressed exception", () => {
  const head = "shop.E: x\n\tat shop.A.a(A.java:1)\n";
  const suppressed = "\tSuppressed: shop.E: y\n\t\tat shop.B.b(B.java:2)\n" +
    "\tCaused by: shop.E: z\n\t\tat shop.C.c(C.java:3)\n";
  const cause =
    "Caused by: shop.E: w\n\tat shop.D.d(D.java:4)\n\tat shop.A.a(A.java:5)\n\t... 3 more";
  assert.equal(failingPlace(head), "A.java:1");
  assert.equal(failingPlace(head + suppressed), "A.java:1");
  assert.equal(failingPlace(head + suppressed + cause), "D.java:4");
});

Deno.test("failingFrame() keeps the outer exception where the JVM's cause is all libraries", () => {
  const traceback = "shop.E: x\n\tat shop.A.a(A.java:1)\n" +
    "Caused by: java.io.IOException: y\n\tat java.base/java.io.F.read(F.java:2)\n\t... 1 more";
  assert.equal(failingPlace(traceback), "A.java:1");
});

Deno.test("failingFrame() looks under Go's panic, of the first goroutine only", () => {
  const recovered = "goroutine 1 [running]:\nmain.recovered()\n\t/srv/a.go:1 +0x1\n" +
    "panic({0x1, 0x2})\n\t/usr/local/go/src/runtime/panic.go:860 +0x1\n" +
    "main.price()\n\t/srv/b.go:2 +0x1\n";
  assert.equal(failingPlace(recovered), "/srv/b.go:2");
  const other = "\ngoroutine 2 [running]:\npanic({0x1, 0x2})\n" +
    "\t/usr/local/go/src/runtime/panic.go:860 +0x1\nmain.other()\n\t/srv/c.go:3 +0x1\n";
  assert.equal(failingPlace(recovered + other), "/srv/b.go:2");
});

Deno.test("failingFrame() says which part it is", () => {
  for (const name of Object.keys(expected)) {
    const traceback = readGolden(name);
    const failing = failingFrame(traceback);
    if (failing === null) continue;
    const part = parseTraceback(traceback)[failing.part];
    assert.deepEqual(part?.kind === "frame" ? part.frame : null, failing.frame, name);
  }
});

Deno.test("failingFrame() is null where there is no location", () => {
  assert.equal(failingFrame(""), null);
  assert.equal(failingFrame("E\n    at Array.map (<anonymous>)"), null);
});

/** Lines of all the recorded tracebacks, shuffled, cut and mixed with anything. */
function anyTraceback(): fc.Arbitrary<string> {
  const lines = Object.keys(expected).flatMap((name) => readGolden(name).split("\n"));
  const line = fc.oneof(
    fc.constantFrom(...lines),
    fc.tuple(fc.constantFrom(...lines), fc.nat({ max: 80 })).map(([text, end]) =>
      text.slice(0, end)
    ),
    fc.string({ unit: "binary", maxLength: 60 }),
  );
  return fc.tuple(fc.array(line, { maxLength: 40 }), fc.constantFrom("\n", "\r\n", "\r", "\n\n"))
    .map(([chosen, newline]) => chosen.join(newline));
}

Deno.test("parseTraceback() gives parts that join back to any input", () => {
  fc.assert(
    fc.property(anyTraceback(), (traceback) => {
      assert.equal(join(parseTraceback(traceback)), traceback);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("parseTraceback() never gives two texts in a row, nor a line under 1", () => {
  fc.assert(
    fc.property(anyTraceback(), (traceback) => {
      const parts = parseTraceback(traceback);
      parts.forEach((part, index) => {
        if (part.kind === "text") assert.notEqual(parts[index + 1]?.kind, "text");
        else assert.ok(part.frame.line === null || part.frame.line >= 1);
      });
    }),
    { numRuns: 500 },
  );
});

Deno.test("failingFrame() is one of the located frames, the application's if there are any", () => {
  fc.assert(
    fc.property(anyTraceback(), (traceback) => {
      const located = framesOf(traceback).filter((frame) => frame.line !== null);
      const failing = failingFrame(traceback);
      assert.equal(failing === null, located.length === 0);
      if (failing === null) return;
      assert.equal(failing.frame.inApp, located.some((frame) => frame.inApp));
      const part = parseTraceback(traceback)[failing.part];
      assert.deepEqual(part?.kind === "frame" ? part.frame : null, failing.frame);
    }),
    { numRuns: 1000 },
  );
});

/** Texts that make careless patterns try every pair of positions; each is repeated to 256 KiB. */
const HOSTILE = [
  " ",
  "\n",
  "|",
  "abcd\n",
  'File "',
  `File "${"a".repeat(4000)}\n`,
  'File "", line \n',
  `File ${":1, in aaaaaaa".repeat(280)}\n`,
  "at ",
  `at ${"(".repeat(4000)})\n`,
  `at ${" (".repeat(2000)})\n`,
  `at ${"a.".repeat(250)}b(${"c".repeat(3000)})\n`,
  `at ${"a-".repeat(100)}${"/".repeat(200)}b(C.java:1)\n`,
  `at e (eval at ${"x (".repeat(1300)})\n`,
  `at ${") in ".repeat(400)}${":line ".repeat(300)}1\n`,
  `${"@a".repeat(2000)}1\n`,
  `${"@/".repeat(2000)}:1\n`,
  "@1\n",
  `#1 ${"(123456789".repeat(400)}\n`,
  ` in /${".php".repeat(1000)}:1\n`,
  `${" on line 1".repeat(400)}\n`,
  `${":in '".repeat(800)}\n`,
  "a:1:in 'b'\n",
  `\tx.go:1 ${"+0x1 fp=0x1 sp=0x1 ".repeat(200)}\n`,
  "main.f()\n\t/a.go:1\n",
  `${"a.".repeat(2000)}(\n\tx.go:1\n`,
  `thread ${" panicked at ".repeat(300)}:\n`,
  `1: ${" ".repeat(3000)}\n at a.rs:1:1\n`,
  `${"', ".repeat(1300)}1\n`,
  `${"1:".repeat(2000)}\n`,
  `a${" ".repeat(4000)}b\n`,
  "Caused by: x\n\tat a.b(C.java:1)\n",
];

Deno.test("failingFrame() and parseTraceback() stay quick on hostile input", () => {
  for (const text of HOSTILE) {
    const traceback = text.repeat(Math.ceil(256 * 1024 / text.length));
    const took = quickest(() => {
      failingFrame(traceback);
      parseTraceback(traceback);
    }, 500);
    // They take 1 to 20 ms; what is not linear takes seconds.
    assert.ok(took < 500, `${JSON.stringify(text.slice(0, 30))} took ${took} ms`);
  }
});
