/**
 * The baseline of relaying: the least that could make stacks readable and hand them on, with the same runtime
 * and a public library. No keys, no checks, no limits, no queue, no excerpt. Arguments: port, database file,
 * file of the source map, and the address of a bare server that counts; without one it counts itself.
 */
import { DatabaseSync } from "node:sqlite";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";

const [port, path, mapFile = "", upstream] = Deno.args;
const map = new TraceMap(await Deno.readTextFile(mapFile));
const database = new DatabaseSync(upstream ? ":memory:" : path ?? ":memory:");
database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
  CREATE TABLE errors (id INTEGER PRIMARY KEY, at TEXT, body TEXT)`);
const insert = database.prepare("INSERT INTO errors (at, body) VALUES (?, ?)");
const begin = database.prepare("BEGIN IMMEDIATE");
const commit = database.prepare("COMMIT");

interface Waiting {
  readonly text: string;
  readonly resolve: (response: Response) => void;
}

let waiting: Waiting[] = [];

function flush(): void {
  const batch = waiting;
  waiting = [];
  begin.run();
  for (const { text } of batch) insert.run(new Date().toISOString(), text);
  commit.run();
  for (const { resolve } of batch) resolve(new Response('{"status":"created"}'));
}

function readable(stack: string): string {
  return stack.replaceAll(/\((\S+):(\d+):(\d+)\)/g, (frame, _url, line, column) => {
    const at = originalPositionFor(map, { line: Number(line), column: Number(column) - 1 });
    return at.source === null ? frame : `(${at.source}:${at.line}:${at.column})`;
  });
}

Deno.serve({ hostname: "127.0.0.1", port: Number(port), onListen() {} }, async (request) => {
  const error = JSON.parse(await request.text());
  const text = JSON.stringify({ ...error, traceback: readable(error.stack) });
  if (upstream) {
    const answer = await fetch(upstream, { method: "POST", body: text });
    return new Response(await answer.text());
  }
  return await new Promise<Response>((resolve) => {
    waiting.push({ text, resolve });
    if (waiting.length === 1) setImmediate(flush);
  });
});
