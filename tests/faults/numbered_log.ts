/** Writers whose every message carries a number, so that a lost or doubled one has a name. */
import type { DockerStream } from "../support/docker_json.ts";
import { DockerLog, type DockerLogOptions } from "../support/docker_logs.ts";
import type { Random } from "../demo/random.ts";

/** A message as it is to be stored. */
export interface Printed {
  readonly stream: DockerStream;
  readonly level: string;
  /** Without ANSI codes. */
  readonly message: string;
  readonly raw: string;
}

export interface NumberedLogOptions extends DockerLogOptions {
  /** Both unless given. */
  readonly streams?: readonly [DockerStream, ...DockerStream[]];
  /** Whether only single short lines are printed. */
  readonly plain?: boolean;
  /** Whether lines are all the same in their first 5000 characters. */
  readonly alike?: boolean;
  /** Whether no message has tens of kilobytes. */
  readonly short?: boolean;
  /** Whether nothing is thrown away that is not stored yet; `stored` has to be told then. */
  readonly careful?: boolean;
}

/** Some appends that no other may come between, done one at a time. */
type Atom = (() => void)[];

/**
 * A container that prints numbered messages of many kinds. They are written step by step: a piece, a line or
 * half of one at a time, lines of the two streams mixed.
 */
export class NumberedLog implements Disposable {
  readonly docker: DockerLog;
  /** Every message that was begun. */
  readonly printed: Printed[] = [];
  /** All messages up to this number are known to be stored. */
  stored = 0;
  readonly #random: Random;
  readonly #options: NumberedLogOptions;
  /** How many messages were begun when each file was ended. */
  readonly #begun: number[] = [];
  #atoms: Atom[] = [];
  #isHalfway = false;

  constructor(root: string, name: string, random: Random, options: NumberedLogOptions = {}) {
    this.docker = new DockerLog(root, name, options);
    this.#random = random;
    this.#options = options;
  }

  get name(): string {
    return this.docker.name;
  }

