import assert from "node:assert/strict";
import { DAY } from "../clock.ts";
import { createLogger } from "../logger.ts";
import { DockerLog, type DockerLogOptions } from "../../tests/support/docker_logs.ts";
import { finish, START, withLogs } from "./store_test_support.ts";
import { Tailer, type TailerOptions } from "./tailer.ts";

/** A folder of containers, and a tailer of it whose time is turned by hand. */
interface Bench {
  readonly sources: string;
  readonly warnings: string[];
  /** A container of the folder. */
  container(name: string, options?: DockerLogOptions): DockerLog;
  poll(): Promise<boolean>;
  /** What comes 2 s later, when open entries are whole. */
  settle(): Promise<void>;
  /** As a new process would, on the same database. */
  restart(options?: Partial<TailerOptions>): void;
  /** All messages, oldest first, as `container: message`. */
  stored(): readonly string[];
  readonly tailer: Tailer;
  readonly malformed: number;
}

function withTailer(
  work: (bench: Bench) => Promise<void>,
  options: Partial<TailerOptions> = {},
): Promise<void> {
  return withLogs(100_000, async ({ store, search }) => {
    const sources = await Deno.makeTempDir();
    const logs: DockerLog[] = [];
    const warnings: string[] = [];
    let elapsed = 0;
    let malformed = 0;
    const start = (changed: Partial<TailerOptions> = {}) =>
      new Tailer({
        store,
        sources,
        isFollowed: () => true,
        tailBuffer: 0,
        clock: { now: () => START + elapsed },
        elapsed: () => elapsed,
        logger: createLogger({
          service: "test",
          level: "WARN",
          write: (line) => warnings.push(JSON.parse(line).msg),
        }),
        onStored: () => {},
        onMalformed: () => malformed++,
        ...options,
        ...changed,
      });
    let tailer = start();
    try {
      await work({
        sources,
        warnings,
        container(name, logOptions) {
          const log = new DockerLog(sources, name, logOptions);
          logs.push(log);
          return log;
        },
        poll: () => tailer.poll(),
        async settle() {
          await tailer.poll();
          elapsed += 2000;
          await tailer.poll();
        },
        restart: (changed) => tailer = start(changed),
        stored: () =>
          finish(search.page({ containers: [], levels: [], limit: 500, offset: 0 }))
            .logs.toReversed().map(({ container, message }) => `${container}: ${message}`),
        get tailer() {
          return tailer;
        },
        get malformed() {
          return malformed;
        },
      });
    } finally {
      for (const log of logs) log.close();
      await Deno.remove(sources, { recursive: true });
    }
  });
}

const lines = (from: number, to: number, name = "web") =>
  Array.from({ length: to - from + 1 }, (_, n) => `${name}: line ${from + n}`);

function write(log: DockerLog, from: number, to: number): void {
  for (let n = from; n <= to; n++) log.write("stdout", `line ${n}`);
}

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

for (const compress of [false, true]) {
  const how = compress ? "packed" : "plain";

  Deno.test(`Tailer reads rotated files to their end first (${how})`, () =>
    withTailer(async ({ container, poll, settle, restart, stored }) => {
      const web = container("web", { maxFile: 5, compress });
      write(web, 1, 3);
      await poll();
      write(web, 4, 5);
      web.rotate();
      write(web, 6, 7);
      web.rotate();
      write(web, 8, 9);
      await poll();
      web.rotate();
      restart();
      write(web, 10, 11);
      await settle();
      assert.deepEqual(stored(), lines(1, 11));
    }));

  Deno.test(`Tailer reads rotated files of a container that it never saw (${how})`, () =>
    withTailer(async ({ container, settle, stored }) => {
      const web = container("web", { maxFile: 3, compress });
      write(web, 1, 2);
      web.rotate();
      write(web, 3, 4);
      web.rotate();
      write(web, 5, 6);
      await settle();
      assert.deepEqual(stored(), lines(1, 6));
    }));
}

