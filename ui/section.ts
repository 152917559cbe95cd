import type { IconName } from "./components/icon.tsx";

export type SectionName = "overview" | "errors" | "logs" | "metrics" | "settings";

/** A place in the navigation. */
export interface Section {
  readonly name: SectionName;
  readonly label: string;
  readonly path: string;
  readonly icon: IconName;
  /** What waits there, if that is counted. */
  readonly badge?: number;
}
