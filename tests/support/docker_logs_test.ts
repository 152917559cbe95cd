import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { dockerLines, dockerTime, textAfterDocker } from "./docker_json.ts";
import { DockerLog, type DockerLogOptions } from "./docker_logs.ts";

const T = 1_795_195_860_123_456_780n;

Deno.test("dockerTime() drops zeros at the end, as Go does", () => {
  assert.equal(dockerTime(T), "2026-11-20T17:31:00.12345678Z");
  assert.equal(dockerTime(T - T % 1_000_000_000n), "2026-11-20T17:31:00Z");
  assert.equal(dockerTime(T - T % 1_000_000_000n + 7n), "2026-11-20T17:31:00.000000007Z");
});

// What a real engine wrote for `printf 'a<b>&"\\\t\r\001\177\xe2\x80\xa8\xff\xfex\n'`.
Deno.test("dockerLines() escapes as the engine", () => {
  const printed = new Uint8Array([
    ...new TextEncoder().encode('a<b>&"\\\t\r\u0001\u007f\u2028'),
    0xff,
    0xfe,
    0x78,
  ]);
  assert.deepEqual(dockerLines("stdout", printed, T), [
    '{"log":"a\\u003cb\\u003e\\u0026\\"\\\\\\u0009\\r\\u0001\u007f\\u2028\\ufffd\\ufffdx\\n",' +
    '"stream":"stdout","time":"2026-11-20T17:31:00.12345678Z"}\n',
  ]);
  assert.equal(textAfterDocker(printed), 'a<b>&"\\\t\r\u0001\u007f\u2028��x');
});

Deno.test("dockerLines() replaces each byte that is no UTF-8", () => {
  const rows: readonly (readonly [readonly number[], string])[] = [
    [[0xc3, 0xa4], "ä"],
    [[0xf0, 0x9f, 0x90, 0x8b], "🐋"],
    [[0xf0, 0x9f, 0x90], "\ufffd\ufffd\ufffd"],
    [[0xc0, 0x80], "\ufffd\ufffd"],
    [[0xed, 0xa0, 0x80], "\ufffd\ufffd\ufffd"],
    [[0xf5, 0x80, 0x80, 0x80], "\ufffd\ufffd\ufffd\ufffd"],
    [[0x61, 0x80, 0x62], "a\ufffdb"],
    [[0xef, 0xbb, 0xbf, 0x61], "\ufeffa"],
  ];
  for (const [bytes, text] of rows) {
    const [line = ""] = dockerLines("stderr", new Uint8Array(bytes), T);
    assert.equal(JSON.parse(line).log, `${text}\n`);
    assert.equal(textAfterDocker(new Uint8Array(bytes)), text);
  }
});

Deno.test("dockerLines() cuts after 16384 bytes, one time for all, a newline in the last", () => {
  const lengths = (message: string, unended = false) =>
    dockerLines("stdout", message, T, { unended }).map((line) => {
      const { log, time } = JSON.parse(line);
      assert.equal(time, "2026-11-20T17:31:00.12345678Z");
      return log.endsWith("\n") ? `${log.length - 1}n` : `${log.length}`;
    });
  assert.deepEqual(lengths("x".repeat(16_383)), ["16383n"]);
  assert.deepEqual(lengths("x".repeat(16_384)), ["16384", "0n"]);
  assert.deepEqual(lengths("x".repeat(40_000)), ["16384", "16384", "7232n"]);
  assert.deepEqual(lengths(""), ["0n"]);
  assert.deepEqual(lengths("half", true), ["4"]);
  assert.deepEqual(lengths("", true), []);
  const cut = `${"x".repeat(16_383)}äz`;
  assert.equal(textAfterDocker(cut), `${"x".repeat(16_383)}\ufffd\ufffdz`);
  assert.deepEqual(lengths(cut), ["16384", "2n"]);
});

Deno.test("DockerLog writes a folder as Docker's", () =>
  inFolder((root) => {
    using log = new DockerLog(root, "web");
    assert.match(log.id, /^[0-9a-f]{64}$/);
    log.write("stdout", "hello");
    const config = () => JSON.parse(Deno.readTextFileSync(`${log.folder}/config.v2.json`));
    assert.equal(config().Name, "/web");
    assert.equal(config().ID, log.id);
    assert.equal((Deno.statSync(log.path).mode ?? 0) & 0o777, 0o640);
    log.rename("shop");
    assert.deepEqual([log.name, config().Name], ["shop", "/shop"]);
    assert.deepEqual(namesIn(log.folder).filter((name) => name.startsWith(".")), []);
    log.remove();
    assert.deepEqual(namesIn(root), []);
  }));

Deno.test("DockerLog gives every line a later time, whatever the clock says", () =>
  inFolder((root) => {
    const times = [1000, 1000, 900, 1000.5, 2000];
    using log = new DockerLog(root, "web", { now: () => times.shift() ?? 3000 });
    for (let at = 0; at < 6; at++) log.write("stdout", `${at}`);
    const written = entriesOf(log.path).map(({ time }) =>
      time.replace(/[.Z]/g, "").padEnd(30, "0")
    );
    assert.deepEqual(written, [...written].sort());
    assert.equal(new Set(written).size, 6);
  }));

