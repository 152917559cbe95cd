import assert from "node:assert/strict";
import { DAY } from "../clock.ts";
import { createLogger } from "../logger.ts";
import { DockerLog } from "../../tests/support/docker_logs.ts";
import { finish, START, withLogs } from "./store_test_support.ts";
import { Tailer } from "./tailer.ts";
import { lines, withTailer, write } from "./tailer_test_support.ts";

Deno.test("Tailer stores each line once, over polls and restarts", () =>
  withTailer(async ({ container, poll, settle, restart, stored }) => {
    const web = container("web");
    write(web, 1, 3);
    await poll();
    write(web, 4, 5);
    await poll();
    restart();
    write(web, 6, 6);
    await poll();
    restart();
    await settle();
    await settle();
    assert.deepEqual(stored(), lines(1, 6));
  }));

Deno.test("Tailer joins an entry over a poll and over a restart in its middle", () =>
  withTailer(async ({ container, poll, settle, restart, stored }) => {
    const web = container("web");
    const trace = ["Traceback (most recent call last):", '  File "a.py", line 1, in f', "    x()"];
    for (const line of trace.slice(0, 2)) web.write("stderr", line);
    await poll();
    restart();
    for (const line of trace.slice(2)) web.write("stderr", line);
    await poll();
    web.write("stderr", "ValueError: no");
    await settle();
    assert.deepEqual(stored(), [`web: ${[...trace, "ValueError: no"].join("\n")}`]);
  }));

Deno.test("Tailer reads a file of many chunks whole", () =>
  withTailer(async ({ container, settle, tailer }) => {
    const web = container("web");
    const text = "x".repeat(1000);
    for (let n = 1; n <= 3000; n++) web.write("stdout", `line ${n} ${text}`);
    await settle();
    assert.equal(tailer.state.stored, 3000);
  }));

Deno.test("Tailer reads a container whose description cannot be read", () =>
  withTailer(async ({ container, settle, stored }) => {
    const web = container("web");
    await Deno.remove(`${web.folder}/config.v2.json`);
    await Deno.mkdir(`${web.folder}/config.v2.json`);
    write(web, 1, 2);
    await settle();
    assert.deepEqual(stored(), lines(1, 2, web.id.slice(0, 12)));
  }));

Deno.test("Tailer reads all of a container that came while nobody looked", () =>
  withTailer(async ({ container, settle, restart, stored }) => {
    write(container("old"), 1, 1);
    await settle();
    restart({ tailBuffer: 1 });
    write(container("new"), 1, 30);
    await settle();
    assert.deepEqual(stored().filter((line) => line.startsWith("new")), lines(1, 30, "new"));
  }, { clock: { now: () => START - 365 * DAY } }));

Deno.test("Tailer waits for the rest of a line that is half written", () =>
  withTailer(async ({ container, poll, settle, stored }) => {
    const web = container("web");
    write(web, 1, 1);
    const [line = ""] = web.lines("stdout", "line 2");
    const rest = web.appendHalf(line, 20);
    await settle();
    rest();
    await poll();
    await settle();
    assert.deepEqual(stored(), lines(1, 2));
  }));

Deno.test("Tailer reads the end of a file that is there at the first look, and all of later ones", () =>
  withTailer(async ({ container, poll, settle, restart, stored }) => {
    const old = container("old");
    write(old, 1, 50);
    const lineBytes = Deno.statSync(old.path).size / 50;
    restart({ tailBuffer: Math.round(lineBytes * 2.5) });
    await poll();
    write(container("new"), 1, 50);
    await settle();
    assert.deepEqual(stored().filter((line) => line.startsWith("old")), lines(49, 50, "old"));
    assert.deepEqual(stored().filter((line) => line.startsWith("new")), lines(1, 50, "new"));
  }));

Deno.test("Tailer begins at a line's start where the buffer ends just before it", () =>
  withTailer(async ({ container, settle, restart, stored }) => {
    const web = container("web");
    write(web, 1, 4);
    const before = web.size;
    write(web, 5, 8);
    restart({ tailBuffer: web.size - before });
    await settle();
    assert.deepEqual(stored(), lines(5, 8));
  }));

