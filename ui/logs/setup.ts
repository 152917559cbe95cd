/** What the server tells the list's script, as JSON in an attribute. */
import type { Place } from "./logs_query.ts";
import type { Level } from "../../core/logs/model.ts";
import type { Bars } from "./bars.ts";
import type { Hues } from "./hue.ts";
import type { Highlight } from "./runs.ts";
import type { View } from "./view.ts";

export interface ListSetup {
  /** The filter as a query of the API. */
  readonly filter: string;
  readonly place: Place;
  /** Whether new lines can appear: the range does not end before now. */
  readonly isOpenEnded: boolean;
  readonly live: boolean;
  readonly highlights: readonly Highlight[];
  readonly hues: Hues;
  /** The address of a line, but for its id at the end. */
  readonly linePath: string;
  /** The query that the server wants with a line's detail. */
  readonly detailQuery: string;
  readonly view: View;
  /** What the list's beginning is called, where nothing older follows. */
  readonly beginning: string;
}

/** The same for the histogram. */
export interface ChartSetup {
  /** The filter as a query of the API, of all levels. */
  readonly filter: string;
  /** Those that are shown; all where it is empty. */
  readonly levels: readonly Level[];
  /** How far back a range goes that ends now, in ms; null for any other. */
  readonly lastMs: number | null;
  /** The ends of a range that was chosen, in ms. */
  readonly since: number | null;
  readonly until: number | null;
  readonly isOpenEnded: boolean;
  readonly time: View["time"];
  readonly bars: Bars;
}
