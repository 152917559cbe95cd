/** Logs of containers for tests that only want some entries to be there. */
import assert from "node:assert/strict";
import { DockerLog } from "./docker_logs.ts";
import type { Program } from "./program.ts";

const PATIENCE_MS = 90_000;
const LOOK_MS = 50;

/** A folder of containers, deleted at the end of the scope. */
export class ContainerLogs implements Disposable {
  readonly path = Deno.makeTempDirSync({ prefix: "monlight-docker-" });
  readonly #containers = new Map<string, DockerLog>();

  /** A container's log, made when it is first asked for. */
  container(name: string): DockerLog {
    const found = this.#containers.get(name) ?? new DockerLog(this.path, name);
    this.#containers.set(name, found);
    return found;
  }

  /** Prints lines on a container's standard output. */
  print(name: string, lines: readonly string[]): void {
    for (const line of lines) this.container(name).write("stdout", line);
  }

  [Symbol.dispose](): void {
    for (const log of this.#containers.values()) log.close();
    Deno.removeSync(this.path, { recursive: true });
  }
}

/** Waits until a program has stored so many log entries; more of them fail the test. */
export async function untilStored(program: Program, count: number): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (true) {
    const { total_logs } = await (await program.fetch("/api/stats")).json();
    if (total_logs === count) return;
    assert.ok(total_logs < count, `${total_logs} entries are stored instead of ${count}`);
    assert.ok(Date.now() < deadline, `${total_logs} entries of ${count} are stored`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
