import assert from "node:assert/strict";
import { DEFAULT_VIEW, readViewCookie, VIEW_COOKIE, viewCookie } from "./view.ts";

Deno.test("viewCookie() and readViewCookie() are each other's opposite", () => {
  const view = { wrap: true, top: "newest", time: "utc" } as const;
  const header = `a=b; ${VIEW_COOKIE}=${viewCookie(view, "America/St_Johns")}; c=d`;
  assert.deepEqual(readViewCookie(header), { view, zoneName: "America/St_Johns" });
  for (const strange of [undefined, "", `${VIEW_COOKIE}=%E0%A4%A`, `${VIEW_COOKIE}=wrap%3Dmaybe`]) {
    assert.deepEqual(readViewCookie(strange), { view: DEFAULT_VIEW, zoneName: null });
  }
});
