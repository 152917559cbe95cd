/** Databases as SQL text, which can be read and compared. */
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";

/**
 * Statements that make a database anew. Virtual tables and the tables behind them are written as they
 * are in the file, so that the index comes back as that version had made it.
 */
export function dumpDatabase(path: string): string {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const schema = database.prepare(
      `SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
       ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 WHEN 'view' THEN 2 ELSE 3 END, rowid`,
    ).all();
    const tables = schema.filter(({ type }) => type === "table");
    const isVirtual = ({ sql }: Record<string, SQLOutputValue>) => /^CREATE VIRTUAL/.test(`${sql}`);
    const plain = tables.filter((table) => !isVirtual(table));
    return [
      "PRAGMA auto_vacuum = INCREMENTAL;",
      "BEGIN;",
      ...plain.map(({ sql }) => `${sql};`),
      ...plain.flatMap(({ name }) => rowsOf(database, String(name))),
      ...sequencesOf(database),
      // Made by hand they would make the tables behind them, which are there already.
      ...tables.some(isVirtual) ? ["PRAGMA writable_schema = ON;"] : [],
      ...tables.filter(isVirtual).map(({ name, sql }) =>
        `INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('table', ` +
        `${literal(name ?? null)}, ${literal(name ?? null)}, 0, ${literal(sql ?? null)});`
      ),
      ...tables.some(isVirtual) ? ["PRAGMA writable_schema = RESET;"] : [],
      ...schema.filter(({ type }) => type !== "table").map(({ sql }) => `${sql};`),
      "COMMIT;",
      "",
    ].join("\n");
  } finally {
    database.close();
  }
}

function rowsOf(database: DatabaseSync, table: string): string[] {
  const name = `"${table.replaceAll('"', '""')}"`;
  return database.prepare(`SELECT * FROM ${name}`).all().map((row) => {
    const columns = Object.keys(row).map((column) => `"${column}"`).join(", ");
    return `INSERT INTO ${name} (${columns}) VALUES (${
      Object.values(row).map(literal).join(", ")
    });`;
  });
}

/** Ids that were given already are not given again. */
function sequencesOf(database: DatabaseSync): string[] {
  const known = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'")
    .get();
  if (!known) return [];
  return database.prepare("SELECT name, seq FROM sqlite_sequence").all().map(({ name, seq }) =>
    `UPDATE sqlite_sequence SET seq = ${literal(seq ?? null)} WHERE name = ${
      literal(name ?? null)
    };`
  );
}

function literal(value: SQLOutputValue): string {
  if (value === null) return "NULL";
  if (value instanceof Uint8Array) return `x'${value.toHex()}'`;
  if (typeof value !== "string") return String(value);
  const quoted = `'${value.replaceAll("'", "''")}'`;
  // A statement is a line, so that a change shows.
  return value.includes("\n")
    ? `replace(${quoted.replaceAll("\n", "\\n")}, '\\n', char(10))`
    : quoted;
}
