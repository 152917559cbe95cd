/** Batches of metrics that must be refused. */
import type { Case } from "./cases.ts";

export const GOOD = { name: "good", type: "counter", value: 1 };

/** A body that is refused with this sentence. */
export function refusedBody(what: string, body: unknown, detail: string): Case {
  return {
    name: `POST /api/metrics refuses ${what}`,
    method: "POST",
    path: "/api/metrics",
    headers: { "content-type": "application/json" },
    body: typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body),
    status: 400,
    has: JSON.stringify({ detail }),
  };
}

/** A batch whose second item has these fields; undefined leaves one out. */
export function refusedItem(
  what: string,
  fields: Readonly<Record<string, unknown>>,
  reason: string,
): Case {
  return refusedBody(what, [GOOD, { ...GOOD, name: "bad", ...fields }], `Item 1: ${reason}`);
}

/** The same, with fields beside name and type that are written as JSON. */
export function refusedJson(what: string, fields: string, reason: string): Case {
  const items = `${JSON.stringify(GOOD)},{"name":"bad","type":"gauge",${fields}}`;
  return refusedBody(what, `[${items}]`, `Item 1: ${reason}`);
}