  /** Writes up to so many steps; fewer when what is not stored yet would be thrown away. */
  write(steps: number): void {
    for (let step = 0; step < steps; step++) {
      if (this.#atoms.length === 0) {
        if (!this.#mayBegin()) return;
        this.#begin();
      }
      this.#step();
    }
  }

  /** Prints one more message of the plain kind, of so many bytes at least. */
  print(bytes = 0): void {
    const [stream] = this.streams;
    this.#atoms.push(...this.#atomsOf(this.#plain(stream, bytes)));
    this.finish();
  }

  /** Prints one that takes exactly so many bytes of the file: 300 to 16,000. */
  printExactly(bytes: number): void {
    const [stream] = this.streams;
    const start = `INFO: ${this.#tag()} `;
    let padding = 0;
    while (true) {
      const message = start + "x".repeat(padding);
      const [line = ""] = this.docker.lines(stream, message);
      if (line.length === bytes) {
        this.#keep({ stream, level: "INFO", message });
        this.docker.append(line);
        return;
      }
      // Not always at once: how long a line is depends on its time, too.
      padding += bytes - line.length;
    }
  }

  /** Writes what is left of messages that were begun. */
  finish(): void {
    while (this.#atoms.length > 0) this.#step();
  }

  /** Ends the current file now, whatever its size. */
  rotate(): void {
    this.#begun.push(this.printed.length);
    this.docker.rotate();
  }

  [Symbol.dispose](): void {
    this.docker.close();
  }

  get streams(): readonly [DockerStream, ...DockerStream[]] {
    return this.#options.streams ?? ["stdout", "stderr"];
  }

  /**
   * Whether all files that may go during the next messages are known to be stored. Nothing is held back in the
   * middle of a message: its lines would come too late to be taken for one entry.
   */
  #mayBegin(): boolean {
    const { careful, maxFile = 1, maxSize = Infinity } = this.#options;
    if (!careful) return true;
    const bytes = this.docker.size + this.streams.length * this.#longest;
    const rotations = Math.floor(bytes / maxSize);
    const lastToGo = this.docker.rotations + rotations - maxFile;
    return rotations === 0 || this.stored >= (this.#begun[lastToGo] ?? 0);
  }

  /** Bytes that a message takes at most. */
  get #longest(): number {
    return this.#options.short ? 6000 : 45_000;
  }

  #step(): void {
    const [atom] = this.#atoms;
    if (this.docker.rotationIsDue && !this.#isHalfway) this.rotate();
    atom?.shift()?.();
    this.#isHalfway = (atom?.length ?? 0) > 0;
    if (!this.#isHalfway) this.#atoms.shift();
  }

  /** Prepares a message, or one for each stream that are printed at the same time. */
  #begin(): void {
    const messages = this.#random.chance(0.1) ? this.streams : [this.#random.pick(this.streams)];
    const queues = messages.map((stream) => this.#atomsOf(this.#any(stream)));
    if (this.docker.isCompressing) queues.push(this.#compressing());
    while (queues.some((queue) => queue.length > 0)) {
      const queue = queues[this.#random.whole(0, queues.length - 1)];
      const atom = queue?.shift();
      if (atom) this.#atoms.push(atom);
    }
  }

  /** The daemon packs the ended file while lines go on coming. */
  #compressing(): Atom[] {
    return [0.2, 0.7, 1].map((share) => [() => this.docker.compress(share)]);
  }

  #atomsOf({ stream, raw }: Printed): Atom[] {
    return raw.split("\n").flatMap((line) => this.docker.lines(stream, line)).map((line): Atom => {
      if (!this.#random.chance(0.05)) return [() => this.docker.append(line)];
      // The reader comes while the line is being written.
      let finish = () => {};
      const bytes = this.#random.whole(1, line.length - 2);
      return [() => finish = this.docker.appendHalf(line, bytes), () => finish()];
    });
  }

  #any(stream: DockerStream): Printed {
    const kind = this.#random.next();
    if (this.#options.plain || kind < 0.7) return this.#plain(stream, this.#random.whole(0, 200));
    const tag = this.#tag();
    if (kind < 0.78) {
      const message = `{"level":"warn","time":"t","msg":"${tag} – größer \u2028 als"}`;
      return this.#keep({ stream, level: "WARNING", message });
    }
    if (kind < 0.84) {
      return this.#keep({
        stream,
        level: "ERROR",
        message: `ERROR: ${tag} in colours`,
        raw: `\x1b[31mERROR\x1b[0m: ${tag} in \x1b[1;36mcolours\x1b[0m`,
      });
    }
    if (kind < 0.93) {
      return this.#keep({ stream, level: "ERROR", message: pythonTraceback(tag, this.#random) });
    }
    if (kind < 0.98 || this.#options.short) {
      return this.#keep({ stream, level: "ERROR", message: javaTrace(tag, this.#random) });
    }
    const [start, end] = [`INFO: ${tag} `, ` ${tag}`];
    // Also a line that ends exactly where Docker cuts.
    const length = this.#random.pick([40_000, 16_384, 16_383, 32_768, 17_000]);
    const middle = "x".repeat(length - start.length - end.length);
    return this.#keep({ stream, level: "INFO", message: start + middle + end });
  }

  #plain(stream: DockerStream, padding: number): Printed {
    const message = this.#options.alike
      ? `INFO: ${"x".repeat(5000)} ${this.#tag()}`
      : `INFO: ${this.#tag()} says <b>"hi"</b> & \t größer ${"x".repeat(padding)}`;
    return this.#keep({ stream, level: "INFO", message });
  }

  #keep({ raw, ...one }: Omit<Printed, "raw"> & { readonly raw?: string }): Printed {
    const printed = { ...one, raw: raw ?? one.message };
    this.printed.push(printed);
    return printed;
  }

  #tag(): string {
    return `${this.docker.name}#${this.printed.length + 1}`;
  }
}

function pythonTraceback(tag: string, random: Random): string {
  const frames = Array.from({ length: random.whole(1, 12) }, (_, depth) => [
    `  File "/srv/app/step${depth}.py", line ${depth + 10}, in step${depth}`,
    `    return step${depth + 1}(order)`,
  ]);
  return [
    `ERROR: ${tag} failed`,
    "Traceback (most recent call last):",
    ...frames.flat(),
    `ValueError: ${tag}`,
  ].join("\n");
}

function javaTrace(tag: string, random: Random): string {
  const frames = Array.from(
    { length: random.whole(1, 30) },
    (_, depth) => `\tat org.example.Step${depth}.run(Step${depth}.java:${depth + 10})`,
  );
  return [
    `ERROR: ${tag} failed`,
    "java.lang.IllegalStateException: no order",
    ...frames,
    `Caused by: java.lang.NullPointerException: ${tag}`,
    "\t... 12 more",
  ].join("\n");
}
