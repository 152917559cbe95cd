/** Processes whose output is waited for, line by line. */

/** A process under way; at the end of its scope it is killed if it still runs. */
export interface Process extends AsyncDisposable {
  readonly pid: number;
  /** All it has written to standard output and error so far. */
  readonly output: string;
  /** Resolves with its exit code. */
  readonly ended: Promise<number>;
  /** Waits until its output matches; throws with the output when it ends before. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  /** Sends a signal, waits for the end, and gives the exit code. */
  stop(signal?: Deno.Signal): Promise<number>;
}

export interface ProcessOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Whether only `env` is seen, nothing of this process. */
  readonly clearEnv?: boolean;
  readonly cwd?: string;
}

export function startProcess(
  command: string,
  args: readonly string[],
  { env = {}, clearEnv = false, cwd }: ProcessOptions = {},
): Process {
  const child = new Deno.Command(command, {
    args: [...args],
    env: { ...env },
    clearEnv,
    ...(cwd === undefined ? {} : { cwd }),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let output = "";
  let over = false;
  let changed = Promise.withResolvers<void>();
  const tell = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const drain = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      output += text;
      tell();
    }
  };
  const ended = (async () => {
    const [{ code }] = await Promise.all([child.status, drain(child.stdout), drain(child.stderr)]);
    over = true;
    tell();
    return code;
  })();
  const stop = (signal: Deno.Signal = "SIGTERM") => {
    if (!over) kill(child, signal);
    return ended;
  };
  return {
    pid: child.pid,
    get output() {
      return output;
    },
    ended,
    async says(pattern) {
      while (true) {
        const found = pattern.exec(output);
        if (found) return found;
        if (over) throw new Error(`The process ended without saying ${pattern}:\n${output}`);
        await changed.promise;
      }
    },
    stop,
    async [Symbol.asyncDispose]() {
      await stop("SIGKILL");
    },
  };
}

function kill(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch (error) {
    // It has ended, and that was not told yet.
    if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
  }
}
