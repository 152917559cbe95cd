import { cleanAddress } from "./address.ts";
import { randomId } from "./ids.ts";
import type { Scope } from "./scope.ts";
import type { Send } from "./transport.ts";

const MAX_AGE_MS = 5000;
const MAX_COUNT = 10;
const MAX_BYTES = 8192;

type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly name: string;
  readonly type: "counter" | "histogram";
  value: number;
  readonly labels: Labels;
}

export interface Metrics {
  /** One more. */
  count(name: string, labels: Labels): void;
  /** A value of a histogram; `page` is the address it belongs to, that of now unless given. */
  measure(name: string, value: number, labels: Labels, page?: string): void;
  flush(): void;
}

/**
 * Gathers metrics and sends them in batches: after 5 s, or when 10 or 8 KiB of them are there. What belongs to
 * different pages of a single-page application goes apart.
 */
export function gatherMetrics(scope: Scope, session: string, send: Send): Metrics {
  const waiting = new Map<string, Map<string, Sample>>();
  let size = 0;
  let bytes = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const flush = scope.guard(() => {
    clearTimeout(timer);
    timer = undefined;
    const batches = [...waiting];
    waiting.clear();
    size = bytes = 0;
    for (const [url, samples] of batches) {
      const metrics = [...samples.values()];
      send("metrics", {
        metrics,
        session_id: session,
        url,
        event_id: randomId(),
      });
    }
  });
  const add = (key: string, sample: Sample, page: string) => {
    const url = cleanAddress(new URL(page));
    const samples = waiting.get(url) ?? new Map<string, Sample>();
    waiting.set(url, samples);
    const same = samples.get(key);
    if (same) {
      same.value += sample.value;
      return;
    }
    samples.set(key, sample);
    size++;
    bytes += JSON.stringify(sample).length;
    if (size >= MAX_COUNT || bytes >= MAX_BYTES) flush();
    else timer ??= setTimeout(flush, MAX_AGE_MS);
  };
  scope.onEnd(() => clearTimeout(timer));
  return {
    count(name, labels) {
      add(
        name + JSON.stringify(labels),
        { name, type: "counter", value: 1, labels },
        location.href,
      );
    },
    measure(name, value, labels, page = location.href) {
      add(`${size} ${name}`, { name, type: "histogram", value: round(value), labels }, page);
    },
    flush,
  };
}

/** To thousandths: a clock of browsers tells no more. */
function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
