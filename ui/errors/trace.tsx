import { exactCount, isInvisible } from "../format.ts";
import { type FrameSegment, type TraceSegment, traceSegments } from "./trace_segments.ts";

/** Characters of one piece that are laid out; a minified bundle can be one line of 200 KB. */
const PIECE_CHARACTERS = 4000;

/** A traceback: frames of the application plain, runs of library frames folded. */
export function Trace({ traceback }: { readonly traceback: string }) {
  if (isInvisible(traceback)) return <NoTrace />;
  return (
    <div class="trace">
      {traceSegments(traceback).map((segment, at) => <Segment key={at} segment={segment} />)}
    </div>
  );
}

/** The traceback letter by letter. */
export function RawTrace({ traceback }: { readonly traceback: string }) {
  if (traceback === "") return <NoTrace />;
  return <pre class="trace raw" tabIndex={0} aria-label="Traceback">{traceback}</pre>;
}

function NoTrace() {
  return <p class="trace-none muted">This occurrence came without a traceback.</p>;
}

function Segment({ segment }: { readonly segment: TraceSegment }) {
  switch (segment.kind) {
    case "text":
      return (
        <div class="trace-text">
          <Piece text={segment.text} />
        </div>
      );
    case "frame":
      return <FrameLines segment={segment} />;
    case "fold":
      return (
        <details class="fold">
          <summary>{segment.label}</summary>
          {segment.frames.map((frame, at) => <FrameLines key={at} segment={frame} />)}
        </details>
      );
  }
}

function FrameLines({ segment }: { readonly segment: FrameSegment }) {
  const { text, frame, failing } = segment;
  return (
    <div class={`trace-frame${frame.inApp ? "" : " library"}${failing ? " failing" : ""}`}>
      {failing && <span class="failing-mark">failed here</span>}
      <Piece text={text} />
    </div>
  );
}

function Piece({ text }: { readonly text: string }) {
  if (text.length <= PIECE_CHARACTERS) return <>{text}</>;
  return (
    <>
      {text.slice(0, PIECE_CHARACTERS)}
      <span class="cut">
        … {exactCount(text.length - PIECE_CHARACTERS)} more characters in the raw view
      </span>
    </>
  );
}
