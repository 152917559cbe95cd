import { SHAPES } from "./continuation.ts";
import { LEVELS } from "./model.ts";
import type { OpenEntry } from "./open_entry.ts";
import type { UnfinishedMessage } from "./pieces.ts";

/** What is open in one stream while no process reads it. */
export interface SavedStream {
  readonly pieces: UnfinishedMessage | null;
  readonly last: OpenEntry | null;
  readonly doubted: OpenEntry | null;
}

/** What is open in both streams of a container. */
interface SavedLines {
  readonly stdout: SavedStream;
  readonly stderr: SavedStream;
}

/** Reads what was saved; what cannot be read is nothing. */
export function readSaved(saved: string | null): SavedLines {
  const lines = fieldsOf(parseJson(saved));
  return { stdout: readStream(lines.stdout), stderr: readStream(lines.stderr) };
}

function readStream(value: unknown): SavedStream {
  const { pieces, last, doubted } = fieldsOf(value);
  return { pieces: readPieces(pieces), last: readEntry(last), doubted: readEntry(doubted) };
}

function readPieces(value: unknown): UnfinishedMessage | null {
  const { time, lastTime, text, isFull, isCut } = fieldsOf(value);
  if (!isNumber(time) || !isNumber(lastTime) || typeof text !== "string") return null;
  return { time, lastTime, text, isFull: isFull === true, isCut: isCut === true };
}

function readEntry(value: unknown): OpenEntry | null {
  const { time, level, isTold, isHeaded, message, raw, blanks, shape } = fieldsOf(value);
  const known = LEVELS.find((one) => one === level);
  if (!isNumber(time) || known === undefined || typeof message !== "string") return null;
  return {
    time,
    level: known,
    isTold: isTold === true,
    isHeaded: isHeaded === true,
    message,
    raw: typeof raw === "string" ? raw : null,
    blanks: isNumber(blanks) ? Math.max(0, Math.floor(blanks)) : 0,
    // Another version may have others; then the entry is still not lost.
    shape: SHAPES.find((one) => one === shape) ?? "plain",
  };
}

function parseJson(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function isNumber(value: unknown): value is number {
  return Number.isFinite(value);
}
