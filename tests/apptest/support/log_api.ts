/** The Log Viewer with containers of one's own, whose logs are written as Docker does. */
import assert from "node:assert/strict";
import { ContainerLogs, untilStored } from "../../support/container_logs.ts";
import type { DockerLog } from "../../support/docker_logs.ts";
import { type Answer, Api } from "./api.ts";

/** When the logs of the tests begin, in ms. */
export const BEGIN = Date.UTC(2026, 10, 20, 12);

/** A time as the API tells it, so many seconds after the begin. */
export function at(seconds: number): string {
  return new Date(BEGIN + seconds * 1000).toISOString();
}

/** An entry as the API tells it. */
export interface Entry {
  readonly id: number;
  readonly timestamp: string;
  readonly container: string;
  readonly stream: string;
  readonly level: string;
  readonly message: string;
  readonly raw: string;
}

export interface LogApiOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  /** Writes what is there before the program starts. */
  readonly before?: (logs: ContainerLogs) => void;
}

/** The running Log Viewer and the containers it follows. */
export class LogApi implements AsyncDisposable {
  readonly api: Api;
  readonly folder: ContainerLogs;

  private constructor(api: Api, folder: ContainerLogs) {
    this.api = api;
    this.folder = folder;
  }

  static async start(options: LogApiOptions = {}): Promise<LogApi> {
    const folder = new ContainerLogs();
    try {
      options.before?.(folder);
      const api = await Api.start({
        command: options.command ?? ["logs", "serve"],
        logSources: folder.path,
        env: { POLL_INTERVAL: "0.1", TAIL_BUFFER: "0", ...options.env },
      });
      return new LogApi(api, folder);
    } catch (error) {
      folder[Symbol.dispose]();
      throw error;
    }
  }

  container(name: string): DockerLog {
    return this.folder.container(name);
  }

  /** Waits until so many entries are stored; more of them fail the test. */
  stored(count: number): Promise<void> {
    return untilStored(this.api.program, count);
  }

  /** The answer of a list, which must succeed. */
  async list(query: string): Promise<
    {
      readonly logs: readonly Entry[];
      readonly total: number;
      readonly total_is_lower_bound?: true;
    }
  > {
    return (await this.ok(`/api/logs?${query}`)).json();
  }

  /** The answer to a request that must succeed. */
  async ok(path: string): Promise<Answer> {
    const answer = await this.api.get(path);
    assert.equal(answer.status, 200, `${path}: ${answer.text}`);
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.api[Symbol.asyncDispose]();
    this.folder[Symbol.dispose]();
  }
}

/** A parameter, encoded. */
export function encoded(name: string, value: string): string {
  return `${name}=${encodeURIComponent(value)}`;
}

/** The numbers in messages that tests print as `m0`, `m1` and so on. */
export function numbers(logs: readonly Entry[]): readonly number[] {
  return logs.map(({ message }) => Number(/\bm(\d+)/.exec(message)?.[1]));
}