Deno.test("Tailer reads many rotated files some at a time, all in their order", () =>
  withTailer(async ({ container, poll, settle, stored }) => {
    const web = container("web", { maxFile: 1000 });
    write(web, 1, 1);
    await poll();
    for (let n = 2; n <= 200; n++) {
      web.rotate();
      write(web, n, n);
    }
    while (await poll());
    await settle();
    assert.deepEqual(stored(), lines(1, 200));
  }));

Deno.test("Tailer reads a file of many chunks whole", () =>
  withTailer(async ({ container, settle, tailer }) => {
    const web = container("web");
    const text = "x".repeat(1000);
    for (let n = 1; n <= 3000; n++) web.write("stdout", `line ${n} ${text}`);
    await settle();
    assert.equal(tailer.state.stored, 3000);
  }));

Deno.test("Tailer reads on where a packed file is damaged", () =>
  withTailer(async ({ sources, container, settle, restart, stored }) => {
    const web = container("web", { maxFile: 5 });
    write(web, 1, 2);
    await Deno.writeFile(`${web.path}.1.gz`, new Uint8Array(0));
    await Deno.writeFile(`${web.path}.2.gz`, new Uint8Array(3000).fill(7));
    await settle();
    assert.deepEqual(stored(), lines(1, 2));
    restart();
    write(web, 3, 3);
    await settle();
    assert.deepEqual(stored(), lines(1, 3));
    const handles = [...Deno.readDirSync("/proc/self/fd")].map(({ name }) => {
      try {
        return Deno.readLinkSync(`/proc/self/fd/${name}`);
      } catch {
        return "";
      }
    });
    assert.deepEqual(handles.filter((path) => path.startsWith(sources) && path.endsWith("gz")), []);
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

Deno.test("Tailer reads what is there when the file it was in was rotated away", () =>
  withTailer(async ({ container, poll, settle, stored }) => {
    const web = container("web", { maxFile: 2 });
    write(web, 1, 2);
    await poll();
    for (const start of [3, 5, 7]) {
      web.rotate();
      write(web, start, start + 1);
    }
    await settle();
    assert.deepEqual(stored(), [...lines(1, 2), ...lines(5, 8)]);
  }));

Deno.test("Tailer begins anew in a file that was emptied, however long it has grown since", () =>
  withTailer(async ({ container, poll, settle, stored }) => {
    const shorter = container("shorter");
    const longer = container("longer");
    for (const log of [shorter, longer]) write(log, 1, 3);
    await poll();
    for (const log of [shorter, longer]) Deno.truncateSync(log.path);
    write(shorter, 4, 4);
    write(longer, 4, 30);
    await settle();
    await settle();
    const of = (name: string) => stored().filter((line) => line.startsWith(name));
    assert.deepEqual(of("shorter"), lines(1, 4, "shorter"));
    assert.deepEqual(of("longer"), lines(1, 30, "longer"));
  }));

Deno.test("Tailer does not read a rotated file again when the current one was emptied", () =>
  withTailer(async ({ container, poll, settle, stored }) => {
    const web = container("web", { maxFile: 3 });
    write(web, 1, 2);
    web.rotate();
    write(web, 3, 4);
    await settle();
    Deno.truncateSync(web.path);
    write(web, 5, 6);
    await poll();
    await settle();
    assert.deepEqual(stored(), lines(1, 6));
  }));

Deno.test("Tailer goes on in the copy when a file was copied and then emptied", () =>
  withTailer(async ({ container, poll, settle, stored }) => {
    const web = container("web");
    write(web, 1, 2);
    await poll();
    write(web, 3, 4);
    Deno.copyFileSync(web.path, `${web.path}.1`);
    Deno.truncateSync(web.path);
    write(web, 5, 6);
    await settle();
    assert.deepEqual(stored(), lines(1, 6));
  }));

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
