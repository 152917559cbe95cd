/**
 * `deno task bench [name…]`: speed and memory of the program as it is shipped, each figure beside a bare
 * baseline of the same run, since absolute times say more about the machine than about the program. Prints a
 * table, and the same as JSON into `dist/bench.json`. It asserts nothing.
 */
import { benchBackup } from "./backup.ts";
import { benchIngestion } from "./errors_ingestion.ts";
import { benchQueries } from "./errors_queries.ts";
import { benchLogIngestion } from "./logs_ingestion.ts";
import { benchLogSearches } from "./logs_searches.ts";
import { benchLogTails } from "./logs_tails.ts";
import { benchMemory } from "./memory.ts";
import { benchMetricIngestion } from "./metrics_ingestion.ts";
import { benchMetricQueries } from "./metrics_queries.ts";
import { benchRelay, benchRelayMemory } from "./relay.ts";
import { benchStart } from "./start.ts";

/** One line of the table. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the project wants of it. */
  readonly goal?: string;
  /** The same of the baseline. */
  readonly bare?: number;
}

const BENCHES: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  start: benchStart,
  ingestion: benchIngestion,
  queries: benchQueries,
  "log-ingestion": benchLogIngestion,
  "log-searches": benchLogSearches,
  "log-tails": benchLogTails,
  "metric-ingestion": benchMetricIngestion,
  "metric-queries": benchMetricQueries,
  relay: benchRelay,
  "relay-memory": benchRelayMemory,
  backup: benchBackup,
  memory: benchMemory,
};

const wanted = Deno.args.length > 0 ? Deno.args : Object.keys(BENCHES);
const figures: Figure[] = [];
for (const name of wanted) {
  const bench = BENCHES[name];
  if (!bench) throw new Error(`No bench ${name}; there are: ${Object.keys(BENCHES).join(", ")}`);
  figures.push(...await bench());
}
const rows = figures.map(({ name, value, unit, goal = "", bare }) => [
  name,
  `${format(value)} ${unit}`,
  bare === undefined ? "" : `${format(bare)} ${unit}`,
  bare === undefined ? "" : (value / bare).toFixed(2),
  goal,
]);
const table = [["", "Monlight", "bare", "ratio", "goal"], ...rows];
const widths = [0, 1, 2, 3, 4].map((column) =>
  Math.max(...table.map((row) => row[column]?.length ?? 0))
);
for (const row of table) {
  const cells = row.map((cell, column) =>
    column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)
  );
  await Deno.stdout.write(new TextEncoder().encode(cells.join("  ").trimEnd() + "\n"));
}
await Deno.writeTextFile(
  new URL("../../dist/bench.json", import.meta.url),
  JSON.stringify(figures, null, 2) + "\n",
);

function format(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en") : value.toFixed(value >= 10 ? 1 : 2);
}
