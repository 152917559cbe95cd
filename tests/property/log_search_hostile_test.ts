import assert from "node:assert/strict";
import { finds, Index, stored } from "./log_index.ts";

const LONG = "x".repeat(1000);
const HOSTILE = [
  ...['"', '""', '"""', '""""', '"a', 'a"', 'a"b', '"a"b', '"a" "', '" "', '"*', '"a"**', '*"a"'],
  ...[
    "*",
    "**",
    "* *",
    "-",
    "-x",
    "--x",
    "+",
    "+a",
    "^a",
    "a^2",
    "(",
    ")",
    "()",
    "(a",
    "a)",
    "(((((",
  ],
  ...["OR", "AND", "NOT", "OR OR OR", "NOT NOT NOT", "AND OR NOT", "a OR", "OR a", "NOT a OR NOT"],
  ...[
    "NEAR",
    "NEAR(a b, 2)",
    "a NEAR b",
    "text:a",
    "text : a",
    "{text}: a",
    "-text:a",
    ":",
    "::",
    ":a",
  ],
  ...["a:", 'a:"', 'a:"b', 'a:""', "a:*", "a:b:c:d", "a.b.c:d*", "_:é", "_:x", "@:@", "a:\\u0061"],
  ...[
    "\0",
    "a\0b",
    "\x1e",
    "\ud800",
    "\udfff\ud800",
    "a\ud83d",
    "🔥*",
    "\ufeff",
    "é",
    "İ",
    "ß*",
    "Σς",
  ],
  ...[
    "%",
    "_",
    "\\",
    '\\"',
    "';--",
    "' OR 1=1",
    "a;b",
    "rowid:1",
    "rank MATCH 'x'",
    "`a`",
    "$1",
    "?1",
  ],
  ...["\u2028", "\u00a0a\u00a0", "a,b", "#", "[a]", "{a}", "|", "&&", "!", "~", "=", "\n", "a\nb"],
  LONG,
  `${LONG}*`,
  '"'.repeat(1000),
  "*".repeat(1000),
  "(".repeat(1000),
  "NOT ".repeat(250),
  "NOT ".repeat(249) + "a",
  "a OR ".repeat(200) + "b",
  Array.from({ length: 40 }, (_, i) => `w${i}`).join(" OR "),
  Array.from({ length: 50 }, (_, i) => `w${i}`).join(" OR "),
  Array.from({ length: 51 }, (_, i) => `w${i}`).join(" OR "),
  "OR ".repeat(333),
  "AND NOT OR ".repeat(90),
  Array.from({ length: 300 }, (_, i) => i).join(" "),
  Array.from({ length: 300 }, (_, i) => i).join("/"),
  Array.from({ length: 49 }, () => Array.from({ length: 60 }, (_, i) => i).join(" ")).join(" OR "),
  "a:".repeat(500),
  "a.".repeat(400) + ":x",
  "a:b OR ".repeat(100),
  "NOT a:b ".repeat(100),
  '"a b" '.repeat(160),
  'a:"b c" '.repeat(120),
  "é1".repeat(500),
  "\ud800".repeat(1000),
  "\0".repeat(1000),
];

Deno.test("Any search is taken, and FTS5 takes what the index is asked", () => {
  const blocks = [["", "a b c", LONG], ["é1é1é1", 'a:b a="b c"'], HOSTILE.map(stored)];
  using index = new Index(blocks);
  for (const search of HOSTILE) index.check(search);
});

Deno.test("What is typed is found as it stands, where it is no syntax", () => {
  const syntax = /^\s|\s$|\*$|\b(?:OR|AND|NOT)\b|^".*"$|"(?:\s|$)/s;
  const typed = HOSTILE.filter((text) => text.trim() !== "" && !syntax.test(text));
  assert.ok(typed.length > 60, `${typed.length}`);
  for (const text of typed) assert.equal(finds(text, stored(`> ${text} <`)), true, text);
});