Deno.test("DockerLog goes on with what is there", () =>
  inFolder((root) => {
    {
      using log = new DockerLog(root, "web");
      log.write("stdout", "one");
    }
    using again = new DockerLog(root, "web", { maxSize: 100, maxFile: 2 });
    again.write("stdout", "two");
    assert.deepEqual(textsOf(again.path), ["one\n", "two\n"]);
    again.write("stdout", "three");
    assert.deepEqual(textsOf(again.path), ["three\n"]);
  }));

Deno.test("DockerLog rotates by renaming: the newest is .1, the oldest goes", () =>
  inFolder((root) => {
    using log = filled(root, { maxSize: 1, maxFile: 3 }, 5);
    assert.deepEqual(textsOf(log.path), ["4\n"]);
    assert.deepEqual(textsOf(`${log.path}.1`), ["3\n"]);
    assert.deepEqual(textsOf(`${log.path}.2`), ["2\n"]);
    assert.equal(log.rotations, 4);
    assert.deepEqual(logNames(log), ["", ".1", ".2"]);
  }));

Deno.test("DockerLog compresses rotated files, with the last time in their header", () =>
  inFolder((root) => {
    using log = filled(root, { maxSize: 1, maxFile: 3, compress: true }, 5);
    assert.deepEqual(logNames(log), ["", ".1.gz", ".2.gz"]);
    const gzip = Deno.readFileSync(`${log.path}.2.gz`);
    const { log: text, time } = JSON.parse(gunzipSync(gzip).toString());
    assert.equal(text, "2\n");
    const extra = new TextDecoder().decode(gzip.subarray(12, 12 + (gzip[10] ?? 0)));
    assert.deepEqual(JSON.parse(extra), { lastTime: time });
  }));

Deno.test("DockerLog can leave a file half compressed, the plain one beside it", () =>
  inFolder((root) => {
    using log = filled(root, { maxSize: 1, maxFile: 3, compress: true, compressLater: true }, 2);
    assert.deepEqual(logNames(log), ["", ".1"]);
    log.compress(0.5);
    assert.deepEqual(logNames(log), ["", ".1", ".1.gz"]);
    assert.throws(() => gunzipSync(Deno.readFileSync(`${log.path}.1.gz`)));
    log.compress();
    assert.deepEqual(logNames(log), ["", ".1.gz"]);
    assert.equal(
      JSON.parse(gunzipSync(Deno.readFileSync(`${log.path}.1.gz`)).toString()).log,
      "0\n",
    );
    log.rotate();
    log.write("stdout", "next");
    assert.deepEqual(logNames(log), ["", ".1", ".2.gz"]);
  }));

Deno.test("DockerLog with one file empties it in place, or replaces it", () =>
  inFolder((root) => {
    using emptied = new DockerLog(root, "emptied", { single: "truncate" });
    using open = Deno.openSync(emptied.path);
    const { inode } = emptied;
    emptied.write("stdout", "old");
    emptied.rotate();
    assert.equal(emptied.inode, inode);
    emptied.write("stdout", "new");
    assert.deepEqual(textsOf(emptied.path), ["new\n"]);
    assert.equal(open.statSync().size, emptied.size);

    using replaced = new DockerLog(root, "replaced", { single: "replace" });
    using held = Deno.openSync(replaced.path);
    replaced.write("stdout", "old");
    replaced.rotate();
    assert.equal(replaced.size, 0);
    assert.ok(held.statSync().size > 0);
  }));

Deno.test("DockerLog writes half a line, and the rest later", () =>
  inFolder((root) => {
    using log = new DockerLog(root, "web");
    const [line = ""] = log.lines("stdout", "grüße");
    const finish = log.appendHalf(line, 12);
    assert.equal(Deno.statSync(log.path).size, 12);
    finish();
    assert.deepEqual(textsOf(log.path), ["grüße\n"]);
  }));

function filled(root: string, options: DockerLogOptions, lines: number): DockerLog {
  const log = new DockerLog(root, "web", options);
  for (let at = 0; at < lines; at++) log.write("stdout", `${at}`);
  return log;
}

async function inFolder(test: (root: string) => void): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "monlight-test-" });
  try {
    test(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

function entriesOf(path: string): { readonly log: string; readonly time: string }[] {
  return Deno.readTextFileSync(path).trimEnd().split("\n").map((line) => JSON.parse(line));
}

function textsOf(path: string): readonly string[] {
  return entriesOf(path).map(({ log }) => log);
}

function namesIn(folder: string): readonly string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

/** Ends of the names of its files. */
function logNames(log: DockerLog): readonly string[] {
  const start = `${log.id}-json.log`;
  return namesIn(log.folder).filter((name) => name.startsWith(start)).map((name) =>
    name.slice(start.length)
  );
}
