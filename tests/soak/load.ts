/** Mixed load on all services of one process, as a small team's servers make it. */
import { report4k } from "../bench/reports.ts";
import type { ContainerLogs } from "../support/container_logs.ts";
import type { Program } from "../support/program.ts";

/** What went wrong from a client's side; it stays empty. */
export type Complaint = (what: string) => void;

const CONTAINERS = 4;
const PAGES = ["/", "/errors", "/errors/1", "/logs", "/dashboard", "/metrics/explore", "/settings"];
const READS = [
  ...[
    "/api/errors",
    "/api/errors?search=float&resolved=all",
    "/api/projects",
    "/api/logs?limit=100",
  ],
  ...["/api/logs?search=refused+order", "/api/logs/histogram", "/api/stats", "/api/metrics/names"],
  ...["/api/dashboard", "/api/metrics?name=http_requests_total&period=1h", "/health", "/metrics"],
];

/** Loads a program until the signal aborts; resolves once all of it has ended. */
export async function load(
  program: Program,
  logs: ContainerLogs,
  complain: Complaint,
  signal: AbortSignal,
): Promise<void> {
  const cookie = await signIn(program);
  // So that there is a first one to look at.
  await expect(program, "/api/errors", complain, { method: "POST", body: report4k(0) });
  await Promise.all([
    repeat(20, signal, async (turn) => {
      const body = report4k(turn % 300);
      await expect(program, "/api/errors", complain, { method: "POST", body });
      if (turn % 20 === 0) {
        const path = `/api/errors/${1 + turn % 300}/resolve`;
        await expect(program, path, complain, { method: "POST" }, [200, 404]);
      }
    }),
    repeat(
      5,
      signal,
      (turn) => expect(program, "/api/metrics", complain, { method: "POST", body: samples(turn) }),
    ),
    repeat(4, signal, (turn) => Promise.resolve(print(logs, turn))),
    repeat(6, signal, (turn) => expect(program, READS[turn % READS.length] ?? "/", complain)),
    repeat(
      2,
      signal,
      (turn) =>
        expect(program, PAGES[turn % PAGES.length] ?? "/", complain, { headers: { cookie } }, [
          200,
        ]),
    ),
    repeat(1, signal, () => listen(program, complain, signal)),
    repeat(
      1,
      signal,
      (turn) =>
        expect(program, "/api/errors", complain, { method: "POST", body: `{"project": ${turn}` }, [
          400,
        ]),
    ),
  ]);
}

async function repeat(perSecond: number, signal: AbortSignal, work: (turn: number) => unknown) {
  for (let turn = 0; !signal.aborted; turn++) {
    const next = performance.now() + 1000 / perSecond;
    await work(turn);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())));
  }
}

async function expect(
  program: Program,
  path: string,
  complain: Complaint,
  init: RequestInit = {},
  good: readonly number[] = [200, 201, 202],
): Promise<void> {
  try {
    const response = await program.fetch(path, init);
    const text = await response.text();
    if (!good.includes(response.status)) {
      complain(`${path} answered ${response.status}: ${text.slice(0, 200)}`);
    }
  } catch (error) {
    complain(`${path} failed: ${error}`);
  }
}

/** Opens a live tail, takes some of it, and goes away. */
async function listen(program: Program, complain: Complaint, signal: AbortSignal): Promise<void> {
  try {
    const response = await program.fetch("/api/logs/tail", { signal });
    if (response.status !== 200) complain(`The tail answered ${response.status}`);
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
  } catch (error) {
    // At the end nothing is printed any more that it could take.
    if (!signal.aborted) complain(`The tail failed: ${error}`);
  }
}

function samples(turn: number): string {
  return JSON.stringify(Array.from({ length: 200 }, (_, at) => ({
    name: at % 2 === 0 ? "http_requests_total" : "http_request_duration_seconds",
    type: at % 2 === 0 ? "counter" : "histogram",
    value: at % 2 === 0 ? 1 : (turn * 31 + at) % 977 / 1000,
    labels: {
      method: "GET",
      endpoint: `/orders/${at % 40}`,
      status: `${at % 50 === 0 ? 500 : 200}`,
    },
  })));
}

function print(logs: ContainerLogs, turn: number): void {
  for (let container = 0; container < CONTAINERS; container++) {
    const lines = Array.from(
      { length: 20 },
      (_, line) =>
        `[${line === 0 ? "ERROR" : "INFO"}] order ${
          turn * 20 + line
        } was refused by 10.0.${line}.1`,
    );
    logs.print(`web-${container}`, [
      ...lines,
      "Traceback (most recent call last):",
      "ValueError: x",
    ]);
  }
}

async function signIn(program: Program): Promise<string> {
  const response = await fetch(`${program.url}/login`, {
    method: "POST",
    body: new URLSearchParams({ key: program.apiKey }),
    redirect: "manual",
  });
  await response.body?.cancel();
  return response.headers.get("set-cookie")?.split(";")[0] ?? "";
}
