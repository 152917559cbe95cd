import assert from "node:assert/strict";
import { pageLabel } from "./page_label.ts";

const CASES: readonly (readonly [url: string, label: string | null])[] = [
  ["https://shop.example/", "/"],
  ["https://shop.example", "/"],
  ["https://shop.example/cart?step=pay#top", "/cart"],
  ["/cart/1042", "/cart/:id"],
  ["https://shop.example/orders/1042/items/7", "/orders/:id/items/:id"],
  ["/users/8d1c0f5e-1b2c-4d3e-9f00-1234567890ab/edit", "/users/:id/edit"],
  ["/users/8D1C0F5E-1B2C-4D3E-9F00-1234567890AB", "/users/:id"],
  ["/commits/8d1c0f5e", "/commits/:id"],
  ["/commits/8d1c0f", "/commits/8d1c0f"],
  // Words are no ids, nor are they with a number or two in them.
  ["/facade/defaced/feedface", "/facade/defaced/feedface"],
  ["/blog/top-10-tips-for-2026", "/blog/top-10-tips-for-2026"],
  ["/v2/web_vitals_report_2026", "/v2/:id"],
  ["/docs/internationalization", "/docs/internationalization"],
  ["/t/01ARZ3NDEKTSV4RRFFQ69G5FAV", "/t/:id"],
  ["/invite/ann@example.org", "/invite/:id"],
  ["/invite/ann%40example.org", "/invite/:id"],
  ["/caf%C3%A9/menu/", "/caf%C3%A9/menu/"],
  ["/a/../b/./c", "/b/c"],
  ["file:///srv/www/index.html", "/srv/www/index.html"],
  ["capacitor://localhost/home", "/home"],
  ["", "/"],
  ["about:blank", null],
  ["data:text/html,x", null],
  ["blob:https://shop.example/8d1c0f5e", null],
  ["http://[", null],
];

for (const [url, label] of CASES) {
  Deno.test(`pageLabel() of ${JSON.stringify(url)} is ${label}`, () => {
    assert.equal(pageLabel(url), label);
  });
}

Deno.test("pageLabel() of a long path is short", () => {
  const paths = ["x".repeat(8000), "1a/".repeat(100_000), `${"1a_".repeat(100_000)}-`];
  // Patterns that try all ways would never come to an end here.
  for (const path of paths) assert.equal(pageLabel(`/${path}`)?.length, 200);
});
