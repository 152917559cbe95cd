import assert from "node:assert/strict";
import { LineAssembler } from "./assembler.ts";
import { CUT_MARK, ENTRY_SEPARATOR, LIMITS, type NewEntry, type Stream } from "./model.ts";

const GOLDEN = new URL("../../tests/golden/logs/", import.meta.url);

/** An entry as the golden files show it, with `raw` only where it differs. */
interface GoldenEntry {
  readonly time: string;
  readonly stream: string;
  readonly level: string;
  readonly lines: readonly string[];
  readonly raw?: readonly string[];
}

const TIME = Date.parse("2026-11-20T17:31:00.123Z");

class Collector {
  readonly entries: NewEntry[] = [];
  readonly assembler = new LineAssembler("shop", (entry) => this.entries.push(entry));

  get messages(): string[] {
    return this.entries.map(({ message }) => message);
  }

  log(text: string, { stream = "stdout", now = 0 }: { stream?: Stream; now?: number } = {}): void {
    const time = new Date(TIME + now).toISOString();
    assert.ok(this.assembler.line(JSON.stringify({ log: text, stream, time }), now));
  }

  /** All messages, also of what was open. */
  finish(): string[] {
    this.assembler.flush(Infinity);
    return this.messages;
  }
}

function goldenEntry({ time, stream, level, message, raw }: NewEntry): GoldenEntry {
  const entry = {
    time: new Date(time).toISOString(),
    stream,
    level,
    lines: message.split("\n"),
  };
  return raw === message ? entry : { ...entry, raw: raw.split("\n") };
}

const names = [...Deno.readDirSync(GOLDEN)].map(({ name }) => name);

Deno.test("tests/golden/logs has entries for each stream, and a stream for all entries", () => {
  const streams = names.filter((name) => name.endsWith(".jsonl"));
  const entries = names.filter((name) => name.endsWith(".entries.json"));
  assert.ok(streams.length > 0);
  assert.deepEqual(
    entries.map((name) => name.replace(".entries.json", ".jsonl")).sort(),
    streams.sort(),
  );
});

for (const file of names.filter((name) => name.endsWith(".jsonl"))) {
  Deno.test(`LineAssembler makes the entries of tests/golden/logs/${file}`, () => {
    const text = Deno.readTextFileSync(new URL(file, GOLDEN));
    const wanted: GoldenEntry[] = JSON.parse(
      Deno.readTextFileSync(new URL(file.replace(".jsonl", ".entries.json"), GOLDEN)),
    );
    const shop = new Collector();
    for (const line of text.trimEnd().split("\n")) assert.ok(shop.assembler.line(line, 0), line);
    shop.finish();
    const given = shop.entries.map(goldenEntry);
    for (const stream of ["stdout", "stderr"]) {
      assert.deepEqual(
        given.filter((entry) => entry.stream === stream),
        wanted.filter((entry) => entry.stream === stream),
      );
    }
  });
}

Deno.test("LineAssembler gives an entry its container, stream, time and level", () => {
  const shop = new Collector();
  shop.log("INFO: \x1b[1mhello\x1b[0m\n", { stream: "stderr" });
  shop.finish();
  assert.deepEqual(shop.entries, [{
    time: TIME,
    container: "shop",
    stream: "stderr",
    level: "INFO",
    message: "INFO: hello",
    raw: "INFO: \x1b[1mhello\x1b[0m",
  }]);
});

Deno.test("LineAssembler gives entries the name that the container has by then", () => {
  const shop = new Collector();
  shop.log("hello\n");
  shop.assembler.container = "renamed";
  shop.finish();
  assert.equal(shop.entries[0]?.container, "renamed");
});

Deno.test("LineAssembler.line() is false for malformed lines, and goes on", () => {
  const shop = new Collector();
  shop.log("a\n");
  for (const line of ["", "rubbish", '{"log":"b\\n"}', "\x00\x00", '{"log":1,"time":2}']) {
    assert.equal(shop.assembler.line(line, 0), false);
  }
  shop.log("  b\n");
  assert.deepEqual(shop.finish(), ["a\n  b"]);
});

Deno.test("LineAssembler joins the pieces of each stream, with the time of the first", () => {
  const shop = new Collector();
  const full = "x".repeat(16 * 1024);
  shop.log(full, { now: 1 });
  shop.log("other\n", { stream: "stderr", now: 2 });
  shop.log("end\n", { now: 3 });
  shop.finish();
  assert.deepEqual(shop.entries.map(({ time, message }) => [time - TIME, message]), [
    [1, `${full}end`],
    [2, "other"],
  ]);
});

Deno.test("LineAssembler joins short pieces, but not over a pause: the process had ended", () => {
  const shop = new Collector();
  shop.log("half ");
  shop.log("a line\n", { now: 1 });
  shop.log("last words", { now: 2000 });
  shop.log("Starting\n", { now: 2184 });
  assert.deepEqual(shop.finish(), ["half a line", "last words", "Starting"]);
  assert.deepEqual(shop.entries.map(({ time }) => time - TIME), [0, 2000, 2184]);
});

Deno.test("LineAssembler cuts and marks what is longer than the limit", () => {
  const shop = new Collector();
  const text = "x".repeat(LIMITS.message);
  shop.log(`${text}\n`);
  shop.log(`${text}y\n`);
  shop.log("next\n");
  assert.deepEqual(shop.finish(), [text, text + CUT_MARK, "next"]);
});

