/** Containers' folders as Docker keeps them, and logs written into them as its json-file driver does. */
import { dockerLines, type DockerStream } from "./docker_json.ts";
import { containerConfig, containerId, hostConfig } from "./docker_container.ts";
import { gzipLikeDocker } from "./docker_gzip.ts";

export interface DockerLogOptions {
  /** 64 hexadecimal digits; made from the name unless given. */
  readonly id?: string;
  /** As `docker inspect` shows it, only for realism. */
  readonly image?: string;
  /** `max-size` in bytes; the file never rotates by itself unless given. */
  readonly maxSize?: number;
  /** `max-file`, 1 unless given: the current file and so many minus one rotated ones. */
  readonly maxFile?: number;
  /** `compress=true`: rotated files become `.1.gz` and so on. */
  readonly compress?: boolean;
  /** Whether compression is left to `compress()`, as the daemon does it beside its other work. */
  readonly compressLater?: boolean;
  /** With `max-file=1` the daemon empties the file (up to 20.10) or replaces it (later ones). */
  readonly single?: "truncate" | "replace";
  /** Labels and variables in each line. */
  readonly attrs?: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch; times of lines strictly grow whatever it says. */
  readonly now?: () => number;
}

/** A container's log. What is there already is continued, as after a restart of the daemon. */
export class DockerLog implements Disposable {
  readonly id: string;
  readonly folder: string;
  /** The current file. */
  readonly path: string;
  /** How often the file was rotated or emptied. */
  rotations = 0;
  #name: string;
  readonly #options: DockerLogOptions;
  #file: Deno.FsFile;
  #size: number;
  /** Nanoseconds since the epoch: of the newest line, and of the newest in the file. */
  #time = 0n;
  #timeInFile = 0n;
  #compressing: { readonly gzip: Uint8Array; written: number } | null = null;

  /** Makes the folder of a container below `root`, which must exist. */
  constructor(root: string, name: string, options: DockerLogOptions = {}) {
    this.#name = name;
    this.#options = options;
    this.id = options.id ?? containerId(name);
    this.folder = `${root}/${this.id}`;
    this.path = `${this.folder}/${this.id}-json.log`;
    Deno.mkdirSync(this.folder, { recursive: true, mode: 0o710 });
    for (const folder of ["checkpoints", "mounts"]) {
      Deno.mkdirSync(`${this.folder}/${folder}`, { recursive: true, mode: 0o700 });
    }
    this.#writeConfig();
    this.#file = this.#open({ append: true });
    this.#size = this.#file.statSync().size;
  }

  get name(): string {
    return this.#name;
  }

  /** Bytes in the current file. */
  get size(): number {
    return this.#size;
  }

  get inode(): number | null {
    return this.#file.statSync().ino;
  }

  /** Whether the next line goes into a new file. */
  get rotationIsDue(): boolean {
    return this.#options.maxSize !== undefined && this.#size >= this.#options.maxSize;
  }

  /** Whether a rotated file waits for `compress()` to go on. */
  get isCompressing(): boolean {
    return this.#compressing !== null;
  }

  /** Prints a line (without its newline), at this time in ms or now. */
  write(stream: DockerStream, message: string | Uint8Array, time?: number): void {
    for (const line of this.lines(stream, message, { time })) this.append(line);
  }

