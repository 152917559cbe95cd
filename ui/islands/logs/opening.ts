/** Lines that are open: their details, as the server writes them. */
import { fetchPart } from "./api.ts";
import { reasonOf } from "./loader.ts";
import type { Opened } from "./rows.tsx";

export interface OpeningOptions {
  /** The query of the page, which the links of a detail go on from. */
  readonly query: string;
  readonly onChange: () => void;
  readonly onFailure: (reason: string) => void;
  /** A detail is in the document now. */
  readonly onPart: () => void;
}

export class Opening {
  readonly #options: OpeningOptions;
  readonly #opened = new Map<number, Opened>();
  readonly #closing = new AbortController();

  constructor(options: OpeningOptions) {
    this.#options = options;
  }

  get opened(): ReadonlyMap<number, Opened> {
    return this.#opened;
  }

  /** Takes over a detail that the server has drawn in the list. */
  adopt(id: number, root: Element): void {
    const html = root.querySelector(`#line-${CSS.escape(String(id))} > .log-detail`)?.outerHTML;
    if (html !== undefined) this.#opened.set(id, { html });
  }

  /** Opens a line, or closes it. */
  async toggle(id: number): Promise<void> {
    if (this.#opened.delete(id)) return this.#options.onChange();
    this.#opened.set(id, "loading");
    this.#options.onChange();
    const { signal } = this.#closing;
    try {
      const html = await fetchPart(`/logs/${id}${this.#options.query}`, signal);
      // It may have been closed meanwhile.
      if (signal.aborted || !this.#opened.has(id)) return;
      this.#opened.set(id, { html });
      this.#options.onChange();
      this.#options.onPart();
    } catch (error) {
      if (signal.aborted) return;
      this.#opened.delete(id);
      this.#options.onChange();
      this.#options.onFailure(reasonOf(error));
    }
  }

  close(): void {
    this.#closing.abort();
  }
}
