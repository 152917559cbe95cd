import { failingFrame, type Frame, parseTraceback } from "../../core/errors/traceback.ts";

/** A piece of a traceback as it is shown. Joining all `text` with "\n" gives the traceback back. */
export type TraceSegment =
  | { readonly kind: "text"; readonly text: string }
  | FrameSegment
  | { readonly kind: "fold"; readonly label: string; readonly frames: readonly FrameSegment[] };

export interface FrameSegment {
  readonly kind: "frame";
  readonly text: string;
  readonly frame: Frame;
  /** Whether this is where it failed. */
  readonly failing: boolean;
}

/** Library frames in a row from which on they fold. */
const LIBRARY_FOLD = 2;
/** Of a long run of application frames (a recursion) this many stay open at each end. */
const APPLICATION_OPEN = 12;

/** Splits a traceback into what stays open and what folds. */
export function traceSegments(traceback: string): readonly TraceSegment[] {
  const failing = failingFrame(traceback)?.part;
  const segments: TraceSegment[] = [];
  let run: FrameSegment[] = [];
  const endRun = () => {
    segments.push(...foldRun(run));
    run = [];
  };
  parseTraceback(traceback).forEach((part, at) => {
    if (part.kind === "text") {
      endRun();
      segments.push(part);
      return;
    }
    const segment: FrameSegment = { ...part, failing: at === failing };
    const last = run.at(-1);
    if (last && isOpen(last) !== isOpen(segment)) endRun();
    run.push(segment);
  });
  endRun();
  return segments;
}

function isOpen({ frame, failing }: FrameSegment): boolean {
  return frame.inApp || failing;
}

/** A run of frames that are all open, or all of libraries. */
function foldRun(run: readonly FrameSegment[]): readonly TraceSegment[] {
  const [first] = run;
  if (first === undefined) return [];
  if (!isOpen(first)) {
    return run.length < LIBRARY_FOLD ? run : [fold(run, `${run.length} library frames`)];
  }
  const middle = run.slice(APPLICATION_OPEN, -APPLICATION_OPEN);
  const middleFails = middle.some(({ failing }) => failing);
  if (middle.length < APPLICATION_OPEN || middleFails) return run;
  return [
    ...run.slice(0, APPLICATION_OPEN),
    fold(middle, `${middle.length} more frames`),
    ...run.slice(-APPLICATION_OPEN),
  ];
}

function fold(frames: readonly FrameSegment[], label: string): TraceSegment {
  return { kind: "fold", label, frames };
}
