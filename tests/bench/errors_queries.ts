import { DatabaseSync } from "node:sqlite";
import { fingerprint } from "../../core/errors/fingerprint.ts";
import { openErrorStore } from "../../core/errors/sqlite_store.ts";
import { createLogger } from "../../core/logger.ts";
import { API_KEY } from "../support/program.ts";
import { startMonlight, timed } from "./measure.ts";
import { smallReport } from "./reports.ts";
import type { Figure } from "./run.ts";

const GROUPS = 100_000;
const OCCURRENCES_EACH = 3;
const TIMES = 300;

/** Lists and details at 100,000 groups with 300,000 occurrences. */
export async function benchQueries(): Promise<readonly Figure[]> {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/errors.db`;
    await seed(path);
    const bare = await measureBare(path);
    const server = await startMonlight(folder);
    const figures: Figure[] = [];
    try {
      for (const [name, pathOf] of Object.entries(REQUESTS)) {
        const { p95 } = await timed(TIMES, async (turn) => {
          const response = await fetch(`http://127.0.0.1:${server.port}${pathOf(turn)}`, {
            headers: { "x-api-key": API_KEY },
          });
          if (response.status !== 200) throw new Error(`${name}: ${response.status}`);
          await response.text();
        });
        const isDetail = name.startsWith("detail");
        figures.push({
          name: `${name}, p95`,
          value: p95,
          bare: isDetail ? bare.detail : bare.list,
          unit: "ms",
          goal: "< 20",
        });
      }
    } finally {
      await server.stop();
    }
    return figures;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const REQUESTS: Readonly<Record<string, (turn: number) => string>> = {
  "list, unresolved": () => "/api/errors",
  "list, page 20": () => "/api/errors?offset=1000",
  "list of a project": (turn) => `/api/errors?project=project-${Math.abs(turn) % 20}`,
  "list of an environment": () => "/api/errors?environment=staging",
  "list, resolved": () => "/api/errors?resolved=true",
  "list, search for a number": (turn) => `/api/errors?search=order+${Math.abs(turn) * 311 + 1000}`,
  "list, search for a word in all": () => "/api/errors?search=missing+key",
  "detail": (turn) => `/api/errors/${1 + (Math.abs(turn) * 7919) % GROUPS}`,
};

/** The same shapes of query on the same file without anything around: no filter, no history, no HTTP. */
async function measureBare(path: string): Promise<{ list: number; detail: number }> {
  const database = new DatabaseSync(path, { readOnly: true });
  const list = database.prepare(
    "SELECT * FROM error_groups ORDER BY last_seen DESC LIMIT 50",
  );
  const group = database.prepare("SELECT * FROM errors WHERE id = ?");
  const occurrences = database.prepare("SELECT * FROM error_occurrences WHERE error_id = ?");
  try {
    return {
      list: (await timed(TIMES, () => void JSON.stringify(list.all()))).p95,
      detail: (await timed(TIMES, (turn) => {
        const id = 1 + (Math.abs(turn) * 7919) % GROUPS;
        JSON.stringify([group.get(id), occurrences.all(id)]);
      })).p95,
    };
  } finally {
    database.close();
  }
}

async function seed(path: string): Promise<void> {
  const store = openErrorStore({
    path,
    logger: createLogger({ service: "bench", level: "ERROR" }),
    alerts: { enabled: false, onReopen: false, burst: 10, windowMs: 600_000 },
  });
  const start = Date.now() - 30 * 24 * 3_600_000;
  const step = (Date.now() - start) / (GROUPS * OCCURRENCES_EACH);
  let at = start;
  for (let round = 0; round < OCCURRENCES_EACH; round++) {
    for (let first = 0; first < GROUPS; first += 500) {
      await store.recordOccurrences(Array.from({ length: 500 }, (_, offset) => {
        const report = smallReport(first + offset);
        const { hash, version } = fingerprint(report);
        return {
          report,
          fingerprint: hash,
          fingerprintVersion: version,
          location: `/srv/shop/app/orders_${first + offset}.py:1 in handle`,
          receivedAt: new Date(at += step).toISOString(),
        };
      }));
    }
  }
  const resolved = Array.from({ length: GROUPS * 0.3 }, (_, index) => 1 + index * 3);
  await store.resolve(resolved, new Date().toISOString());
  await store.close();
}
