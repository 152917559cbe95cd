import { stripAnsi } from "./ansi.ts";
import { CUT_MARK, LIMITS } from "./model.ts";

/** Docker cuts what a container writes without a newline after so many bytes. */
const PIECE_BYTES = 16 * 1024;
/**
 * Ms after which what follows a piece that Docker did not cut is a message of its own. Pieces of one line have
 * the same time; a container that is started again printed its next line 184 ms later (measured).
 */
const MAX_PAUSE = 100;
/** An escape sequence that the cut may run through is not longer. */
const SEQUENCE_LENGTH = 32;

/** A message of which some pieces were read. */
export interface UnfinishedMessage {
  /** Milliseconds since the epoch, of the first piece and of the last. */
  readonly time: number;
  readonly lastTime: number;
  readonly text: string;
  /** Whether Docker cut the last piece, so that more is sure to come. */
  readonly isFull: boolean;
  /** Whether it was longer than the limit: it was given out, and the rest is passed over. */
  readonly isCut: boolean;
}

/**
 * Joins the pieces that Docker cuts long messages into; of one stream of one container. The limit of a
 * message is counted in UTF-16 units, so that what is kept of it is bounded whatever it is made of.
 */
export class Pieces {
  /** The message that is not whole yet. */
  open: UnfinishedMessage | null = null;

  /**
   * Whether the open message ended though no newline tells it: a process that stops leaves its last line
   * without one, and what comes later at `time` is from the next that runs.
   */
  endedBefore(time: number): boolean {
    return this.open !== null && !this.open.isFull && time - this.open.lastTime > MAX_PAUSE;
  }

  /**
   * Takes the next piece; `isEnded` says that a newline followed it, `isCut` that its end is missing. The
   * message once it is whole or longer than the limit, null while there is none.
   */
  add(text: string, isEnded: boolean, time: number, isCut = false): string | null {
    const before = this.open;
    if (before?.isCut) {
      if (isEnded) this.open = null;
      return null;
    }
    const whole = before === null ? text : before.text + text;
    const isTooLong = isCut || whole.length > LIMITS.message;
    this.open = isEnded ? null : {
      time: before?.time ?? time,
      lastTime: time,
      text: isTooLong ? "" : whole,
      isFull: isTooLong || text.length >= PIECE_BYTES || bytesOf(text) >= PIECE_BYTES,
      isCut: isTooLong,
    };
    if (isTooLong) return cut(whole);
    return isEnded ? whole : null;
  }

  /** Ends the open message as it is; null when there is none, or it was given out already. */
  end(): string | null {
    const open = this.open;
    this.open = null;
    return open === null || open.isCut ? null : open.text;
  }
}

/** The beginning of a message, marked; neither a character nor an escape sequence is broken. */
function cut(text: string): string {
  let kept = text.slice(0, LIMITS.message);
  if ((kept.charCodeAt(kept.length - 1) & 0xfc00) === 0xd800) kept = kept.slice(0, -1);
  const sequence = kept.indexOf("\x1b", kept.length - SEQUENCE_LENGTH);
  if (sequence >= 0 && stripAnsi(kept.slice(sequence)) === "") kept = kept.slice(0, sequence);
  return kept + CUT_MARK;
}

/** How long a text is in UTF-8. */
function bytesOf(text: string): number {
  let bytes = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    // Both halves of a pair count 2.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit & 0xf800) === 0xd800 ? 2 : 3;
  }
  return bytes;
}
