import fc from "fast-check";
import assert from "node:assert/strict";
import { finds, Index, stored } from "./log_index.ts";

/** Few words, so that searches and lines meet; some of them awkward. */
const WORDS = [
  "a",
  "ab",
  "abc",
  "b1",
  "10",
  "1",
  "é",
  "éa",
  "aé1",
  "k",
  "\u212a",
  "İ",
  "Σ",
  "🔥",
  "x_y",
  "a-b",
];
const word = fc.constantFrom(
  ...WORDS,
  "A",
  "/a/b",
  "a.b",
  "k=v",
  'q"',
  "<a>",
  "a\\nb",
  "\n",
  "or",
  "not",
);
const name = fc.constantFrom("a", "ab", "x_y", "a.b", "k/v", "@t", "level");
const text = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(" "));
const random = fc.string({ unit: "binary", maxLength: 12 });
const value = fc.oneof(text, word, random, fc.integer({ min: 0, max: 120 }), fc.boolean());
const fields = fc.dictionary(name, fc.oneof(value, fc.dictionary(name, value, { maxKeys: 2 })), {
  minKeys: 1,
  maxKeys: 4,
});

/** JSON as different loggers write it: what may be escaped is, or is not. */
const ESCAPES = [/(?!)/g, /[^ -~]/g, /[^ -~]|[<>&'+]/g, /[^ -~]|[a-c]/g];
const json = fc.tuple(fields, fc.constantFrom(...ESCAPES)).map(([object, escaped]) =>
  JSON.stringify(object).replaceAll("/", "\\/").replaceAll(
    // What follows a backslash belongs to it.
    /(\\.)|([^])/g,
    (_whole, pair: string | undefined, character: string) =>
      pair ?? character.replace(escaped, unicodeEscape),
  )
);
const logfmt = fc.array(fc.tuple(name, fc.oneof(word, text)), { minLength: 1, maxLength: 4 }).map(
  (pairs) =>
    pairs.map(([key, one]) => `${key}=${/[\s"]/.test(one) ? JSON.stringify(one) : one}`).join(" "),
);
const line = fc.oneof(text, json, logfmt, random, json.map((one) => `12:00 INFO ${one}`))
  .map(stored);
const blocks = fc.array(fc.array(line, { minLength: 1, maxLength: 3 }), {
  minLength: 3,
  maxLength: 6,
});

/** A piece of a search, cut out of a line or made up. */
function piece(lines: readonly string[]): fc.Arbitrary<string> {
  const slice = fc.tuple(fc.constantFrom(...lines), fc.nat(60), fc.nat(12)).map((
    [from, at, length],
  ) => from.slice(at % (from.length + 1)).slice(0, length + 1));
  const literal = fc.oneof(slice, word, random);
  const field = fc.tuple(name, fc.oneof(word, text, slice, fc.constantFrom("1", "true")));
  return fc.oneof(
    literal,
    literal.map((one) => `${one}*`),
    literal.map((one) => `"${one}"`),
    field.map(([key, one]) => `${key}:${one}`),
    field.map(([key, one]) => `${key}:${one.slice(0, 2)}*`),
    field.map(([key, one]) => `${key}:"${one}"`),
    field.map(([key, one]) => `a.${key}:"${one}"`),
    fc.constantFrom("OR", "AND", "NOT", "OR NOT", '"'),
  );
}

Deno.test("The index and the anchor leave out no line that a search finds", () => {
  let found = 0;
  let narrowed = 0;
  const searched = blocks.chain((made) =>
    fc.tuple(
      fc.constant(made),
      fc.array(fc.array(piece(made.flat()), { minLength: 1, maxLength: 4 }), {
        minLength: 20,
        maxLength: 20,
      }),
    )
  );
  fc.assert(
    fc.property(searched, ([made, searches]) => {
      using index = new Index(made);
      for (const pieces of searches) {
        const { matches, candidates } = index.check(pieces.join(" "));
        found += matches;
        if (candidates < made.length) narrowed++;
      }
    }),
    { numRuns: 300 },
  );
  assert.ok(found > 1000 && narrowed > 1000, `${found} found, ${narrowed} narrowed`);
});

Deno.test("A word is found where it stands between characters that are neither letters nor digits", () => {
  const message = fc.oneof(line, fc.array(word).map((words) => words.join("")));
  fc.assert(
    fc.property(fc.stringMatching(/^[a-c0-1]{1,3}$/), message, (search, one) => {
      const tokens = one.toLowerCase().split(/[^a-z0-9]+/);
      assert.equal(finds(search, one), tokens.includes(search));
      const begins = tokens.some((token) => token.startsWith(search));
      assert.equal(finds(`${search}*`, one), begins);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("A phrase is found as a literal with whole edges", () => {
  const phrase = fc.oneof(text, random).map(stored).filter((one) => !/"|^$/.test(one));
  fc.assert(
    fc.property(phrase, line, fc.nat(50), (search, one, at) => {
      for (const message of [one, one.slice(0, at) + search + one.slice(at)]) {
        const literal = search.toLowerCase().replace(/[^]/g, unicodeEscape);
        const start = /^[a-z0-9]/.test(search.toLowerCase()) ? "(?<![a-z0-9])" : "";
        const end = /[a-z0-9]$/.test(search.toLowerCase()) ? "(?![a-z0-9])" : "";
        const expected = new RegExp(start + literal + end).test(message.toLowerCase());
        assert.equal(finds(`"${search}"`, message), expected);
      }
    }),
    { numRuns: 2000 },
  );
});

Deno.test("Words, OR and NOT mean what they say", () => {
  const letter = fc.constantFrom("a", "b", "c", "d");
  const condition = fc.tuple(letter, fc.boolean(), fc.constantFrom(" ", " AND "));
  const groups = fc.array(fc.array(condition, { minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(groups, fc.subarray(["a", "b", "c", "d"]), (given, there) => {
      const search = given.map((group) =>
        group.map(([one, negated, and], index) =>
          `${index === 0 ? "" : and}${negated ? "NOT " : ""}${one}`
        )
          .join("")
      ).join(" OR ");
      const expected = given.some((group) =>
        group.every(([one, negated]) => there.includes(one) !== negated)
      );
      assert.equal(finds(search, there.join(" ")), expected, search);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("A field is found by its name and value, in JSON and in logfmt", () => {
  const simple = fc.oneof(
    fc.constantFrom("a", "A b", "é x", "/a/b", "1.5", "a<b"),
    fc.nat(),
    fc.boolean(),
  );
  fc.assert(
    fc.property(name, simple, fields, (key, one, others) => {
      const search = `${key}:"${one}"`;
      const message = JSON.stringify({ ...others, [key]: one });
      const written = /\s/.test(String(one)) ? JSON.stringify(one) : one;
      const logfmt = [`z=1 ${key}=${written}`, `${key}=${written}`];
      const forms = [
        message,
        `12:00 ${message}`,
        message.replace(/[^ -~]|</g, unicodeEscape),
        // Its keys begin with a letter.
        ...(key.startsWith("@") ? [] : logfmt),
      ];
      for (const form of forms) {
        assert.equal(finds(search, form), true, form);
        using index = new Index([[form]]);
        index.check(search);
      }
      const other = JSON.stringify({ [key]: `${one}!`, [`${key}z`]: one });
      assert.equal(finds(search, other), false, other);
    }),
    { numRuns: 200 },
  );
});

function unicodeEscape(unit: string): string {
  return unit.split("").map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`).join(
    "",
  );
}
