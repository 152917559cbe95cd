/** Containers of one test: what they print, and what the engine has of it on disk. */
import { gunzipSync } from "node:zlib";
import type { Engine } from "./engine.ts";

/** What a container prints; see `script`. */
export interface Printing {
  /** Numbered lines until it is through; a run that is cut short begins a new one at the next start. */
  readonly lines: number;
  /** How many at once. */
  readonly burst: number;
  /** Milliseconds between two bursts. */
  readonly pauseMs: number;
}

/** Containers whose names begin with one prefix, removed at the end. */
export class Containers implements AsyncDisposable {
  readonly prefix: string;
  readonly #engine: Engine;
  readonly #folders = new Map<string, string>();

  constructor(engine: Engine) {
    this.#engine = engine;
    this.prefix = `monlight-test-${crypto.randomUUID().slice(0, 8)}-`;
  }

  /** Starts a container; `options` are those of its log. */
  async start(
    name: string,
    command: string,
    options: readonly string[] = ["max-size=64k", "max-file=3"],
  ): Promise<void> {
    const id = await this.#engine.docker(
      ...["run", "--detach", "--name", this.prefix + name, "--network", "none"],
      ...["--log-driver", "json-file", ...options.flatMap((option) => ["--log-opt", option])],
      ...[this.#engine.image, "/bin/sh", "-c", command],
    );
    this.#folders.set(name, `${this.#engine.containers}/${id.trim()}`);
  }

  /** `docker restart`, `stop` and so on: the words before the name, and what follows it. */
  async tell(words: readonly string[], name: string, after: readonly string[] = []): Promise<void> {
    await this.#engine.docker(...words, this.prefix + name, ...after);
  }

  /** Waits until its command has ended by itself. */
  async ended(name: string): Promise<void> {
    await this.#engine.docker("wait", this.prefix + name);
  }

  /** Lines of its log files, oldest first, as they lie there now. `name` is the one it started with. */
  linesOnDisk(name: string): readonly string[] {
    const folder = this.#folders.get(name) ?? "";
    const names = [...Deno.readDirSync(folder)].map((entry) => entry.name)
      .filter((entry) => entry.includes("-json.log"));
    const age = (entry: string) => Number(/\.(\d+)(\.gz)?$/.exec(entry)?.[1] ?? 0);
    return names.sort((one, other) => age(other) - age(one)).flatMap((entry) => {
      const bytes = Deno.readFileSync(`${folder}/${entry}`);
      const text = new TextDecoder().decode(entry.endsWith(".gz") ? gunzipSync(bytes) : bytes);
      return text.split("\n").filter((line) => line !== "");
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const listed = await this.#engine.docker("ps", "-aq", "--filter", `name=^/?${this.prefix}`);
    const ids = listed.split("\n").filter((id) => id !== "");
    if (ids.length > 0) await this.#engine.docker("rm", "--force", ...ids);
  }
}

/**
 * A script that prints lines with the run of the container and a number in it: plain ones, every 40th a
 * traceback on stderr, every 60th of 40 KB. It ends with a line `done`.
 */
export function script({ lines, burst, pauseMs }: Printing): string {
  return `
    run=$(cat /run-number 2>/dev/null || echo 0); run=$((run + 1)); echo $run > /run-number
    long=$(head -c 40000 /dev/zero | tr '\\0' x)
    n=0
    while [ $n -lt ${lines} ]; do
      n=$((n + 1))
      if [ $((n % 40)) -eq 0 ]; then
        printf 'ERROR: run %d number %d failed\\nTraceback (most recent call last):\\n  File "/srv/a.py", line %d, in b\\n    c()\\nValueError: end of %d\\n' $run $n $n $n >&2
      elif [ $((n % 60)) -eq 59 ]; then
        echo "INFO: run $run number $n $long end of $n"
      else
        echo "INFO: run $run number $n with <some> \\"text\\" & more, end of $n"
      fi
      if [ $((n % ${burst})) -eq 0 ]; then usleep ${pauseMs * 1000}; fi
    done
    echo "INFO: run $run number $((n + 1)) is the last, end of $((n + 1))"
  `;
}

/** A numbered line: which run of the container, which number in it. */
export interface Numbered {
  readonly run: number;
  readonly number: number;
}

/** The number in a printed line; null in one that has none, as the middle of a long one. */
export function numberIn(text: string): Numbered | null {
  const found = /^(?:INFO|ERROR): run (\d+) number (\d+) /.exec(text);
  return found && { run: Number(found[1]), number: Number(found[2]) };
}
