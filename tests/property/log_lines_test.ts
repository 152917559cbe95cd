import fc from "fast-check";
import assert from "node:assert/strict";
import { LineAssembler } from "../../core/logs/assembler.ts";
import type { NewEntry, Stream } from "../../core/logs/model.ts";

const GOLDEN = new URL("../golden/logs/", import.meta.url);

/** The recorded log files, by name, as lines. */
const FILES: ReadonlyMap<string, readonly string[]> = new Map(
  [...Deno.readDirSync(GOLDEN)].filter(({ name }) => name.endsWith(".jsonl")).map(({ name }) => [
    name,
    Deno.readTextFileSync(new URL(name, GOLDEN)).trimEnd().split("\n"),
  ]),
);

const ALL_LINES = [...FILES.values()].flat();

class Shop {
  readonly entries: NewEntry[] = [];
  assembler = new LineAssembler("shop", (entry) => this.entries.push(entry));

  /** Goes on with another assembler, as after a restart. */
  restart(): void {
    const saved = this.assembler.save();
    this.assembler = new LineAssembler("shop", (entry) => this.entries.push(entry));
    this.assembler.restore(saved, 0);
  }

  finish(): NewEntry[] {
    this.assembler.flush(0);
    return this.entries;
  }
}

function read(lines: readonly string[]): NewEntry[] {
  const shop = new Shop();
  for (const line of lines) shop.assembler.line(line, 0);
  return shop.finish();
}

function ofStream(entries: readonly NewEntry[], stream: Stream): NewEntry[] {
  return entries.filter((entry) => entry.stream === stream);
}

function frame(log: string, stream: Stream): string {
  return JSON.stringify({ log, stream, time: "2026-11-20T17:31:00.123Z" });
}

/** What a recorded line says, in another stream. */
function inStream(line: string, stream: Stream): string {
  return frame(JSON.parse(line).log, stream);
}

for (const [name, lines] of FILES) {
  Deno.test(`A restart after any line of ${name} changes no entry`, () => {
    const wanted = read(lines);
    for (let stop = 0; stop <= lines.length; stop++) {
      const shop = new Shop();
      for (const [at, line] of lines.entries()) {
        if (at === stop) shop.restart();
        shop.assembler.line(line, 0);
      }
      if (stop === lines.length) shop.restart();
      for (const stream of ["stdout", "stderr"] as const) {
        assert.deepEqual(ofStream(shop.finish(), stream), ofStream(wanted, stream), `${stop}`);
      }
    }
  });
}

Deno.test("Restarts after every line change no entry, whatever lines follow on each other", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...ALL_LINES), { maxLength: 60 }), (lines) => {
      const shop = new Shop();
      for (const line of lines) {
        shop.assembler.line(line, 0);
        shop.restart();
      }
      assert.deepEqual(shop.finish(), read(lines));
    }),
    { numRuns: 300 },
  );
});

Deno.test("What one stream says does not depend on the other", () => {
  const file = fc.constantFrom(...FILES.values());
  fc.assert(
    fc.property(file, file, fc.infiniteStream(fc.boolean()), (out, err, turns) => {
      const outLines = out.map((line) => inStream(line, "stdout"));
      const errLines = err.map((line) => inStream(line, "stderr"));
      const mixed: string[] = [];
      for (let o = 0, e = 0; o < outLines.length || e < errLines.length;) {
        const fromOut = e === errLines.length || (o < outLines.length && turns.next().value);
        mixed.push((fromOut ? outLines[o++] : errLines[e++]) ?? "");
      }
      const entries = read(mixed);
      assert.deepEqual(ofStream(entries, "stdout"), read(outLines));
      assert.deepEqual(ofStream(entries, "stderr"), read(errLines));
    }),
    { numRuns: 200 },
  );
});

/** Lines of programs, whole and cut, and anything. */
const message = fc.oneof(
  fc.constantFrom(...ALL_LINES).map((line) => `${JSON.parse(line).log}`.trimEnd()),
  fc.tuple(fc.constantFrom(...ALL_LINES), fc.nat(60)).map(([line, end]) =>
    `${JSON.parse(line).log}`.trimEnd().slice(0, end)
  ),
  fc.string({ unit: "binary", maxLength: 60 }).map((text) => text.replaceAll(/[\n\r]/g, "")),
  fc.constantFrom("", " ", "\t"),
);

