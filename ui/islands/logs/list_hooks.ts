import type { Notices } from "../notices.ts";
import type { TailState } from "./tail.ts";

/** What the list asks of the page around it. */
export interface ListHooks {
  readonly notices: Notices;
  /** Leads to the newest end of the list, where it is not in memory. */
  readonly visitNewest: () => void;
  /** So many more lines match than the server said. */
  readonly onMore: (added: number) => void;
  readonly onTail: (state: TailState | null) => void;
  /** What is in view: moments in ms. */
  readonly onView: (from: number, to: number) => void;
  /** Parts of the page were written by the server just now. */
  readonly onPart: () => void;
}
