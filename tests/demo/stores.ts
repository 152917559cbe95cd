/** PostgreSQL, which logs on stderr, and Redis. */
import { type Line, plainTime, redisTime } from "./line.ts";
import type { Random } from "./random.ts";

function postgresLine(at: number, pid: number, text: string): Line {
  return {
    at,
    container: "postgres",
    stream: "stderr",
    text: `${plainTime(at, ".")} UTC [${pid}] ${text}`,
  };
}

export function checkpoint(random: Random, at: number): readonly Line[] {
  const buffers = random.whole(40, 900);
  const seconds = (buffers / 10).toFixed(3);
  return [
    postgresLine(at, 27, "LOG:  checkpoint starting: time"),
    postgresLine(
      at + buffers * 100,
      27,
      `LOG:  checkpoint complete: wrote ${buffers} buffers (${(buffers / 163.84).toFixed(1)}%); ` +
        `0 WAL file(s) added, 0 removed, 1 recycled; write=${seconds} s, sync=0.004 s, ` +
        `total=${seconds} s; sync files=${random.whole(8, 60)}, longest=0.003 s, average=0.001 s`,
    ),
  ];
}

export function slowStatement(random: Random, at: number): Line {
  const ms = (1000 + random.duration(700)).toFixed(3);
  return postgresLine(
    at,
    random.whole(60, 90),
    `LOG:  duration: ${ms} ms  statement: SELECT p.id, p.name, avg(r.stars)\n` +
      "\tFROM products p JOIN reviews r ON r.product_id = p.id\n" +
      `\tWHERE p.category_id = ${random.whole(1, 40)} GROUP BY p.id ORDER BY 3 DESC LIMIT 50`,
  );
}

/** Two customers with the same address, or a pool that is full. */
export function refusedStatement(random: Random, at: number, crowded: boolean): readonly Line[] {
  const pid = random.whole(60, 90);
  if (crowded) {
    return [postgresLine(at, pid, "FATAL:  sorry, too many clients already")];
  }
  return [
    postgresLine(
      at,
      pid,
      'ERROR:  duplicate key value violates unique constraint "users_email_key"',
    ),
    postgresLine(
      at,
      pid,
      `DETAIL:  Key (email)=(customer${random.whole(1, 4200)}@example.org) already exists.`,
    ),
    postgresLine(at, pid, "STATEMENT:  INSERT INTO users (email, name) VALUES ($1, $2)"),
  ];
}

function redisLine(at: number, mark: "*" | "#" | "-", text: string): Line {
  return {
    at,
    container: "redis",
    stream: "stdout",
    text: `1:M ${redisTime(at)} ${mark} ${text}`,
  };
}

export function save(random: Random, at: number): readonly Line[] {
  const pid = random.whole(200, 9000);
  return [
    redisLine(at, "*", `${random.whole(100, 900)} changes in 300 seconds. Saving...`),
    redisLine(at + 2, "*", `Background saving started by pid ${pid}`),
    {
      ...redisLine(at + 60, "*", "DB saved on disk"),
      text: `${pid}:C ${redisTime(at + 60)} * DB saved on disk`,
    },
    redisLine(at + 110, "*", "Background saving terminated with success"),
  ];
}

export function memoryWarning(at: number): Line {
  return redisLine(
    at,
    "#",
    "WARNING Memory overcommit must be enabled! Without it, a background save may fail.",
  );
}