Deno.test("Every line is in one entry, once, in its order, whenever entries are flushed", () => {
  const step = fc.record({ text: message, flush: fc.boolean(), restart: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      const shop = new Shop();
      for (const { text, flush, restart } of steps) {
        assert.ok(shop.assembler.line(frame(`${text}\n`, "stdout"), 0));
        if (flush) shop.assembler.flush(0);
        if (restart) shop.restart();
      }
      const wanted = steps.map(({ text }) => text.toWellFormed())
        .map((text) => text.replaceAll("\0", "\u2400").replaceAll("\x1e", "\u241e"));
      const given = shop.finish().flatMap(({ raw }) => raw.split("\n"));
      const isLine = (text: string) => text.trim() !== "" && !text.includes("\x1b");
      assert.deepEqual(given.filter(isLine), wanted.filter(isLine));
    }),
    { numRuns: 1000 },
  );
});

Deno.test("A message in pieces makes the entries that it makes whole", () => {
  const cuts = fc.array(fc.nat(200), { maxLength: 5 });
  fc.assert(
    fc.property(fc.array(fc.tuple(message, cuts), { maxLength: 20 }), (parts) => {
      const whole = parts.map(([text]) => frame(`${text}\n`, "stderr"));
      const pieces = parts.flatMap(([text, cuts]) => {
        const ends = cuts.map((end) => end % (text.length + 1)).sort((a, b) => a - b);
        // Docker leaves no half of a surrogate pair.
        const isCut = (at: number) => (text.charCodeAt(at) & 0xfc00) !== 0xdc00;
        const starts = [0, ...ends.filter(isCut)];
        return starts.map((start, at) => frame(text.slice(start, starts[at + 1]), "stderr"))
          .concat(frame("\n", "stderr"));
      });
      assert.deepEqual(read(pieces), read(whole));
    }),
    { numRuns: 500 },
  );
});

Deno.test("Numbered lines are an entry each", () => {
  const prefix = fc.constantFrom(
    "",
    "line ",
    "line-",
    "no. ",
    "job #",
    "Line ",
    "log line ",
    "seq=",
    "n:",
  );
  fc.assert(
    fc.property(
      prefix,
      fc.nat(10_000_000),
      fc.constantFrom("", " of many", ".", ": ok"),
      (a, n, b) => {
        const lines = [0, 1, 2, 3].map((at) => `${a}${n + at}${b}`);
        const entries = read(lines.map((text) => frame(`${text}\n`, "stdout")));
        assert.deepEqual(entries.map(({ message }) => message), lines);
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("Nothing that is read or restored throws", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.json(),
    fc.tuple(fc.constantFrom(...ALL_LINES), fc.nat(400), fc.nat(400), fc.string({ unit: "binary" }))
      .map(([line, start, end, noise]) => line.slice(0, start) + noise + line.slice(end)),
    fc.jsonValue().map((log) => JSON.stringify({ log, stream: log, time: "2026-11-20T17:31:00Z" })),
  );
  const savedEntry = fc.record({
    time: fc.double(),
    level: fc.constantFrom("INFO", "LOUD"),
    message: fc.string(),
    blanks: fc.oneof(fc.double(), fc.integer()),
    shape: fc.constantFrom("go", "frames", "round"),
  });
  const savedStream = fc.record({ last: savedEntry, doubted: savedEntry, pieces: savedEntry });
  const saved = fc.oneof(
    text,
    fc.constantFrom(...ALL_LINES).map((line) => {
      const shop = new Shop();
      shop.assembler.line(line, 0);
      return shop.assembler.save() ?? "";
    }).chain((whole) => fc.nat(whole.length).map((end) => whole.slice(0, end))),
    fc.dictionary(fc.constantFrom("stdout", "stderr"), fc.oneof(fc.jsonValue(), savedStream))
      .map((one) => JSON.stringify(one)),
  );
  fc.assert(
    fc.property(fc.array(text, { maxLength: 8 }), saved, (texts, saved) => {
      const shop = new Shop();
      shop.assembler.restore(saved, 0);
      for (const one of texts) {
        shop.assembler.line(one, 0);
        shop.assembler.longLine(one, texts[0] ?? "", 0);
        shop.restart();
      }
      for (const { message, raw, time } of shop.finish()) {
        assert.ok(message.isWellFormed() && raw.isWellFormed() && Number.isFinite(time));
        for (const text of [message, raw]) {
          assert.ok(!text.includes("\0") && !text.includes("\x1e"));
        }
      }
    }),
    { numRuns: 2000 },
  );
});
