import assert from "node:assert/strict";
import {
  type Received,
  startBreaking,
  startUpstream,
  upstreamVariables,
} from "../support/upstream_stand_in.ts";
import { Api } from "./support/api.ts";
import { startProgram } from "../support/program.ts";
import { makeFolder } from "../cli/commands.ts";
import {
  browserError,
  browserMetrics,
  relayAlone,
  SHOP_KEY,
  stackAt,
  startRelay,
  submitError,
  submitMetrics,
} from "./support/relay_api.ts";

const KEPT = "this is kept, and sent as soon as it can be";

async function queued(api: Api): Promise<readonly [errors: number, metrics: number]> {
  const { queued_errors, queued_metrics } = (await api.get("/health")).json();
  return [queued_errors, queued_metrics];
}

/** Waits until nothing waits any more. */
async function untilEmpty(api: Api): Promise<void> {
  while ((await queued(api)).some((count) => count > 0)) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function warnings(api: Api): readonly string[] {
  return api.program.logs().filter(({ level }) => level !== "INFO").map(({ level, msg }) =>
    `${level} ${msg}`
  );
}

Deno.test("The relay sends on with the key of its upstream, and one of its own for each", async () => {
  await using errors = startUpstream();
  await using metrics = startUpstream();
  await using api = await startRelay({ env: upstreamVariables(errors, metrics) });
  assert.equal((await submitError(api, browserError())).status, 201);
  assert.equal((await submitError(api, browserError())).status, 201);
  assert.equal((await submitMetrics(api, browserMetrics())).status, 202);
  const [first, second] = errors.received;
  assert.equal(first?.path, "/api/errors");
  assert.equal(first?.headers.get("x-api-key"), "key-of-the-tracker");
  assert.match(first?.idempotencyKey ?? "", /^[0-9a-f]{32}$/);
  assert.notEqual(first?.idempotencyKey, second?.idempotencyKey);
  assert.equal(first?.body.project, "shop");
  // Nothing of the page's own headers goes on, and nothing of its key.
  assert.equal(first?.headers.get("x-monlight-key"), null);
  assert.ok(!JSON.stringify(errors.received).includes(SHOP_KEY));
  const [batch] = metrics.received;
  assert.equal(batch?.headers.get("x-api-key"), "key-of-the-collector");
  assert.deepEqual(batch?.body, [{
    name: "web_vitals_lcp",
    type: "histogram",
    value: 1200,
    project: "shop",
    labels: { project: "shop", source: "browser", page: "/cart/:id" },
  }]);
});

/** What an upstream may do instead of taking it, all of which keeps the submission. */
const FAILURES: readonly (readonly [name: string, answer: () => Response])[] = [
  ["answers 500", () => Response.json({ detail: "Internal server error" }, { status: 500 })],
  ["answers 503", () => Response.json({ detail: "Shutting down" }, { status: 503 })],
  ["answers 429", () => Response.json({ detail: "x", retry_after: 60 }, { status: 429 })],
  ["answers 408", () => Response.json({ detail: "x" }, { status: 408 })],
  ["answers 502 as a proxy does", () => new Response("<html>Bad gateway", { status: 502 })],
];
/** Those that only the operator can mend, which is said loudly. */
const MISTAKES: readonly (readonly [name: string, answer: () => Response])[] = [
  ["answers 401", () => Response.json({ detail: "Invalid API key" }, { status: 401 })],
  ["answers 403", () => Response.json({ detail: "x" }, { status: 403 })],
  ["answers 404", () => Response.json({ detail: "Not found" }, { status: 404 })],
  ["answers 405", () => Response.json({ detail: "x" }, { status: 405 })],
  ["sends elsewhere", () => Response.redirect("http://127.0.0.1:1/", 302)],
  ["answers 200 and is no tracker", () => new Response("<html>Welcome")],
  ["answers 200 and nothing", () => new Response(null)],
  ["answers a megabyte", () => new Response("x".repeat(1_000_000))],
  ["answers 400 in words that are not ours", () => new Response("Bad", { status: 400 })],
];

/** What an upstream may answer to one submission alone, in words that do not refuse it. */
const POISONS: readonly (() => Response)[] = [
  () => Response.json({ detail: "Internal server error" }, { status: 500 }),
  () => new Response("<html>Too large for a proxy", { status: 413 }),
];

Deno.test("What an upstream does not take is kept, and sent when it does", async (t) => {
  await using upstream = startUpstream();
  // Without the check that the program logs no errors: mistakes are, on purpose.
  await using program = await startProgram(relayAlone({ env: upstreamVariables(upstream) }));
  const relay = await Api.of(program);
  for (const [count, [name, answer]] of [...FAILURES, ...MISTAKES].entries()) {
    await t.step(`An upstream that ${name}`, async () => {
      upstream.behave(answer);
      const refused = await submitError(relay, browserError());
      assert.equal(refused.status, 502);
      assert.ok(refused.json().detail.endsWith(KEPT), refused.text);
      assert.deepEqual(await queued(relay), [1, 0]);
      upstream.behave(() => "take");
      await upstream.untilTaken(count + 1);
      await untilEmpty(relay);
      const taken = upstream.taken[count];
      assert.equal(taken?.body.traceback, stackAt(1));
      assert.match(taken?.body.extra.received_at, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    });
  }
  await t.step("Each kind of failure is logged once a minute", () => {
    const about = warnings(relay).filter((line) => /Error Tracker/.test(line));
    assert.deepEqual(about, [
      "WARN Error Tracker is not available; submissions are kept",
      "ERROR Error Tracker does not take submissions: check its address and key",
    ]);
  });
});

Deno.test("A connection that breaks keeps the submission, and the upstream's return is noticed", async (t) => {
  const answers = [
    ["before an answer", ""],
    ["within the head of the answer", "HTTP/1.1 201 Cre"],
    ["within the answer", 'HTTP/1.1 201 Created\r\ncontent-length: 90\r\n\r\n{"status":"created",'],
    ["with something else", "SSH-2.0-OpenSSH_9.2\r\n"],
  ] as const;
  for (const [name, bytes] of answers) {
    await t.step(`A connection that breaks ${name}`, async () => {
      const breaking = startBreaking(bytes);
      const url = `http://127.0.0.1:${breaking.port}`;
      await using relay = await startRelay({ env: upstreamVariables({ url }) });
      assert.equal((await submitError(relay, browserError())).status, 502);
      assert.deepEqual(await queued(relay), [1, 0]);
      await breaking[Symbol.asyncDispose]();
      await using upstream = startUpstream(breaking.port);
      await upstream.untilTaken(1);
      await untilEmpty(relay);
    });
  }
});

Deno.test("What the page did wrong is told to it, and not kept", async (t) => {
  await using upstream = startUpstream();
  await using api = await startRelay({ env: upstreamVariables(upstream) });
  for (const status of [400, 413, 422]) {
    await t.step(`An upstream's ${status} goes to the page`, async () => {
      upstream.behave(() => Response.json({ detail: "Item 0: it is wrong" }, { status }));
      const answer = await submitMetrics(api, browserMetrics()).catch((error) => error);
      // 422 is none of ours, and so not in the API's description.
      if (status !== 422) {
        assert.deepEqual([answer.status, answer.text], [
          status,
          '{"detail":"Item 0: it is wrong"}',
        ]);
      }
      assert.deepEqual(await queued(api), [0, 0]);
    });
  }
});

Deno.test("Order is kept while an upstream is away, and new ones go behind what waits", async () => {
  await using upstream = startUpstream();
  await using api = await startRelay({ env: upstreamVariables(upstream) });
  const down = () => Response.json({ detail: "Down" }, { status: 503 });
  upstream.behave(down);
  const submit = (n: number) => submitError(api, browserError({ message: `${n}` }));
  for (let n = 0; n < 20; n++) assert.equal((await submit(n)).status, 502);
  assert.deepEqual(await queued(api), [20, 0]);
  // Metrics go their own way meanwhile.
  upstream.behave(({ path }) => path === "/api/metrics" ? "take" : down());
  assert.equal((await submitMetrics(api, browserMetrics())).status, 202);
  // Each that is sent on lets another one come in.
  let more = 20;
  upstream.behave(({ path }) => {
    if (path === "/api/errors" && more < 25) void submit(more++).catch(() => {});
    return "take";
  });
  await upstream.untilTaken(26);
  await untilEmpty(api);
  const messages = upstream.taken.filter(({ path }) => path === "/api/errors")
    .map(({ body }) => Number(body.message));
  assert.deepEqual(messages.slice(0, 20), Array.from({ length: 20 }, (_, n) => n));
  assert.deepEqual(messages.toSorted((one, other) => one - other), [...Array(25).keys()]);
});

Deno.test("A page that sends again what is kept does not make it two", async () => {
  await using upstream = startUpstream();
  await using api = await startRelay({ env: upstreamVariables(upstream) });
  upstream.behave(() => Response.json({ detail: "Down" }, { status: 503 }));
  const body = browserError({ event_id: "b".repeat(32) });
  const answers = await Promise.all(Array.from({ length: 10 }, () => submitError(api, body)));
  assert.ok(answers.every(({ status }) => status === 502));
  assert.deepEqual(await queued(api), [1, 0]);
  upstream.behave(() => "take");
  await untilEmpty(api);
  assert.equal((await submitError(api, body)).status, 201);
  assert.equal(upstream.taken.length, 1);
});

Deno.test("Metrics that are kept keep their time", async () => {
  await using upstream = startUpstream();
  await using api = await startRelay({ env: upstreamVariables(upstream) });
  upstream.behave(() => Response.json({ detail: "Down" }, { status: 503 }));
  const before = Date.now();
  const told = "2026-11-20T17:31:00Z";
  const metric = { name: "m", type: "counter", value: 1 };
  const metrics = [metric, { ...metric, timestamp: told }];
  assert.equal((await submitMetrics(api, { metrics })).status, 502);
  const after = Date.now();
  upstream.behave(() => "take");
  await upstream.untilTaken(1);
  const [first, second] = upstream.taken[0]?.body ?? [];
  const stamped = Date.parse(first.timestamp);
  assert.ok(stamped >= before && stamped <= after);
  assert.equal(second.timestamp, told);
});

Deno.test("What was kept and is then refused is lost, and told", async () => {
  await using upstream = startUpstream();
  await using api = await startRelay({ env: upstreamVariables(upstream) });
  upstream.behave(() => Response.json({ detail: "Down" }, { status: 503 }));
  await submitError(api, browserError({ message: "bad" }));
  await submitError(api, browserError({ message: "good" }));
  upstream.behave(({ body }) =>
    body.message === "bad" ? Response.json({ detail: "Too old" }, { status: 400 }) : "take"
  );
  await upstream.untilTaken(1);
  await untilEmpty(api);
  assert.ok(warnings(api).includes("WARN Error Tracker refused what was kept for it; it is lost"));
  const text = (await api.get("/metrics")).text;
  assert.match(text, /monlight_relay_lost_total\{kind="errors",why="refused"\} 1\n/);
  assert.match(text, /monlight_relay_forwarded_total\{kind="errors"\} 1\n/);
  assert.match(text, /monlight_relay_queue_depth\{kind="errors"\} 0\n/);
});

Deno.test("Many that are refused after they were kept are told once, and counted", async () => {
  await using upstream = startUpstream();
  await using api = await startRelay({ env: upstreamVariables(upstream) });
  upstream.behave(() => Response.json({ detail: "Down" }, { status: 503 }));
  for (let n = 0; n < 5; n++) await submitMetrics(api, browserMetrics());
  await submitMetrics(api, browserMetrics({ url: "https://shop.example/last" }));
  upstream.behave(({ body }) =>
    body[0].labels.page === "/last"
      ? "take"
      : Response.json({ detail: "Item 0: 'timestamp' is too old" }, { status: 400 })
  );
  await upstream.untilTaken(1);
  const told = () => api.program.logs().find(({ msg }) => msg === "What was kept is sent on");
  while (told() === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
  const { sent, lost } = told() ?? {};
  assert.deepEqual({ sent, lost }, { sent: 1, lost: 5 });
  assert.deepEqual(
    warnings(api).filter((line) => line.includes("lost")),
    ["WARN Metrics Collector refused what was kept for it; it is lost"],
  );
});

Deno.test("One submission that an upstream cannot take does not hold up the rest for ever", async () => {
  // All at once, as each takes several attempts.
  await Promise.all([...POISONS.map(expectTheRestToGoOn), expectOrderWhereAllFails()]);
});

async function expectTheRestToGoOn(poison: () => Response): Promise<void> {
  await using upstream = startUpstream();
  // Without the check that the program logs no errors: a proxy's answer is one.
  await using program = await startProgram(relayAlone({ env: upstreamVariables(upstream) }));
  const api = await Api.of(program);
  upstream.behave(() => Response.json({ detail: "Down" }, { status: 503 }));
  for (const message of ["bad", "second", "third"]) {
    await submitError(api, browserError({ message }));
  }
  upstream.behave(({ body }) => body.message === "bad" ? poison() : "take");
  await upstream.untilTaken(2);
  await untilEmpty(api);
  assert.deepEqual(upstream.taken.map(({ body }) => body.message), ["second", "third"]);
  assert.ok(warnings(api).includes("WARN Error Tracker refused what was kept for it; it is lost"));
  const text = (await api.get("/metrics")).text;
  assert.match(text, /monlight_relay_lost_total\{kind="errors",why="refused"\} 1\n/);
  // Nothing waits any more, so the next page hears from the tracker itself.
  assert.equal((await submitError(api, browserError())).status, 201);
}

/** An upstream that fails at the one behind as well is at fault itself: nothing is given up. */
async function expectOrderWhereAllFails(): Promise<void> {
  await using upstream = startUpstream();
  await using api = await startRelay({ env: upstreamVariables(upstream) });
  upstream.behave(() => Response.json({ detail: "Internal server error" }, { status: 500 }));
  for (const message of ["first", "second"]) await submitError(api, browserError({ message }));
  const isSecond = ({ body }: Received) => body.message === "second";
  while (!upstream.received.some(isSecond)) {
    await upstream.untilReceived(upstream.received.length + 1);
  }
  assert.deepEqual(await queued(api), [2, 0]);
  upstream.behave(() => "take");
  await upstream.untilTaken(2);
  await untilEmpty(api);
  assert.deepEqual(upstream.taken.map(({ body }) => body.message), ["first", "second"]);
}

Deno.test("An upstream that does not answer costs 5 s, and the rest nothing", async () => {
  await using upstream = startUpstream();
  await using api = await startRelay({ env: upstreamVariables(upstream) });
  upstream.behave(() => "never");
  const startedAt = performance.now();
  const first = await submitError(api, browserError());
  const took = performance.now() - startedAt;
  assert.equal(first.status, 502);
  assert.ok(took >= 4900, `${took} ms`);
  // From now on there is a queue, and nobody waits.
  const others = await Promise.all(
    Array.from({ length: 20 }, () => submitError(api, browserError())),
  );
  assert.ok(others.every(({ status }) => status === 502));
  assert.deepEqual(await queued(api), [21, 0]);
  upstream.behave(() => "take");
  await upstream.untilTaken(21);
});

Deno.test("The program ends in time while an upstream hangs, and keeps what was under way", async () => {
  await using folder = await makeFolder();
  await using upstream = startUpstream();
  const options = { dataDir: folder.path, env: upstreamVariables(upstream) };
  {
    await using api = await startRelay(options);
    upstream.behave(() => "never");
    const sent = submitError(api, browserError());
    await upstream.untilReceived(1);
    const stopped = api.program.stop("SIGTERM");
    assert.equal((await sent).status, 502);
    assert.equal(await stopped, 0);
    // Given up, rather than waited for to the end of its time.
    const { reason } = api.program.logs().find(({ level }) => level === "WARN") ?? {};
    assert.equal(reason, "the relay is stopping");
  }
  upstream.behave(() => "take");
  await using _again = await startRelay(options);
  await upstream.untilTaken(1);
});
