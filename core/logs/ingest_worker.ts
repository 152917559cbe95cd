/**
 * The thread that reads log files and stores what is in them, so that a burst of logs holds up nothing
 * else; see `Ingestion`. It has the only connection that writes to the database.
 */
import { SECOND, systemClock } from "../clock.ts";
import { describeError, Failure } from "../failure.ts";
import { watchGarbage } from "../garbage.ts";
import { LOG_LEVELS, type LogFields, type Logger, type LogLevel } from "../logger.ts";
import { containerMatcher } from "./container_patterns.ts";
import { LiveTails, type TailFilter } from "./live_tails.ts";
import type { ReadingState } from "./model.ts";
import { openLogStore } from "./sqlite_store.ts";
import { Tailer } from "./tailer.ts";

export interface IngestOptions {
  readonly databasePath: string;
  readonly maxEntries: number;
  /** Bytes of the database; 0 for no limit. */
  readonly maxBytes: number;
  readonly sources: string;
  /** Names or globs. */
  readonly containers: readonly string[];
  readonly pollIntervalMs: number;
  readonly tailBuffer: number;
}

export type IngestMessage =
  | { readonly start: IngestOptions }
  | { readonly tail: number; readonly filter: TailFilter }
  | { readonly tailEnded: number }
  | { readonly taken: number; readonly characters: number }
  | { readonly stop: true };

export type IngestReport =
  /** Lines that were malformed are those since the last report. */
  | { readonly state: ReadingState; readonly malformed: number }
  /** Entries that made room because the database had reached its size. */
  | { readonly trimmed: number }
  | { readonly tail: number; readonly frames: string; readonly events: number }
  | { readonly level: LogLevel; readonly msg: string; readonly fields: LogFields }
  | { readonly stopped: true };

/** Between looks at the files while a live tail is open. */
const LIVE_MS = 250;
const TELL_MS = 200;
/** The same failure is logged once in this time. */
const FAILURE_MS = 60 * SECOND;

const NO_FAILURE = { sentence: null, at: -Infinity };

const tails = new LiveTails((tail, frames, events) => report({ tail, frames, events }));
let wake = () => {};
let isStopping = false;
let tailer: Tailer | undefined;

self.onmessage = ({ data: message }: MessageEvent<IngestMessage>) => {
  if ("start" in message) {
    run(message.start);
  } else if ("filter" in message) {
    tails.open(message.tail, message.filter);
    wake();
  } else if ("tailEnded" in message) {
    tails.close(message.tailEnded);
  } else if ("taken" in message) {
    tails.taken(message.taken, message.characters);
  } else {
    isStopping = true;
    tailer?.stop();
    wake();
  }
};

async function run(options: IngestOptions): Promise<void> {
  watchGarbage();
  const logger = reportingLogger();
  const { databasePath: path, maxEntries, maxBytes, sources, containers, tailBuffer } = options;
  const store = openLogStore({ path, maxEntries, maxBytes });
  let malformed = 0;
  let last = "";
  let failure: { readonly sentence: string | null; readonly at: number } = NO_FAILURE;
  const current = tailer = new Tailer({
    store,
    sources,
    isFollowed: containerMatcher(containers),
    tailBuffer,
    clock: systemClock,
    elapsed: () => performance.now(),
    logger,
    onStored: (run) => tails.publish(run),
    onMalformed: () => malformed++,
    onTrimmed: (entries) => report({ trimmed: entries }),
  });
  const tell = () => {
    // What cannot be stored is a problem like what cannot be read.
    const state = { ...current.state, problem: current.state.problem ?? failure.sentence };
    const now = JSON.stringify(state);
    if (now === last && malformed === 0) return;
    report({ state, malformed });
    malformed = 0;
    last = now;
  };
  // A look can take long where much is to be read.
  const telling = setInterval(tell, TELL_MS);
  while (!isStopping) {
    const startedAt = performance.now();
    let isBehind = false;
    try {
      isBehind = await current.poll();
      if (failure !== NO_FAILURE) logger.info("Logs are stored again");
      failure = NO_FAILURE;
    } catch (error) {
      const sentence = error instanceof Failure ? error.detail : describeError(error);
      if (sentence !== failure.sentence || startedAt - failure.at > FAILURE_MS) {
        logger.error("Logs cannot be stored; they are read again later", { error: sentence });
        failure = { sentence, at: startedAt };
      }
    }
    tell();
    const interval = tails.size > 0
      ? Math.min(LIVE_MS, options.pollIntervalMs)
      : options.pollIntervalMs;
    await sleep(isBehind ? 0 : interval - (performance.now() - startedAt));
  }
  clearInterval(telling);
  store.close();
  report({ stopped: true });
}

/** Waits so many ms, or until somebody wants a look at once. */
async function sleep(ms: number): Promise<void> {
  if (isStopping) return;
  const woken = Promise.withResolvers<void>();
  const timer = setTimeout(woken.resolve, Math.max(ms, 1));
  wake = woken.resolve;
  await woken.promise;
  clearTimeout(timer);
}

function reportingLogger(): Logger {
  const log = (level: LogLevel) => (msg: string, fields: LogFields = {}) =>
    report({ level, msg, fields });
  const [error, warn, info, debug] = LOG_LEVELS.map(log);
  if (!error || !warn || !info || !debug) throw new Error("A level of logs is missing");
  const logger: Logger = { error, warn, info, debug, child: () => logger };
  return logger;
}

function report(message: IngestReport): void {
  self.postMessage(message);
}
