/** A compose file of `deploy/` brought up by a real engine, in a copy of the folder with keys of its own. */
import assert from "node:assert/strict";
import { DEPLOY, type Outcome } from "../deploy/sh.ts";
import { composeConfig } from "./compose_tool.ts";
import { type Engine, run } from "./engine.ts";

export interface StackOptions {
  readonly engine: Engine;
  readonly image: string;
  /** Its name in `deploy/`, or below `files`. */
  readonly file: string;
  /** More files to lie in the folder. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Containers, volumes and networks; all of them go at the end. */
export class Stack implements AsyncDisposable {
  readonly folder: string;
  readonly file: string;
  readonly secrets: string;
  readonly #engine: Engine;
  readonly #env: Readonly<Record<string, string>>;
  readonly #keys = new Map<string, string>();

  private constructor(engine: Engine, folder: string, file: string, config: string) {
    this.#engine = engine;
    this.folder = folder;
    this.file = `${folder}/${file}`;
    this.secrets = `${folder}/secrets.env`;
    const client = config === "" ? {} : { DOCKER_CONFIG: config };
    this.#env = { ...engine.env, ...client, DOCKER_BUILDKIT: "0", SECRETS: this.secrets };
  }

  /** Prepares the folder; nothing runs yet. */
  static async prepare({ engine, image, file, files = {} }: StackOptions): Promise<Stack> {
    const folder = await Deno.makeTempDir({ prefix: "monlight-deploy-" });
    const stack = new Stack(engine, folder, file, await composeConfig());
    for await (const { name, isFile } of Deno.readDir(DEPLOY)) {
      if (isFile) await Deno.copyFile(`${DEPLOY}/${name}`, `${folder}/${name}`);
    }
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    await run("sh", [`${folder}/make-secrets.sh`], {});
    await stack.set({
      MONLIGHT_IMAGE: image,
      DOCKER_LOGS: engine.containers,
      CORS_ORIGINS: "https://pages.example,https://shop.example",
    });
    return stack;
  }

  /** Changes variables of secrets.env. */
  async set(variables: Readonly<Record<string, string>>): Promise<void> {
    let text = await Deno.readTextFile(this.secrets);
    for (const [name, value] of Object.entries(variables)) {
      text = text.replace(new RegExp(`^${name}=.*$`, "m"), () => `${name}=${value}`);
    }
    await Deno.writeTextFile(this.secrets, text);
    for (const [, name = "", value = ""] of text.matchAll(/^([A-Z_]+)=(.*)$/gm)) {
      this.#keys.set(name, value);
    }
  }

  /** A variable of secrets.env. */
  value(name: string): string {
    return this.#keys.get(name) ?? "";
  }

  compose(...words: readonly string[]): Promise<string> {
    const files = ["--env-file", this.secrets, "-f", this.file];
    return run("docker", ["compose", ...files, ...words], this.#env);
  }

  /** Runs a script of the folder to its end. */
  async sh(
    script: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Outcome> {
    const { code, stdout, stderr } = await new Deno.Command("sh", {
      args: [script.includes("/") ? script : `${this.folder}/${script}`, ...args],
      env: { ...this.#env, ...env },
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    return { code, output: decoder.decode(stdout) + decoder.decode(stderr) };
  }

  /** Where a service is reached from here. */
  async url(service: string, port: number): Promise<string> {
    return `http://${(await this.compose("port", service, `${port}`)).trim()}`;
  }

  /** What the engine says of the containers: image, health, whether memory ran out, restarts. */
  async states(): Promise<readonly ContainerState[]> {
    const ids = (await this.compose("ps", "-aq")).split("\n").filter((id) => id !== "");
    const inspected = JSON.parse(await this.#engine.docker("inspect", ...ids));
    return inspected.map((one: Inspected) => ({
      service: one.Config.Labels["com.docker.compose.service"] ?? "",
      image: one.Image,
      health: one.State.Health?.Status ?? one.State.Status,
      outOfMemory: one.State.OOMKilled,
      restarts: one.RestartCount,
    }));
  }

  /** Expects every container to be healthy, never restarted, within its memory. */
  async expectWell(): Promise<void> {
    for (const { service, health, outOfMemory, restarts } of await this.states()) {
      assert.deepEqual({ service, health, outOfMemory, restarts }, {
        ...{ service, health: "healthy", outOfMemory: false, restarts: 0 },
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.compose("down", "--volumes", "--timeout", "1");
    await Deno.remove(this.folder, { recursive: true });
  }
}

export interface ContainerState {
  readonly service: string;
  /** Its id. */
  readonly image: string;
  readonly health: string;
  readonly outOfMemory: boolean;
  readonly restarts: number;
}

interface Inspected {
  readonly Image: string;
  readonly RestartCount: number;
  readonly Config: { readonly Labels: Readonly<Record<string, string>> };
  readonly State: {
    readonly Status: string;
    readonly OOMKilled: boolean;
    readonly Health?: { readonly Status: string };
  };
}
