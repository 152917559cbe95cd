/** The compose files of `deploy/`, as `docker compose` reads them. */
import assert from "node:assert/strict";
import { parse } from "yaml";
import { DEPLOY } from "./sh.ts";

export interface ComposeService {
  readonly image: string;
  readonly command: readonly string[];
  readonly user?: string;
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly env_file: readonly { readonly path: string; readonly required: boolean }[];
  readonly networks?: readonly string[];
  readonly read_only: boolean;
  readonly tmpfs: readonly string[];
  readonly cap_drop: readonly string[];
  readonly cap_add?: readonly string[];
  readonly privileged?: boolean;
  readonly security_opt: readonly string[];
  readonly mem_limit: string;
  readonly memswap_limit: string;
  readonly pids_limit: number;
  readonly healthcheck: { readonly test: readonly string[] };
  readonly extends?: { readonly file: string; readonly service: string };
}

export interface ComposeFile {
  readonly name: string;
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly networks?: Readonly<
    Record<string, { readonly external: boolean; readonly name: string } | null>
  >;
}

export const NAMES = [
  "docker-compose.monitoring.yml",
  "docker-compose.yml",
  "docker-compose.test.yml",
] as const;
export type Name = (typeof NAMES)[number];

export function readText(name: string): Promise<string> {
  return Deno.readTextFile(`${DEPLOY}/${name}`);
}

/** A file as YAML has it. `!override` only says how it is merged with what it extends. */
export async function readYaml(name: string): Promise<ComposeFile> {
  return parse(await readText(name), { merge: true, logLevel: "error" });
}

/** A file with what its services extend. */
export async function readComposeFile(name: Name): Promise<ComposeFile> {
  const file = await readYaml(name);
  const entries = Object.entries(file.services).map(async ([service, own]) => {
    if (!own.extends) return [service, own] as const;
    const base = (await readYaml(own.extends.file)).services[own.extends.service];
    assert.ok(base, `${name}: nothing to extend for ${service}`);
    const environment = { ...base.environment, ...own.environment };
    const healthcheck = { ...base.healthcheck, ...own.healthcheck };
    return [service, { ...base, ...own, environment, healthcheck }] as const;
  });
  return { ...file, services: Object.fromEntries(await Promise.all(entries)) };
}

/** Names that a text wants filled in: `${NAME}`, `${NAME:-default}`, `${NAME:?message}`. */
export function interpolated(text: string): string[] {
  return [...text.matchAll(/\$\{(\w+)/g)].map(([, name = ""]) => name);
}

/** Variables of an env file with their values. */
export function readEnv(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split("\n").flatMap((line) => {
      const [, name, value = ""] = /^([A-Z_]+)=(.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, value] as const];
    }),
  );
}
