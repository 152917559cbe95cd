import assert from "node:assert/strict";
import { zoneNamed } from "./zone.ts";

Deno.test("zoneNamed() knows a zone's offset at each moment", () => {
  const berlin = zoneNamed("Europe/Berlin");
  assert.ok(berlin !== null && typeof berlin === "object");
  assert.equal(berlin.minutesAt(Date.parse("2026-07-01T00:00:00Z")), 120);
  assert.equal(berlin.minutesAt(Date.parse("2026-10-25T00:59:59Z")), 120);
  assert.equal(berlin.minutesAt(Date.parse("2026-10-25T01:00:00Z")), 60);
  const stJohns = zoneNamed("America/St_Johns");
  assert.ok(stJohns !== null && typeof stJohns === "object");
  assert.equal(stJohns.minutesAt(Date.parse("2026-12-01T00:00:00Z")), -210);
  assert.equal(zoneNamed("Nowhere/Land"), null);
});
