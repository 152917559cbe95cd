import { testJoiner } from "./multiline_test_support.ts";

const STACK = ["\tat shop.Cart.price(Cart.java:31)", "\t... 12 more"];
const CAUSE = ["Caused by: java.io.IOException: closed", "\tat shop.Db.read(Db.java:7)"];
const FRAMES = ["    at price (/srv/shop/cart.js:4:21)", "    at node:internal/main:28:49"];
const GOROUTINE = ["goroutine 1 [running]:", "main.(*Cart).price(...)", "\t/srv/shop/main.go:15"];

testJoiner([
  {
    sentence: "joins a Java stack to its exception",
    entries: [['Exception in thread "main" java.lang.Error: a', ...STACK, ...CAUSE], ["b"]],
  },
  {
    sentence: "joins a Java exception to the line of its logger, once it has frames",
    entries: [["2026-11-20 17:31:00 ERROR Cart - a", "", "shop.NoPrice: n/a", ...STACK, ...CAUSE], [
      "b",
    ]],
  },
  {
    sentence: "joins frames that were left out",
    entries: [["shop.NoPrice: a", ...STACK, "... 3 more", "Suppressed: b"], ["... and so on"]],
  },
  {
    sentence: "keeps an exception without frames apart",
    entries: [["17:31:00 ERROR Cart - a"], ["java.io.IOException: b"], ["ValueError: c"], ["d"]],
  },
  {
    sentence: "keeps an exception apart from a plain line and from another stack",
    entries: [["line 1"], ["shop.NoPrice: a", ...STACK], ["shop.NoPrice: b", ...STACK], ["c"]],
  },
  {
    sentence: "joins an exception whose message has indented lines",
    entries: [["17:31:00 ERROR a", "shop.BatchFailure: b", "  Detail: c", ...STACK], ["d"]],
  },
  {
    sentence: "takes the level below the line of java.util.logging",
    entries: [
      ["Nov 20, 2026 5:31:00 PM shop.Cart price", "SEVERE: a", "shop.NoPrice: b", ...STACK],
      ["Nov 20, 2026 5:31:00 PM shop.Cart price", "INFO: b"],
    ],
  },
  { sentence: "joins a JavaScript stack", entries: [["TypeError: a", ...FRAMES], ["b"]] },
  {
    sentence: "joins a JavaScript stack to the line of its logger",
    entries: [["error: no price", "TypeError: a", ...FRAMES], ["info: b"]],
  },
  {
    sentence: "joins what Node prints of an error that it did not expect",
    entries: [
      [
        "/srv/shop/cart.js:4",
        "function price(raw) { return raw.price.toFixed(2); }",
        "                                       ^",
        "",
        "Error: no price",
        ...FRAMES,
        "",
        "Node.js v20.20.2",
      ],
      ["b"],
    ],
  },
  {
    sentence: "joins an object that was thrown",
    entries: [[
      "node:internal/process/promises:394",
      "      triggerUncaughtException(err, true /* fromPromise */);",
      "      ^",
      "",
      '[UnhandledPromiseRejection: with the reason "a".] {',
      "  code: 'ERR_UNHANDLED_REJECTION'",
      "}",
      "",
      "Node.js v20.20.2",
    ]],
  },
  {
    sentence: "joins Node's hint to its warning",
    entries: [["(node:1) Warning: a", "(Use `node --trace-warnings ...` to show where)"], ["(b)"]],
  },
  {
    sentence: "joins a Go panic with all goroutines",
    entries: [
      [
        "panic: runtime error: index out of range [3] with length 0",
        "[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x46]",
        "",
        ...GOROUTINE,
        "main.main()",
        "\t/srv/shop/main.go:45 +0xc99",
        "",
        "goroutine 18 [select]:",
        "net/http.(*conn).serve(0xc0001, {0x1, 0x2})",
        "\t/usr/local/go/src/net/http/server.go:2 +0x1",
        "created by net/http.(*Server).Serve in goroutine 1",
        "\t/usr/local/go/src/net/http/server.go:3 +0x1",
        "exit status 2",
      ],
      ["hello"],
    ],
  },
  {
    sentence: "joins goroutines to the line of a logger",
    entries: [["2026/11/20 17:31:00 http: panic serving 172.18.0.1:5: a", ...GOROUTINE], ["b"]],
  },
  {
    sentence: "joins the stack below a line of zap",
    entries: [
      [
        "2026-11-20T17:31:00.2Z\tERROR\tmain.go:17\ta",
        "main.charge",
        "\t/srv/shop/main.go:17",
        "runtime.main",
        "\t/usr/local/go/src/runtime/proc.go:290",
      ],
      ["2026-11-20T17:31:00.2Z\tINFO\tmain.go:18\tb"],
    ],
  },
  {
    sentence: "keeps names with dots apart",
    entries: [["a.example"], ["b.example"], ["c.example"]],
  },
  {
    sentence: "joins a Rust panic with its backtrace",
    entries: [
      [""],
      [
        "thread 'main' (7) panicked at src/main.rs:3:21:",
        "called `Result::unwrap()` on an `Err` value: NoPrice",
        "stack backtrace:",
        "   0: shop::price",
        "             at ./src/main.rs:3:21",
        "note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.",
      ],
      ["hello"],
    ],
  },
  {
    sentence: "joins a Rust panic of old",
    entries: [
      [
        "thread 'main' panicked at 'a', src/cart.rs:2:5",
        "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
      ],
      ["thread 'main' panicked at 'b', src/cart.rs:2:5"],
      ["hello"],
    ],
  },
  {
    sentence: "joins a PHP error with its stack, also over a message of many lines",
    entries: [
      [
        "PHP Fatal error:  Uncaught DomainException: empty amount",
        "of money in /srv/shop/Money.php:7",
        "Stack trace:",
        "#0 /srv/shop/index.php(16): parse()",
        "#1 {main}",
        "",
        "Next RuntimeException: failed in /srv/shop/index.php:5",
        "Stack trace:",
        "#0 {main}",
        "  thrown in /srv/shop/index.php on line 5",
      ],
      ["#1 of many"],
    ],
  },
  {
    sentence: "joins the stack of Laravel",
    entries: [
      [
        '[2026-11-20 17:31:00] production.ERROR: a {"exception":"[object] (b at /srv/a.php:8)',
        "[stacktrace]",
        "#0 /srv/a.php(7): f()",
        '"} ',
      ],
      ["hello"],
    ],
  },
  {
    sentence: "joins Ruby frames, with a cause",
    entries: [
      [
        "/srv/shop/cart.rb:6:in `checkout': checkout failed (RuntimeError)",
        "\tfrom /srv/shop/cart.rb:11:in `<main>'",
        "<internal:kernel>:173:in `Float': invalid value (ArgumentError)",
        "\tfrom /srv/shop/cart.rb:11:in `price'",
      ],
      ["hello"],
    ],
  },
  {
    sentence: "joins Ruby frames that are not indented",
    entries: [["NoMethodError (undefined):", "", "app/a.rb:31:in `price'", "app/b.rb:2:in 'f'"], [
      "b",
    ]],
  },
  {
    sentence: "joins a .NET exception with its cause",
    entries: [[
      "Unhandled exception. System.InvalidOperationException: a",
      " ---> System.FormatException: b",
      "   at Shop.Cart.Price(String raw) in /src/Cart.cs:line 31",
      "--- End of stack trace from previous location ---",
    ], ["b"]],
  },
  {
    sentence: "joins frames that are not indented",
    entries: [["Error: a", "at price (/srv/shop/cart.js:4:21)"], ["at the till"], ["at 12:30:15"]],
  },
]);
