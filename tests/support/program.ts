/** Starts the real program, as users do, and speaks HTTP to it. */
import { bundleArgs } from "../../deploy/compile.ts";
import { ABORT_FLAG, IMAGE_V8_FLAGS, MALLOC_ENV, V8_FLAGS } from "../../deploy/runtime.ts";

const root = new URL("../../", import.meta.url);
const BUNDLE = new URL("dist/monlight.js", root).pathname;
/** Generous, since test machines are slow and busy. */
const READY_MS = 60_000;

const NO_RATE_LIMITS = {
  ...{ ERRORS_RATE_LIMIT: "0", LOGS_RATE_LIMIT: "0", METRICS_RATE_LIMIT: "0" },
  RELAY_RATE_LIMIT: "0",
};

/** Where the relay sends on to when a test does not care: nothing listens there. */
export const NO_UPSTREAMS = {
  ...{ ERROR_TRACKER_URL: "http://127.0.0.1:1", ERROR_TRACKER_API_KEY: "none" },
  ...{ METRICS_COLLECTOR_URL: "http://127.0.0.1:1", METRICS_COLLECTOR_API_KEY: "none" },
};

export interface ProgramOptions {
  /** Words after `monlight`; `serve` unless given. */
  readonly command?: readonly string[];
  /** Flags after the command. */
  readonly args?: readonly string[];
  /** Variables beside API_KEY and a high RATE_LIMIT. */
  readonly env?: Readonly<Record<string, string>>;
  /** Kept by the caller between starts; a new folder, deleted at the end, unless given. */
  readonly dataDir?: string;
  /** Words in front of the command, such as a memory group's. */
  readonly enter?: readonly string[];
  /** Runs it as the container image does, rather than as `deno task start`. */
  readonly asImage?: boolean;
  /** Where containers have their logs; kept by the caller, or an empty folder as long as it runs. */
  readonly logSources?: string;
}

/** A running program. */
export interface Program extends AsyncDisposable {
  readonly url: string;
  readonly apiKey: string;
  readonly dataDir: string;
  readonly logSources: string;
  readonly pid: number;
  /** What it has logged so far, a JSON object a line. */
  logs(): readonly Readonly<Record<string, unknown>>[];
  /** All it has written to standard output and error. */
  output(): string;
  /** Sends a signal and waits for the end; gives the exit code. */
  stop(signal?: Deno.Signal): Promise<number>;
  /** A request with the API key. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Reports an error with sensible fields; those given win. */
  report(fields?: Readonly<Record<string, unknown>>): Promise<Response>;
}

export const API_KEY = "test-key-0123456789";

/** Arguments of `deno` that start the program under test. */
export function programArgs(words: readonly string[], v8Flags = V8_FLAGS): string[] {
  return ["run", "-A", "--no-config", ABORT_FLAG, v8Flags, BUNDLE, ...words];
}

/** Those by which the container image starts it. */
export function imageArgs(words: readonly string[], v8Flags = IMAGE_V8_FLAGS): string[] {
  return [...bundleArgs(BUNDLE, v8Flags), ...words];
}

/** Runs a command to its end. */
export async function runCommand(
  words: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: programArgs(words),
    env: { ...options.env },
    ...(options.cwd ? { cwd: options.cwd } : {}),
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** Starts the program on a free port and waits until it listens. */
export async function startProgram(options: ProgramOptions = {}): Promise<Program> {
  const { command = ["serve"], args = [], env = {}, enter = [] } = options;
  const folders = new Folders();
  const dataDir = options.dataDir ?? await folders.make();
  const logSources = options.logSources ?? await folders.make();
  const place: Record<string, string> = command[0] === "serve" || command[0] === "start"
    ? { DATA_DIR: dataDir, ...NO_RATE_LIMITS, LOG_SOURCES: logSources }
    : { DATABASE_PATH: `${dataDir}/${command[0]}.db`, RATE_LIMIT: "0" };
  if (command[0] === "logs") Object.assign(place, { CONTAINERS: "*", LOG_SOURCES: logSources });
  if (command[0] === "relay") Object.assign(place, { ADMIN_API_KEY: API_KEY, ...NO_UPSTREAMS });
  const words = [...command, "--port", "0", "--host", "127.0.0.1", ...args];
  const denoArgs = options.asImage ? imageArgs(words) : programArgs(words);
  const [first = "", ...rest] = [...enter, Deno.execPath(), ...denoArgs];
  const child = new Deno.Command(first, {
    args: rest,
    env: { API_KEY, ...MALLOC_ENV, ...place, ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = new Output(child);
  const ended = child.status;
  const url = await output.url(ended).catch(async (error) => {
    await folders.remove();
    throw error;
  });
  const program: Program = {
    url,
    apiKey: env.API_KEY ?? API_KEY,
    dataDir,
    logSources,
    pid: child.pid,
    logs: () => output.logs(),
    output: () => output.text,
    async stop(signal = "SIGTERM") {
      try {
        child.kill(signal);
      } catch {
        // It has ended already.
      }
      const { code } = await ended;
      await output.done;
      return code;
    },
    fetch(path, init = {}) {
      const headers = new Headers(init.headers);
      if (!headers.has("x-api-key")) headers.set("x-api-key", program.apiKey);
      return fetch(url + path, { ...init, headers });
    },
    report: (fields = {}) =>
      program.fetch("/api/errors", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ ...SAMPLE_REPORT, ...fields }),
      }),
    async [Symbol.asyncDispose]() {
      await program.stop("SIGKILL");
      await folders.remove();
    },
  };
  return program;
}

export const SAMPLE_REPORT = {
  project: "shop",
  exception_type: "ValueError",
  message: "could not convert string to float: 'n/a'",
  traceback: [
    "Traceback (most recent call last):",
    '  File "/srv/shop/app/checkout.py", line 88, in parse_price',
    "    return float(text)",
    "ValueError: could not convert string to float: 'n/a'",
  ].join("\n"),
} as const;

/** Temporary folders that go together. */
class Folders {
  readonly #paths: string[] = [];

  async make(): Promise<string> {
    const path = await Deno.makeTempDir({ prefix: "monlight-test-" });
    this.#paths.push(path);
    return path;
  }

  async remove(): Promise<void> {
    for (const path of this.#paths) await Deno.remove(path, { recursive: true });
  }
}

/** Reads what a process writes, line by line. */
class Output {
  text = "";
  readonly done: Promise<void>;
  #changed = () => {};

  constructor(child: Deno.ChildProcess) {
    this.done = Promise.all([this.#drain(child.stdout), this.#drain(child.stderr)]).then(() => {});
  }

  logs(): Readonly<Record<string, unknown>>[] {
    return this.text.split("\n").filter((line) => line.startsWith("{")).map((line) =>
      JSON.parse(line)
    );
  }

  /** The address it listens on, by its log or its greeting. Throws with its output when it ends before. */
  async url(ended: Promise<unknown>): Promise<string> {
    let over = false;
    ended.then(() => {
      over = true;
      this.#changed();
    });
    const deadline = Date.now() + READY_MS;
    while (true) {
      const found = /"msg":"Listening","url":"([^"]+)"|Open\s+(http:\S+)/.exec(this.text);
      const url = found?.[1] ?? found?.[2];
      if (url) return url;
      if (over) throw new Error(`The program ended before it listened:\n${this.text}`);
      if (Date.now() > deadline) throw new Error(`The program does not listen:\n${this.text}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1000);
        this.#changed = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  async #drain(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      this.text += text;
      this.#changed();
    }
  }
}
