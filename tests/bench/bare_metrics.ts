/**
 * The baseline of metrics: the least that could keep samples durably, with the same runtime and the same way
 * of sharing commits: a row for each. No authentication, no checks, no series, nothing rolled up. Arguments:
 * port, database file.
 */
import { DatabaseSync } from "node:sqlite";

const [port, path] = Deno.args;
const database = new DatabaseSync(path ?? ":memory:");
database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
  CREATE TABLE samples (id INTEGER PRIMARY KEY, time TEXT, name TEXT, labels TEXT, value REAL);`);
const insert = database.prepare(
  "INSERT INTO samples (time, name, labels, value) VALUES (?, ?, ?, ?)",
);
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
  const answers = batch.map(({ text }) => {
    const samples = JSON.parse(text);
    for (const { timestamp, name, labels, value } of samples) {
      insert.run(timestamp, name, JSON.stringify(labels), value);
    }
    return JSON.stringify({ count: samples.length });
  });
  commit.run();
  batch.forEach(({ resolve }, index) => resolve(new Response(answers[index], { status: 202 })));
}

Deno.serve({ hostname: "127.0.0.1", port: Number(port) }, async (request) => {
  const text = await request.text();
  return await new Promise<Response>((resolve) => {
    waiting.push({ text, resolve });
    if (waiting.length === 1) setImmediate(flush);
  });
});
