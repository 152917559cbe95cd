import assert from "node:assert/strict";
import { browserError, relayAlone, SHOP_KEY, stackAt } from "../apptest/support/relay_api.ts";
import { makeFolder } from "../cli/commands.ts";
import { type Program, startProgram } from "../support/program.ts";
import {
  startUpstream,
  TRACKER_KEY,
  type UpstreamStandIn,
  upstreamVariables,
} from "../support/upstream_stand_in.ts";
import { integrityOf } from "./database.ts";

const KILLS = 15;

Deno.test("kill -9 of the relay at any moment: what was accepted arrives once, in order", async () => {
  await using folder = await makeFolder();
  await using upstream = startUpstream();
  const page = new Page();
  let kept = 0;
  for (let kill = 1; kill <= KILLS; kill++) {
    await using relay = await startRelay(folder.path, upstream);
    // Mostly away, so that there is a queue to be killed with, and there in between.
    let requests = 0;
    const takes = 1 + Math.floor(Math.random() * 5);
    upstream.behave(() =>
      Math.floor(requests++ / 6) % 2 === 0 || requests % takes === 0
        ? "take"
        : Response.json({ detail: "Down" }, { status: 503 })
    );
    const submitting = page.submitUntilGone(relay);
    await new Promise((resolve) => setTimeout(resolve, 30 + Math.random() * 400));
    kept += await queuedOf(relay);
    await relay.stop("SIGKILL");
    await submitting;
  }
  upstream.behave(() => "take");
  await using relay = await startRelay(folder.path, upstream);
  await untilSent(relay);
  assert.equal(await relay.stop(), 0);

  assert.ok(kept > 0, "it was never killed with a queue");
  assert.ok(page.accepted > KILLS, `only ${page.accepted} were accepted`);
  const arrived = upstream.taken.map(({ body }) => Number(body.message));
  // The last one may not have been answered, and be there or not.
  assert.deepEqual(arrived.slice(0, page.accepted), [...Array(page.accepted).keys()]);
  assert.ok(arrived.length <= page.accepted + 1);
  assert.equal(integrityOf(`${folder.path}/relay.db`), "ok");
});

Deno.test("kill -9 of relay and tracker in turn: the tracker counts each once", async () => {
  await using folder = await makeFolder();
  const dataDir = folder.path;
  const port = freePort();
  const startTracker = () =>
    startProgram({
      command: ["errors", "serve"],
      dataDir,
      args: ["--port", `${port}`],
      env: { API_KEY: TRACKER_KEY },
    });
  const upstream = { url: `http://127.0.0.1:${port}` };
  const page = new Page();
  for (let kill = 1; kill <= KILLS / 2; kill++) {
    await using tracker = await startTracker();
    await using relay = await startRelay(dataDir, upstream);
    const submitting = page.submitUntilGone(relay);
    await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 200));
    await tracker.stop("SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 100));
    await relay.stop("SIGKILL");
    await submitting;
  }
  await using tracker = await startTracker();
  await using relay = await startRelay(dataDir, upstream);
  await untilSent(relay);
  const { errors: [group] } = await (await tracker.fetch("/api/errors")).json();
  assert.ok(
    group.count === page.accepted || group.count === page.accepted + 1,
    `${group.count} counted, ${page.accepted} accepted`,
  );
});

/** A page that submits one error after another, and again what was not answered. */
class Page {
  /** So many were answered: taken by the upstream, or kept. */
  accepted = 0;

  /** Submits until the relay is not there any more. */
  async submitUntilGone(relay: Program): Promise<void> {
    while (true) {
      const n = this.accepted;
      const response = await fetch(`${relay.url}/api/browser/errors`, {
        method: "POST",
        headers: { "x-monlight-key": SHOP_KEY },
        body: JSON.stringify(
          browserError({
            message: `${n}`,
            stack: stackAt(1),
            event_id: n.toString(16).padStart(32, "0"),
          }),
        ),
      }).catch(() => null);
      if (response === null) return;
      // The status alone says so: the connection may break before the body is here.
      assert.ok(response.ok || response.status === 502, `answered ${response.status}`);
      this.accepted++;
      await response.body?.cancel();
    }
  }
}

function startRelay(
  dataDir: string,
  upstream: Pick<UpstreamStandIn, "url">,
): Promise<Program> {
  return startProgram(relayAlone({ dataDir, env: upstreamVariables(upstream) }));
}

async function queuedOf(relay: Program): Promise<number> {
  return (await (await relay.fetch("/health")).json()).queued_errors;
}

/** Waits until nothing is queued any more. */
async function untilSent(relay: Program): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (await queuedOf(relay) > 0) {
    assert.ok(performance.now() < deadline, `What is kept is not sent:\n${relay.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}
