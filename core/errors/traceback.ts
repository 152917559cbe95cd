import type { Frame, FrameLine, LocatedFrame } from "./frames/frame.ts";
import { walkParts } from "./frames/walk_parts.ts";

export type { Frame, LocatedFrame } from "./frames/frame.ts";

/** A run of lines: prose (headers, messages, "Caused by"), or a frame with its own source lines. */
export type TracebackPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "frame"; readonly text: string; readonly frame: Frame };

/** The frame to blame. */
export interface FailingFrame {
  /** The index of its part in what `parseTraceback()` gives. */
  readonly part: number;
  readonly frame: LocatedFrame;
}

/**
 * Splits a traceback, in whatever languages it is written, into its parts, in order. Joining their
 * `text` with "\n" gives the traceback back exactly. Anything is a traceback: what is not a frame
 * is text. Takes time in proportion to the length, whatever the content.
 */
export function parseTraceback(traceback: string): TracebackPart[] {
  const parts: TracebackPart[] = [];
  walkParts(traceback, (start, end, line) => {
    const text = traceback.slice(start, end);
    parts.push(line === null ? { kind: "text", text } : { kind: "frame", text, frame: line.frame });
    return true;
  });
  return parts;
}

/**
 * Finds the frame that failed: in a Python traceback the last one, in others the first; among the
 * causes of a JVM the first frame of the root cause; in Go the first one below `panic(`, where that
 * is printed. Frames of the application come before those of libraries; frames without a line do
 * not count. Null when there is no location at all.
 *
 * In a traceback of several languages (one quoted in the message of another) the language whose
 * application frame comes first decides.
 */
export function failingFrame(traceback: string): FailingFrame | null {
  const choice = new Choice();
  walkParts(traceback, (_start, _end, line, section) => choice.offer(line, section));
  return choice.result();
}

interface Candidate {
  readonly line: FrameLine;
  readonly section: number;
  readonly failing: FailingFrame;
}

/** The best candidates so far, as the parts go by. */
class Choice {
  #parts = 0;
  #application: Candidate | null = null;
  #library: Candidate | null = null;

  /** Takes the next part; returns whether another one can still be better. */
  offer(line: FrameLine | null, section: number): boolean {
    const part = this.#parts++;
    if (line === null || !isLocated(line.frame)) return true;
    const candidate = { line, section, failing: { part, frame: line.frame } };
    if (!line.frame.inApp) {
      this.#library = better(this.#library, candidate);
      return true;
    }
    this.#application = better(this.#application, candidate);
    const { failing, laterSectionsWin } = this.#application.line.layout;
    return failing === "last" || laterSectionsWin;
  }

  result(): FailingFrame | null {
    return (this.#application ?? this.#library)?.failing ?? null;
  }
}

function better(best: Candidate | null, next: Candidate): Candidate {
  if (best === null) return next;
  const layout = best.line.layout;
  if (next.line.layout !== layout) return best;
  if (layout.failing === "last") return next;
  return layout.laterSectionsWin && next.section > best.section ? next : best;
}

function isLocated(frame: Frame): frame is LocatedFrame {
  return frame.line !== null;
}
