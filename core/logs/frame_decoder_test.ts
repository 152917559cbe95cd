import assert from "node:assert/strict";
import { FrameDecoder } from "./frame_decoder.ts";

const TIME = '"time":"2026-11-20T17:31:00.123456789Z"';
const REST = `"stream":"stdout",${TIME}}`;

/** What a line says, as `stream text`, with `…` where no newline ends it; null when it is malformed. */
function read(line: string): string | null {
  const frame = new FrameDecoder();
  if (!frame.read(line)) return null;
  return `${frame.stream} ${frame.text}${frame.isEnded ? "" : "…"}`;
}

const LINES: readonly (readonly [string, string | null])[] = [
  [String.raw`{"log":"hello\n",${REST}`, "stdout hello"],
  [String.raw`{"log":"hello\n","stream":"stderr",${TIME}}`, "stderr hello"],
  [String.raw`{"log":"\n",${REST}`, "stdout "],
  [`{"log":"half",${REST}`, "stdout half…"],
  [`{"log":"",${REST}`, "stdout …"],
  [String.raw`{"log":"from a terminal\r\n",${REST}`, "stdout from a terminal"],
  [String.raw`{"log":"one\rtwo\n",${REST}`, "stdout one\rtwo"],
  [String.raw`{"log":"a \"quote\"\n",${REST}`, 'stdout a "quote"'],
  [String.raw`{"log":"ends in \"",${REST}`, 'stdout ends in "…'],
  [String.raw`{"log":"C:\\shop\\",${REST}`, "stdout C:\\shop\\…"],
  [String.raw`{"log":"C:\\shop\\\n",${REST}`, "stdout C:\\shop\\"],
  [String.raw`{"log":"n\\n",${REST}`, "stdout n\\n…"],
  [String.raw`{"log":"\u003ca\u003e\u0009\u001b[0m\n",${REST}`, "stdout <a>\t\x1b[0m"],
  [String.raw`{"log":"\ud83d\ude00 \ufffd ä\n",${REST}`, "stdout 😀 \ufffd ä"],
  [
    String.raw`{"log":"a\",\"stream\":\"stderr\",\"time\":\"x\n",${REST}`,
    'stdout a","stream":"stderr","time":"x',
  ],
  [String.raw`{"log":"a\nb\n",${REST}`, "stdout a\nb"],
  [String.raw`{"log":"a\n","stream":"stderr","attrs":{"tag":"x"},${TIME}}`, "stderr a"],
  [String.raw`{${TIME},"stream":"stderr","log":"a\n"}`, "stderr a"],
  [String.raw` { "log": "a\n", "stream": "stdout", ${TIME} } `, null],
  [String.raw`{ "log": "a\n", "stream": "stdout", ${TIME} } `, "stdout a"],
  [String.raw`{"log":"no stream\n",${TIME}}`, "stdout no stream"],
  [String.raw`{"log":"odd stream\n","stream":"stdin",${TIME}}`, "stdout odd stream"],
  ["", null],
  ["hello", null],
  ["null", null],
  ["17", null],
  ['"log"', null],
  ["[]", null],
  ["{}", null],
  [`{"log":17,${REST}`, null],
  [`{"message":"hello",${REST}`, null],
  [String.raw`{"log":"no time\n","stream":"stdout"}`, null],
  [String.raw`{"log":"a\n","stream":"stdout","time":"yesterday"}`, null],
  [String.raw`{"log":"a\n","stream":"stdout","time":17}`, null],
  [String.raw`{"log":"a\n","stream":"stdout","time":"2026-11-20T17:31:00Z"`, null],
  ['{"log":"hal', null],
  [String.raw`{"log":"\x\n",${REST}`, null],
  [String.raw`{"log":"hal{"log":"after a crash\n",${REST}`, "stdout after a crash"],
  [`\0\0\0{"log":"after zeros",${REST}`, "stdout after zeros…"],
];

for (const [line, wanted] of LINES) {
  Deno.test(`FrameDecoder.read() of ${JSON.stringify(line)}`, () => {
    assert.equal(read(line), wanted);
  });
}

const LONG_HEAD = '{"log":"a \\"long\\" \\u003cone\\u003e';

/** Head and tail of a line that was too long, and what is to be read of them. */
const LONG_LINES: readonly (readonly [string, string, string | null])[] = [
  [LONG_HEAD, String.raw`rest\n",${REST}`, 'stdout a "long" <one>'],
  [LONG_HEAD, `rest","stream":"stderr",${TIME}}`, 'stderr a "long" <one>…'],
  [`${LONG_HEAD}\\`, String.raw`\n",${REST}`, 'stdout a "long" <one>'],
  [`${LONG_HEAD}\\u00`, String.raw`\n",${REST}`, 'stdout a "long" <one>'],
  [
    LONG_HEAD,
    String.raw`x\n","stream":"stderr","attrs":{"tag":"x"},${TIME}}`,
    'stderr a "long" <one>',
  ],
  [LONG_HEAD, String.raw`\",\"time\":\"x\"}\n",${REST}`, 'stdout a "long" <one>'],
  [LONG_HEAD, "no end", null],
  [LONG_HEAD, '","stream":"stdout","time":"yesterday"}', null],
  ["rubbish", String.raw`rest\n",${REST}`, null],
  [String.raw`{"log":"\x`, String.raw`rest\n",${REST}`, null],
];

for (const [head, tail, wanted] of LONG_LINES) {
  Deno.test(`FrameDecoder.readLong() of ${JSON.stringify(head)} and ${JSON.stringify(tail)}`, () => {
    const frame = new FrameDecoder();
    const isRead = frame.readLong(head, tail);
    assert.equal(
      isRead ? `${frame.stream} ${frame.text}${frame.isEnded ? "" : "…"}` : null,
      wanted,
    );
  });
}

Deno.test("FrameDecoder reads the time to the millisecond", () => {
  const frame = new FrameDecoder();
  assert.ok(frame.read(String.raw`{"log":"a\n",${REST}`));
  assert.equal(frame.time, Date.parse("2026-11-20T17:31:00.123Z"));
  assert.ok(frame.readLong(LONG_HEAD, String.raw`rest\n",${REST}`));
  assert.equal(frame.time, Date.parse("2026-11-20T17:31:00.123Z"));
});
