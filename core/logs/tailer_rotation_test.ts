import assert from "node:assert/strict";
import { lines, withTailer, write } from "./tailer_test_support.ts";

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

Deno.test("Tailer joins a message that goes on in a file that was empty when it was found", () =>
  withTailer(async ({ container, poll, settle, stored }) => {
    const web = container("web", { maxFile: 3 });
    const [head = "", tail = ""] = web.lines("stdout", "a".repeat(20_000));
    web.append(head);
    web.rotate();
    await poll();
    web.append(tail);
    await settle();
    assert.deepEqual(stored(), [`web: ${"a".repeat(20_000)}`]);
  }));

Deno.test("Tailer does not join a message to the end of another when what was between is gone", () =>
  withTailer(async ({ container, poll, settle, restart, stored }) => {
    const web = container("web", { maxFile: 3, compress: true });
    const message = (letter: string) => web.lines("stdout", letter.repeat(20_000));
    const [head = ""] = message("a");
    web.append(head);
    web.rotate();
    // The file that it stops in is empty.
    await poll();
    restart();
    for (const n of [1, 2, 3]) {
      write(web, n, n);
      web.rotate();
    }
    const [lost = "", tail = ""] = message("b");
    web.append(lost);
    for (const part of [tail, ...web.lines("stdout", "line 4"), ...web.lines("stdout", "line 5")]) {
      web.rotate();
      web.append(part);
    }
    await settle();
    assert.deepEqual(stored(), [
      `web: ${"a".repeat(16 * 1024)}`,
      `web: ${"b".repeat(20_000 - 16 * 1024)}`,
      ...lines(4, 5),
    ]);
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
