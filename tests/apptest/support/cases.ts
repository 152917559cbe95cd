import assert from "node:assert/strict";
import type { Api, Request } from "./api.ts";

/** A row of a table: a request, and what its answer must be. */
export interface Case extends Request {
  readonly name: string;
  readonly status: number;
  /** What the answer's text has in it; all of them. */
  readonly has?: string | readonly string[];
  /** What it must not have. */
  readonly lacks?: string | readonly string[];
  /** Headers that the answer must have. */
  readonly answerHeaders?: Readonly<Record<string, string | RegExp>>;
}

/** Runs each case as a step. */
export async function runCases(t: Deno.TestContext, api: Api, cases: readonly Case[]) {
  for (const one of cases) await t.step(one.name, () => runCase(api, one));
}

async function runCase(api: Api, one: Case): Promise<void> {
  const answer = await api.send(one);
  assert.equal(answer.status, one.status, answer.text);
  for (const fragment of list(one.has)) {
    assert.ok(answer.text.includes(fragment), `${fragment} is not in ${answer.text}`);
  }
  for (const fragment of list(one.lacks)) {
    assert.ok(!answer.text.includes(fragment), `${fragment} is in ${answer.text}`);
  }
  for (const [name, wanted] of Object.entries(one.answerHeaders ?? {})) {
    const got = answer.headers.get(name) ?? "";
    if (typeof wanted === "string") assert.equal(got, wanted, name);
    else assert.match(got, wanted, name);
  }
}

function list(value: string | readonly string[] | undefined): readonly string[] {
  return typeof value === "string" ? [value] : value ?? [];
}