Deno.test("LineAssembler cuts what comes in pieces as soon as it is too long", () => {
  const shop = new Collector();
  const full = `\x1b[1m${"x".repeat(16 * 1024 - 4)}`;
  for (let piece = 0; piece < 100; piece++) shop.log(full, { now: piece });
  assert.ok((shop.assembler.save() ?? "").length < 3 * LIMITS.message);
  shop.log("end\n", { now: 100 });
  shop.log("next\n", { now: 101 });
  const [long, next] = shop.finish();
  assert.equal(next, "next");
  assert.ok(long?.endsWith(CUT_MARK) && !long.includes("\x1b"));
  assert.equal(shop.entries[0]?.raw.length, LIMITS.message + CUT_MARK.length);
});

Deno.test("LineAssembler.longLine() keeps the beginning of a line, and marks it", () => {
  const shop = new Collector();
  const tail = '…\\n","stream":"stderr","time":"2026-11-20T17:31:00.123Z"}';
  assert.ok(shop.assembler.longLine(`{"log":"${"\\u003c".repeat(LIMITS.message + 9)}`, tail, 0));
  assert.ok(shop.assembler.longLine('{"log":"ERROR: no', tail, 0));
  assert.equal(shop.assembler.longLine("rubbish", tail, 0), false);
  assert.equal(shop.assembler.longLine('{"log":"a', "rubbish", 0), false);
  shop.log("next\n", { stream: "stderr" });
  shop.finish();
  assert.deepEqual(shop.entries.map(({ stream, level, message }) => [stream, level, message]), [
    ["stderr", "ERROR", "<".repeat(LIMITS.message) + CUT_MARK],
    ["stderr", "ERROR", `ERROR: no${CUT_MARK}`],
    ["stderr", "ERROR", "next"],
  ]);
});

Deno.test("LineAssembler shows what cannot be stored by visible symbols", () => {
  const shop = new Collector();
  shop.log(`a\0b${ENTRY_SEPARATOR}c\ud800d\n`);
  shop.finish();
  assert.equal(shop.entries[0]?.message, "a\u2400b\u241ec\ufffdd");
  assert.equal(shop.entries[0]?.raw, "a\u2400b\u241ec\ufffdd");
});

Deno.test("LineAssembler.flush() gives out the streams of which nothing was read since", () => {
  const shop = new Collector();
  shop.log("a\n", { now: 1000 });
  shop.log("b\n", { now: 2000, stream: "stderr" });
  shop.assembler.flush(999);
  assert.deepEqual(shop.messages, []);
  shop.assembler.flush(1000);
  assert.deepEqual(shop.messages, ["a"]);
  shop.log("  c\n", { now: 3000, stream: "stderr" });
  shop.assembler.flush(2999);
  assert.ok(shop.assembler.isOpen);
  shop.assembler.flush(3000);
  assert.deepEqual(shop.messages, ["a", "b\n  c"]);
  assert.ok(!shop.assembler.isOpen);
});

Deno.test("LineAssembler.flush() gives out a line without newline, and an entry in doubt", () => {
  const shop = new Collector();
  shop.log("17:31:00 ERROR a\n");
  shop.log("shop.NoPrice: b\n");
  shop.log("last words", { stream: "stderr" });
  assert.deepEqual(shop.messages, []);
  assert.deepEqual(shop.finish(), ["17:31:00 ERROR a", "shop.NoPrice: b", "last words"]);
});

Deno.test("LineAssembler.flush() does not wait for ever for blank lines", () => {
  const shop = new Collector();
  shop.log("a\n", { now: 1000 });
  shop.log("\n", { now: 2500 });
  shop.assembler.flush(1000);
  assert.deepEqual(shop.messages, ["a"]);
  shop.log("\n", { now: 5000 });
  assert.ok(!shop.assembler.isOpen);
});

Deno.test("LineAssembler.save() is null where nothing is open", () => {
  const shop = new Collector();
  assert.equal(shop.assembler.save(), null);
  shop.log("a\n");
  assert.notEqual(shop.assembler.save(), null);
  shop.finish();
  assert.equal(shop.assembler.save(), null);
});

Deno.test("LineAssembler.restore() takes up what was open, as read at its time", () => {
  const before = new Collector();
  before.log("17:31:00 ERROR \x1b[1ma\x1b[0m\n");
  before.log("\n");
  before.log("shop.NoPrice: b\n");
  before.log("x".repeat(20_000), { stream: "stderr" });
  const after = new Collector();
  after.assembler.restore(before.assembler.save(), 5000);
  after.assembler.flush(4999);
  assert.deepEqual(after.messages, []);
  after.log("\tat shop.Cart.price(Cart.java:31)\n", { now: 5000 });
  after.log("end\n", { stream: "stderr", now: 5000 });
  assert.deepEqual(after.finish(), [
    "17:31:00 ERROR a\n\nshop.NoPrice: b\n\tat shop.Cart.price(Cart.java:31)",
    `${"x".repeat(20_000)}end`,
  ]);
  assert.deepEqual(after.entries.map(({ time, level }) => [time, level]), [
    [TIME, "ERROR"],
    [TIME, "ERROR"],
  ]);
});

Deno.test("LineAssembler.restore() of what it did not save is nothing", () => {
  const saved = [
    null,
    "",
    "rubbish",
    "null",
    "17",
    "[]",
    '{"stdout":17,"stderr":{"last":{"time":"x"},"pieces":[]}}',
    '{"stdout":{"last":{"time":1,"level":"LOUD","message":"a"}}}',
    '{"stdout":{"pieces":{"time":1,"lastTime":2,"text":3}}}',
  ];
  for (const text of saved) {
    const shop = new Collector();
    shop.log("a\n");
    shop.assembler.restore(text, 0);
    assert.ok(!shop.assembler.isOpen, `${text}`);
    shop.log("b\n");
    assert.deepEqual(shop.finish(), ["b"]);
  }
});
