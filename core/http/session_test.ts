import assert from "node:assert/strict";
import { ManualClock } from "../../tests/support/manual_clock.ts";
import { DAY } from "../clock.ts";
import { sameText, Sessions } from "./session.ts";

function start(options: { apiKey?: string; scope?: string; clock?: ManualClock } = {}) {
  const clock = options.clock ?? new ManualClock();
  const sessions = new Sessions({ apiKey: "key", scope: "errors", ...options, clock });
  return { clock, sessions };
}

const pairOf = (setCookie: string) => setCookie.split(";")[0] ?? "";

Deno.test("Sessions.open() gives a cookie that find() takes until it expires", () => {
  const { clock, sessions } = start();
  const cookie = pairOf(sessions.open(false));
  const session = sessions.find(cookie);
  assert.equal(session?.expiresAt, clock.now() + 14 * DAY);
  clock.advance(14 * DAY - 1);
  assert.deepEqual(sessions.find(cookie), session);
  clock.advance(1);
  assert.equal(sessions.find(cookie), undefined);
});

Deno.test("Sessions.open() gives each browser an id of its own", () => {
  const { sessions } = start();
  const ids = Array.from({ length: 100 }, () => sessions.find(pairOf(sessions.open(false)))?.id);
  assert.equal(new Set(ids).size, 100);
});

Deno.test("Sessions.open() makes the cookie Secure behind HTTPS alone", () => {
  const { sessions } = start();
  const attributes = "; Path=/; Max-Age=1209600; HttpOnly; SameSite=Strict";
  assert.ok(sessions.open(false).endsWith(attributes));
  assert.ok(sessions.open(true).endsWith(`${attributes}; Secure`));
});

Deno.test("Sessions.open() does not tell the key", () => {
  const { sessions } = start({ apiKey: "s3cret-key" });
  assert.ok(!sessions.open(true).includes("s3cret"));
});

Deno.test("Sessions.close() makes the browser forget", () => {
  assert.equal(
    start().sessions.close(true),
    "monlight_errors=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict; Secure",
  );
});

Deno.test("Sessions.find() survives a restart with the same key, not another key", () => {
  const clock = new ManualClock();
  const cookie = pairOf(start({ clock }).sessions.open(false));
  assert.ok(start({ clock }).sessions.find(cookie));
  assert.equal(start({ clock, apiKey: "key2" }).sessions.find(cookie), undefined);
  assert.equal(start({ clock, scope: "logs" }).sessions.find(cookie), undefined);
});

Deno.test("Sessions.find() finds its cookie among others", () => {
  const { sessions } = start();
  const cookie = pairOf(sessions.open(false));
  for (const header of [`a=b; ${cookie}`, `${cookie};x`, `=; monlight_error=1;${cookie} ; c`]) {
    assert.ok(sessions.find(header), header);
  }
});

Deno.test("Sessions.find() refuses every change of a cookie", () => {
  const { sessions } = start();
  const cookie = pairOf(sessions.open(false));
  const from = cookie.indexOf("=") + 1;
  for (let at = from; at < cookie.length; at++) {
    const other = cookie[at] === "1" ? "2" : "1";
    const changed = cookie.slice(0, at) + other + cookie.slice(at + 1);
    assert.equal(sessions.find(changed), undefined, `character ${at}`);
    assert.equal(sessions.find(cookie.slice(0, at)), undefined, `cut at ${at}`);
  }
});

Deno.test("Sessions.find() of rubbish is nobody", () => {
  const { sessions } = start();
  const rubbish = [
    undefined,
    null,
    "",
    ";",
    "=",
    "monlight_errors",
    "monlight_errors=",
    "monlight_errors=..",
    "monlight_errors=a.b.c",
    `monlight_errors=${".".repeat(10_000)}`,
    "Monlight_errors=a.b.c",
  ];
  for (const header of rubbish) assert.equal(sessions.find(header), undefined);
});

Deno.test("sameText() is whether two texts are the same", () => {
  assert.ok(sameText("", ""));
  assert.ok(sameText("key 😀", "key 😀"));
  for (
    const [one, other] of [["a", ""], ["", "a"], ["a", "b"], ["ab", "ba"], ["a", "a\0"], ["A", "a"]]
  ) {
    assert.equal(sameText(one ?? "", other ?? ""), false);
  }
});
