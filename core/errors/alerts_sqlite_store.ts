import { isoTime } from "../clock.ts";
import type { Database, Row } from "../sqlite/database.ts";
import type { AlertKind } from "./model.ts";
import { LISTED_COLUMNS, toOccurrence, toSummary } from "./rows_sqlite_store.ts";
import type { AlertDigest, AlertPolicy, AlertQueue, DueAlert } from "./store.ts";

/** Single alerts within the window, as a multiple of the groups that may have one. */
const MOST_REPEATS = 3;
/** Groups that a digest names; of the rest it tells how many they are. */
const DIGEST_GROUPS = 50;

/** Columns of `error_groups` beside those of `alerts`, which has an `id` too. */
const GROUP_COLUMNS = LISTED_COLUMNS.replace(/^id,/, "error_groups.id,");

/** The `alerts` table: what is owed to whom, and what a storm holds back. */
export class AlertQueueTable implements AlertQueue {
  readonly #database: Database;
  readonly #policy: AlertPolicy;

  constructor(database: Database, policy: AlertPolicy) {
    this.#database = database;
    this.#policy = policy;
  }

  /** Queues an alert within the caller's transaction; past the burst it is gathered for the digest. */
  queueAlert(errorId: number, kind: AlertKind, at: string): void {
    const { enabled, onReopen, burst, windowMs } = this.#policy;
    if (!enabled || (kind === "reopened" && !onReopen)) return;
    const now = Date.parse(at);
    const recent = this.#database.prepare(
      `SELECT count(*) AS singles, count(DISTINCT error_id) AS groups FROM alerts
       WHERE queued_at > ? AND gathered = 0`,
    ).get(isoTime(now - windowMs));
    // A group that is resolved and comes back over and over counts once, but not without end.
    const gathered = Number(recent?.groups) >= burst ||
      Number(recent?.singles) >= MOST_REPEATS * burst;
    this.#database.prepare(
      "INSERT INTO alerts (error_id, kind, queued_at, gathered, due_at) VALUES (?, ?, ?, ?, ?)",
    ).run(errorId, kind, at, gathered ? 1 : 0, gathered ? isoTime(now + windowMs) : at);
  }

  owedAlerts(): Promise<number> {
    const row = this.#database.prepare(
      "SELECT count(*) AS owed FROM alerts WHERE settled_at IS NULL",
    ).get();
    return Promise.resolve(Number(row?.owed));
  }

  dueAlerts(now: string, limit: number): Promise<readonly DueAlert[]> {
    const rows = this.#database.prepare(
      `SELECT alerts.id AS alert_id, kind, attempts, recipients, ${GROUP_COLUMNS}
       FROM alerts JOIN error_groups ON error_groups.id = alerts.error_id
       WHERE gathered = 0 AND settled_at IS NULL AND due_at <= ? ORDER BY due_at, alerts.id LIMIT ?`,
    ).all(now, limit);
    const newest = this.#database.prepare(
      `SELECT id, timestamp, environment, request_url, request_method, request_headers, user_id, extra,
         traceback FROM error_occurrences WHERE error_id = ? ORDER BY id DESC LIMIT 1`,
    );
    return Promise.resolve(rows.flatMap((row) => {
      const group = toSummary(row);
      const occurrence = newest.get(group.id);
      if (!occurrence) return [];
      return [{
        id: Number(row.alert_id),
        kind: kindOf(row),
        group,
        occurrence: toOccurrence(occurrence),
        attempts: Number(row.attempts),
        recipients: recipientsOf(row),
      }];
    }));
  }

  dueDigest(now: string): Promise<AlertDigest | null> {
    const first = this.#database.prepare(
      `SELECT attempts, recipients FROM alerts WHERE gathered = 1 AND settled_at IS NULL
       AND due_at <= ? ORDER BY due_at, id LIMIT 1`,
    ).get(now);
    if (!first) return Promise.resolve(null);
    // With the first one due, all that were held back go along, if they are owed to the same people.
    const owed = "gathered = 1 AND settled_at IS NULL AND recipients IS ?";
    const { recipients } = first;
    const ids = this.#database.prepare(`SELECT id FROM alerts WHERE ${owed} ORDER BY id`)
      .all(recipients ?? null).map((row) => Number(row.id));
    const groups = this.#database.prepare(
      `SELECT min(alerts.id), kind, ${GROUP_COLUMNS} FROM alerts
       JOIN error_groups ON error_groups.id = alerts.error_id
       WHERE ${owed} GROUP BY error_groups.id ORDER BY 1 LIMIT ?`,
    ).all(recipients ?? null, DIGEST_GROUPS);
    const total = this.#database.prepare(
      `SELECT count(DISTINCT error_id) AS total FROM alerts WHERE ${owed}`,
    ).get(recipients ?? null);
    return Promise.resolve({
      ids,
      groups: groups.map((row) => ({ ...toSummary(row), kind: kindOf(row) })),
      total: Number(total?.total),
      attempts: Number(first.attempts),
      recipients: recipientsOf(first),
    });
  }

  settleAlerts(ids: readonly number[], at: string): Promise<void> {
    this.#database.transaction(() => {
      const settle = this.#database.prepare("UPDATE alerts SET settled_at = ? WHERE id = ?");
      for (const id of ids) settle.run(at, id);
    });
    return Promise.resolve();
  }

  postponeAlerts(
    ids: readonly number[],
    retryAt: string,
    recipients: readonly string[],
  ): Promise<void> {
    this.#database.transaction(() => {
      const postpone = this.#database.prepare(
        "UPDATE alerts SET due_at = ?, attempts = attempts + 1, recipients = ? WHERE id = ?",
      );
      for (const id of ids) postpone.run(retryAt, JSON.stringify(recipients), id);
    });
    return Promise.resolve();
  }

  /**
   * Within the caller's transaction: drops alerts from before `cutoff` (ISO), sent or not. One that could not
   * be sent for so long (alerts were turned off meanwhile) would only confuse.
   */
  protected forgetAlerts(cutoff: string): void {
    this.#database.prepare("DELETE FROM alerts WHERE queued_at < ?").run(cutoff);
  }
}

function kindOf(row: Row): AlertKind {
  return row.kind === "reopened" ? "reopened" : "new";
}

function recipientsOf(row: Row): readonly string[] | null {
  return typeof row.recipients === "string" ? JSON.parse(row.recipients) : null;
}
