import assert from "node:assert/strict";
import { EXPORT_FORMATS } from "./export_format.ts";
import type { LogEntry } from "./model.ts";

const ENTRY: LogEntry = {
  id: 7,
  timestamp: "2026-11-20T17:31:00.123Z",
  container: "shop-api",
  stream: "stderr",
  level: "ERROR",
  message: 'Traceback:\r\n  File "a.py"\n\nValueError: é\n',
  raw: "Traceback: …",
};

Deno.test("the text format begins each entry with its time, and indents its further lines", () => {
  assert.equal(
    EXPORT_FORMATS.text.write(ENTRY),
    "2026-11-20T17:31:00.123Z shop-api ERROR Traceback:\n" +
      '      File "a.py"\n    \n    ValueError: é\n',
  );
  assert.equal(
    EXPORT_FORMATS.text.write({ ...ENTRY, message: "" }),
    "2026-11-20T17:31:00.123Z shop-api ERROR \n",
  );
});

Deno.test("the ndjson format is an entry as the API tells it, in one line", () => {
  const line = EXPORT_FORMATS.ndjson.write(ENTRY);
  assert.match(line, /^[^\n]+\n$/);
  assert.deepEqual(JSON.parse(line), ENTRY);
});
