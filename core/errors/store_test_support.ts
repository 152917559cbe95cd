/** What the tests of the store stand on: the real one in a folder of its own, and reports for it. */
import { captureLog } from "../../tests/support/captured_log.ts";
import { REPORT } from "../../tests/support/sample_report.ts";
import { isoTime, MINUTE } from "../clock.ts";
import type { ErrorReport, NewOccurrence } from "./model.ts";
import { openErrorStore } from "./sqlite_store.ts";
import type { AlertPolicy, ErrorStore } from "./store.ts";

export const NOW = Date.parse("2026-11-20T17:31:00.000Z");

export interface StoreBench extends AsyncDisposable {
  readonly store: ErrorStore;
  readonly path: string;
}

export async function openBench(alerts: Partial<AlertPolicy> = {}): Promise<StoreBench> {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/errors.db`;
  const store = openErrorStore({
    path,
    logger: captureLog().logger,
    alerts: { enabled: false, onReopen: true, burst: 10, windowMs: 10 * MINUTE, ...alerts },
  });
  return {
    store,
    path,
    async [Symbol.asyncDispose]() {
      await store.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** A report of the group that `fingerprint` names, at `ms`. */
export function occurrence(
  fingerprint: string,
  report: Partial<ErrorReport> = {},
  ms = NOW,
): NewOccurrence {
  return {
    report: { ...REPORT, ...report },
    fingerprint,
    fingerprintVersion: 1,
    location: "app.py:1",
    receivedAt: isoTime(ms),
  };
}
