declare global {
  interface WindowEventMap {
    /** Is the document's, and arrives at the window too. */
    visibilitychange: Event;
  }
}

/** What one `init()` has put into the page, to be taken back together. */
export interface Scope {
  isLive(): boolean;
  /** The same function, but what it throws goes to the debug log instead of the page. */
  guard<Args extends unknown[]>(work: (...args: Args) => void): (...args: Args) => void;
  /** Adds a guarded listener to the window, until the end. */
  listen<Type extends keyof WindowEventMap>(
    type: Type,
    listener: (event: WindowEventMap[Type]) => void,
    capture?: boolean,
  ): void;
  onEnd(undo: () => void): void;
  /** Writes to the console, if debugging is on. */
  debug(...words: unknown[]): void;
  end(): void;
}

export function openScope(debugging: boolean): Scope {
  let live = true;
  const undos: (() => void)[] = [];
  // As it is now: what we write is not a line of the page's.
  const { log } = globalThis.console;
  const debug = (...words: unknown[]) => {
    if (debugging) log("[monlight]", ...words);
  };
  const guard: Scope["guard"] = (work) => (...args) => {
    try {
      if (live) work(...args);
    } catch (error) {
      debug(error);
    }
  };
  return {
    isLive: () => live,
    guard,
    listen(type, listener, capture) {
      const guarded = guard(listener);
      addEventListener(type, guarded, capture);
      undos.push(() => removeEventListener(type, guarded, capture));
    },
    onEnd: (undo) => void undos.push(undo),
    debug,
    end() {
      // The other way round: what was put over something else goes first.
      for (const undo of undos.reverse()) guard(undo)();
      live = false;
    },
  };
}
