import assert from "node:assert/strict";
import { SettingsError, SettingsReader } from "../settings.ts";
import { logSettings } from "./settings.ts";

const DEFAULTS = { containers: undefined, maxEntries: 100_000 };

function read(env: Readonly<Record<string, string>>, defaults: Parameters<typeof logSettings>[0]) {
  const reader = new SettingsReader({ flags: {}, env, readFile: () => "" });
  const values = reader.read(logSettings(defaults));
  reader.finish();
  return values;
}

Deno.test("logSettings() has the defaults of the place it is served in", () => {
  assert.deepEqual(read({ CONTAINERS: "*" }, DEFAULTS), {
    containers: ["*"],
    logSources: "/var/lib/docker/containers",
    maxEntries: 100_000,
    pollInterval: 2,
    tailBuffer: 65_536,
  });
  const together = read({}, { containers: ["*"], maxEntries: 1_000_000 });
  assert.deepEqual([together.containers, together.maxEntries], [["*"], 1_000_000]);
});

Deno.test("logSettings() takes names and globs of containers, without Docker's slash", () => {
  const { containers } = read({ CONTAINERS: "/shop-api, worker_*,*.db ,a-1" }, DEFAULTS);
  assert.deepEqual(containers, ["shop-api", "worker_*", "*.db", "a-1"]);
});

Deno.test("logSettings() refuses what is no pattern of containers, and wants one without a default", () => {
  const wants = "wants names of containers, or globs with *, separated by commas";
  for (const bad of ["shop api", "a,b/c", "[ab]", "a?", "//a", ",", "Ü"]) {
    assert.throws(
      () => read({ CONTAINERS: bad }, DEFAULTS),
      (error) =>
        error instanceof SettingsError &&
        error.message === `CONTAINERS: got ${JSON.stringify(bad)}, ${wants}`,
    );
  }
  assert.throws(
    () => read({}, DEFAULTS),
    (error) => error instanceof SettingsError && /^CONTAINERS: got nothing/.test(error.message),
  );
});

Deno.test("logSettings() takes fractions of a second between looks", () => {
  assert.equal(read({ CONTAINERS: "*", POLL_INTERVAL: "0.25" }, DEFAULTS).pollInterval, 0.25);
  assert.throws(() => read({ CONTAINERS: "*", POLL_INTERVAL: "0" }, DEFAULTS), SettingsError);
});
