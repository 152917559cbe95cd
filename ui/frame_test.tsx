import assert from "node:assert/strict";
import { renderToString } from "preact-render-to-string";
import { Frame, type Section } from "./frame.tsx";

const SECTIONS: readonly Section[] = [
  { name: "errors", label: "Errors", path: "/errors", icon: "errors", badge: 12_800 },
  { name: "settings", label: "Settings", path: "/settings", icon: "settings" },
];

Deno.test("Frame marks the current section and counts what waits there", () => {
  const html = renderToString(
    <Frame sections={SECTIONS} current="errors" now={1}>
      <p>content</p>
    </Frame>,
  );
  assert.match(html, /href="\/errors" aria-current="page"/);
  assert.match(html, /title="12,800 unresolved errors">12.8k</);
  assert.doesNotMatch(html, /href="\/settings" aria-current/);
  assert.match(html, /<main id="main"[^>]*><p>content<\/p><\/main>/);
});

Deno.test("Frame says nothing of what does not wait", () => {
  const html = renderToString(
    <Frame sections={[{ ...SECTIONS[0], badge: 0 } as Section]} current={null} now={1}>x</Frame>,
  );
  assert.doesNotMatch(html, /unresolved/);
});
