import { LOGGED, testJoiner, TRACEBACK } from "./multiline_test_support.ts";

testJoiner([
  {
    sentence: "joins chained tracebacks",
    entries: [
      [
        ...TRACEBACK,
        "",
        "During handling of the above exception, another exception occurred:",
        "",
        ...TRACEBACK,
        "",
        "The above exception was the direct cause of the following exception:",
        "",
        ...TRACEBACK,
      ],
      ["hello"],
    ],
  },
  {
    sentence: "joins an exception without a message, and one that reads like a level",
    entries: [
      [...TRACEBACK.slice(0, 2), "KeyboardInterrupt"],
      [...TRACEBACK.slice(0, 2), "Error: Incorrect padding"],
      ["Error: b"],
    ],
  },
  {
    sentence: "begins at a level even where an exception is missing",
    entries: [TRACEBACK.slice(0, 3), ["2026-11-20 17:31:00 INFO a"]],
  },
  {
    sentence: "joins what a database says of its exception",
    entries: [
      [
        ...TRACEBACK.slice(0, 2),
        'psycopg2.errors.UndefinedTable: relation "carts" does not exist',
        "LINE 1: SELECT * FROM carts",
        "                      ^",
        "",
        "[SQL: SELECT * FROM carts]",
        "(Background on this error at: https://sqlalche.me/e/20/f405)",
      ],
      ["hello"],
    ],
  },
  {
    sentence: "joins the fields of a validation error",
    entries: [[
      ...TRACEBACK.slice(0, 2),
      "pydantic_core._pydantic_core.ValidationError: 2 validation errors for Cart",
      "id",
      "  Field required [type=missing]",
      "items.0.price",
      "  Input should be a valid number",
    ], ["two words"]],
  },
  {
    sentence: "joins a traceback from a worker process",
    entries: [[
      "multiprocessing.pool.RemoteTraceback: ",
      '"""',
      ...TRACEBACK,
      '"""',
      "",
      "The above exception was the direct cause of the following exception:",
      "",
      ...TRACEBACK,
    ]],
  },
  {
    sentence: "begins with an exception group after a plain line",
    entries: [["line 1"], [
      "  + Exception Group Traceback (most recent call last):",
      "  | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)",
    ], ["line 2"]],
  },
  {
    sentence: "joins an exception group to the line of its logger",
    entries: [[
      LOGGED,
      "  + Exception Group Traceback (most recent call last):",
      '  |   File "/srv/shop/group.py", line 20, in <module>',
      "  | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)",
      "  +-+---------------- 1 ----------------",
      "    | ValueError: n/a",
      "    +------------------------------------",
    ]],
  },
  {
    sentence: "joins the threads that Python shows when it crashes, and a stack without exception",
    entries: [
      [
        "Fatal Python error: Segmentation fault",
        "",
        "Thread 0x00007f3a2b1c9d0e (most recent call first):",
        '  File "/srv/shop/cart.py", line 7 in wait',
        "",
        "Current thread 0x00007f3a2b1c9d0f (most recent call first):",
        '  File "/srv/shop/cart.py", line 12 in price',
      ],
      [LOGGED, "Stack (most recent call last):", '  File "/srv/shop/cart.py", line 12, in price'],
      ["hello"],
    ],
  },
  {
    sentence: "joins the future of a task",
    entries: [["Task exception was never retrieved", "future: <Task finished>", ...TRACEBACK]],
  },
]);