  /** Lines of the log file for one printed line, a piece each; to be given to `append`. */
  lines(
    stream: DockerStream,
    message: string | Uint8Array,
    options: { readonly time?: number | undefined; readonly unended?: boolean } = {},
  ): readonly string[] {
    const { attrs } = this.#options;
    return dockerLines(stream, message, this.#tick(options.time), {
      unended: options.unended ?? false,
      ...(attrs ? { attrs } : {}),
    });
  }

  /** Appends a whole line of the log file, after a rotation where one is due. */
  append(line: string | Uint8Array): void {
    if (this.rotationIsDue) this.rotate();
    this.#append(typeof line === "string" ? new TextEncoder().encode(line) : line);
  }

  /** Appends a line's first bytes; what it gives appends the rest. */
  appendHalf(line: string, bytes: number): () => void {
    if (this.rotationIsDue) this.rotate();
    const all = new TextEncoder().encode(line);
    this.#append(all.subarray(0, bytes));
    return () => this.#append(all.subarray(bytes));
  }

  /** Ends the current file: the older ones move up, the oldest goes, a new one begins. */
  rotate(): void {
    const { maxFile = 1, compress = false } = this.#options;
    this.compress();
    this.#file.close();
    if (maxFile < 2) {
      if (this.#options.single === "replace") Deno.removeSync(this.path);
    } else {
      const end = compress ? ".gz" : "";
      removeIfThere(`${this.path}.${maxFile - 1}${end}`);
      // The daemon tries all numbers up to max-file, however few files there are.
      for (let at = Math.min(maxFile - 1, this.#oldest() + 1); at > 1; at--) {
        renameIfThere(`${this.path}.${at - 1}${end}`, `${this.path}.${at}${end}`);
      }
      Deno.renameSync(this.path, `${this.path}.1`);
    }
    this.#file = this.#open({ write: true, truncate: true });
    this.#size = 0;
    this.rotations++;
    if (maxFile < 2 || !compress) return;
    const plain = Deno.readFileSync(`${this.path}.1`);
    this.#compressing = { gzip: gzipLikeDocker(plain, this.#timeInFile), written: 0 };
    if (!this.#options.compressLater) this.compress();
  }

  /** Goes on with compressing `.1`, up to this share of it; at 1 the plain file goes. */
  compress(share = 1): void {
    if (!this.#compressing) return;
    const { gzip, written } = this.#compressing;
    const upTo = Math.floor(gzip.length * share);
    const path = `${this.path}.1.gz`;
    const part = gzip.subarray(written, upTo);
    if (written === 0) Deno.writeFileSync(path, part, { mode: 0o640 });
    else Deno.writeFileSync(path, part, { append: true });
    this.#compressing.written = upTo;
    if (share < 1) return;
    Deno.removeSync(`${this.path}.1`);
    this.#compressing = null;
  }

  /** `docker rename`. */
  rename(name: string): void {
    this.#name = name;
    this.#writeConfig();
  }

  /** `docker rm`. */
  remove(): void {
    this.close();
    Deno.removeSync(this.folder, { recursive: true });
  }

  close(): void {
    try {
      this.#file.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #append(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) at += this.#file.writeSync(bytes.subarray(at));
    this.#size += bytes.length;
    this.#timeInFile = this.#time;
  }

  /** The highest number of a rotated file; 0 when there is none. */
  #oldest(): number {
    const numbers = [...Deno.readDirSync(this.folder)].map(({ name }) =>
      Number(/-json\.log\.(\d+)/.exec(name)?.[1] ?? 0)
    );
    return Math.max(0, ...numbers);
  }

  #open(options: Deno.OpenOptions): Deno.FsFile {
    return Deno.openSync(this.path, { ...options, create: true, mode: 0o640 });
  }

  /** The next time in ns: never the same twice, never backwards. */
  #tick(time = (this.#options.now ?? Date.now)()): bigint {
    const wanted = BigInt(Math.floor(time * 1000)) * 1000n;
    // A process prints its lines some microseconds apart.
    const next = this.#time + 1_371n + this.#time % 977n;
    this.#time = wanted > this.#time ? wanted + this.#time % 997n : next;
    return this.#time;
  }

  /** As the daemon does: a new file, put in the old one's place. */
  #writeConfig(): void {
    const parts: readonly (readonly [string, unknown, number])[] = [
      ["config.v2.json", containerConfig(this.id, this.#name, this.path, this.#options), 0o600],
      ["hostconfig.json", hostConfig(this.#options), 0o644],
    ];
    for (const [name, content, mode] of parts) {
      const temporary = `${this.folder}/.tmp-${name}${Math.floor(Math.random() * 1e9)}`;
      Deno.writeTextFileSync(temporary, JSON.stringify(content) + "\n", { mode });
      Deno.renameSync(temporary, `${this.folder}/${name}`);
    }
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function renameIfThere(from: string, to: string): void {
  try {
    Deno.renameSync(from, to);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
