/** Visits of the doctor, for its tests. */
import assert from "node:assert/strict";
import { API_KEY } from "../support/program.ts";
import { type Folder, monlight } from "./commands.ts";

export interface Finding {
  readonly status: "ok" | "warn" | "fail";
  readonly check: string;
  readonly message: string;
  readonly advice: string | null;
}

export interface Visit {
  readonly code: number;
  readonly findings: readonly Finding[];
}

/** What the doctor finds in a data folder, with a key and a folder of logs. */
export async function visit(
  folder: Folder,
  env: Readonly<Record<string, string>> = {},
  words: readonly string[] = [],
): Promise<Visit> {
  const { code, stdout, stderr } = await monlight(["doctor", "--json", ...words], {
    env: { API_KEY, DATA_DIR: folder.path, LOG_SOURCES: `${folder.path}/..`, ...env },
  });
  assert.equal(stderr, "");
  const { status, findings } = JSON.parse(stdout);
  const worst = ["fail", "warn", "ok"].find((one) =>
    findings.some((finding: Finding) => finding.status === one)
  );
  assert.equal(status, worst);
  assert.equal(code, status === "fail" ? 1 : 0);
  for (const finding of findings) assert.equal(finding.advice === null, finding.status === "ok");
  return { code, findings };
}

/** Expects one finding that is not `ok`, and looks what it says. */
export function expectOnly(
  { findings }: Visit,
  status: "warn" | "fail",
  check: string,
  says: RegExp,
) {
  const bad = findings.filter((finding) => finding.status !== "ok");
  assert.deepEqual(bad.map((one) => [one.status, one.check]), [[status, check]]);
  assert.match(`${bad[0]?.message}. ${bad[0]?.advice}`, says);
}
