/**
 * The baseline of ingestion: the least that could count errors durably, with the same runtime and the same
 * way of sharing commits. No authentication, no checks, no limits, no fingerprint beyond one pattern, no
 * environments, history, search or alerts. Arguments: port, database file.
 */
import { DatabaseSync } from "node:sqlite";

const [port, path] = Deno.args;
const database = new DatabaseSync(path ?? ":memory:");
database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
  CREATE TABLE groups (id INTEGER PRIMARY KEY, fingerprint TEXT UNIQUE, count INTEGER, last_seen TEXT);
  CREATE TABLE occurrences (id INTEGER PRIMARY KEY, group_id INTEGER, at TEXT, body TEXT);
  CREATE INDEX by_group ON occurrences (group_id);`);
const count = database.prepare(
  `INSERT INTO groups (fingerprint, count, last_seen) VALUES (?, 1, ?)
   ON CONFLICT DO UPDATE SET count = count + 1, last_seen = excluded.last_seen RETURNING id, count`,
);
const insert = database.prepare("INSERT INTO occurrences (group_id, at, body) VALUES (?, ?, ?)");
const remove = database.prepare(
  "DELETE FROM occurrences WHERE id = (SELECT min(id) FROM occurrences WHERE group_id = ?)",
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
    const report = JSON.parse(text);
    const now = new Date().toISOString();
    const place = /.*File "[^"]+", line \d+/s.exec(report.traceback)?.[0].slice(-80) ?? "";
    const group = count.get(place, now);
    const id = Number(group?.id);
    if (Number(group?.count) > 5) remove.run(id);
    insert.run(id, now, text);
    return JSON.stringify({ id, count: group?.count });
  });
  commit.run();
  batch.forEach(({ resolve }, index) => resolve(new Response(answers[index])));
}

Deno.serve({ hostname: "127.0.0.1", port: Number(port) }, async (request) => {
  const text = await request.text();
  return await new Promise<Response>((resolve) => {
    waiting.push({ text, resolve });
    if (waiting.length === 1) setImmediate(flush);
  });
});