Deno.test("Tailer goes on with a renamed container, under its new name", () =>
  withTailer(async ({ container, settle, stored }) => {
    const web = container("web");
    write(web, 1, 2);
    await settle();
    web.rename("shop");
    write(web, 3, 4);
    await settle();
    assert.deepEqual(stored(), [...lines(1, 2), ...lines(3, 4, "shop")]);
  }));

Deno.test("Tailer follows only containers that are asked for", () =>
  withTailer(async ({ container, settle, stored, tailer }) => {
    write(container("web"), 1, 1);
    write(container("db"), 1, 1);
    await settle();
    assert.deepEqual(stored(), lines(1, 1));
    assert.deepEqual([tailer.state.containersFound, tailer.state.containersFollowed], [2, 1]);
  }, { isFollowed: (name) => name === "web" }));

Deno.test("Tailer skips and counts malformed lines, and says so once a minute", () =>
  withTailer(async (bench) => {
    const web = bench.container("web");
    write(web, 1, 1);
    for (const line of ["nonsense", "{", '{"log":1}', "[]", "null"]) web.append(`${line}\n`);
    write(web, 2, 2);
    await bench.settle();
    assert.deepEqual(bench.stored(), lines(1, 2));
    assert.equal(bench.malformed, 5);
    assert.equal(bench.warnings.length, 1);
  }));

Deno.test("Tailer stores the last entry of a container that was removed, also after a restart", () =>
  withTailer(async ({ container, poll, settle, restart, stored }) => {
    const web = container("web");
    write(web, 1, 2);
    await poll();
    web.remove();
    restart();
    await settle();
    await settle();
    assert.deepEqual(stored(), lines(1, 2));
  }));

Deno.test("Tailer tells of a folder that is not there, and reads it once it is", () =>
  withTailer(async (bench) => {
    await Deno.remove(bench.sources);
    await bench.poll();
    await bench.poll();
    assert.match(bench.tailer.state.problem ?? "", /^Log folder .* does not exist\. /);
    assert.equal(bench.warnings.length, 1);
    await Deno.mkdir(bench.sources);
    write(bench.container("web"), 1, 2);
    await bench.settle();
    assert.equal(bench.tailer.state.problem, null);
    assert.deepEqual(bench.stored(), lines(1, 2));
  }));

Deno.test("Tailer doubles nothing when the folder is away for a while", () =>
  withTailer(async ({ container, settle, sources, stored }) => {
    const web = container("web");
    write(web, 1, 2);
    await settle();
    await Deno.rename(sources, `${sources}-away`);
    await settle();
    await Deno.rename(`${sources}-away`, sources);
    write(web, 3, 3);
    await settle();
    assert.deepEqual(stored(), lines(1, 3));
  }));

Deno.test("Tailer reads again what could not be stored", () =>
  withLogs(100_000, async ({ store, search }) => {
    const sources = await Deno.makeTempDir();
    using web = new DockerLog(sources, "web");
    write(web, 1, 5);
    let isFull = true;
    let elapsed = 0;
    const tailer = new Tailer({
      store: {
        get total() {
          return store.total;
        },
        trimmed: 0,
        cursors: () => store.cursors(),
        append(batch, now) {
          if (isFull) throw new Error("The disk is full");
          return store.append(batch, now);
        },
        trim: () => store.trim(),
        forgetCursors: (ids) => store.forgetCursors(ids),
        close: () => store.close(),
      },
      sources,
      isFollowed: () => true,
      tailBuffer: 0,
      clock: { now: () => START },
      elapsed: () => elapsed,
      logger: createLogger({ service: "test", level: "ERROR" }),
      onStored: () => {},
      onMalformed: () => {},
      onTrimmed: () => {},
    });
    await assert.rejects(tailer.poll(), /full/);
    await assert.rejects(tailer.poll(), /full/);
    isFull = false;
    await tailer.poll();
    elapsed += 2000;
    await tailer.poll();
    const { logs } = finish(search.page({ containers: [], levels: [], limit: 10, offset: 0 }));
    assert.deepEqual(
      logs.map(({ message }) => message).reverse(),
      [1, 2, 3, 4, 5].map((n) => `line ${n}`),
    );
    await Deno.remove(sources, { recursive: true });
  }));
