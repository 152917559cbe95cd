import { readForm } from "../../../core/http/body.ts";
import { parseId } from "../../../core/http/path_params.ts";
import { redirect } from "../../../core/http/respond.ts";
import type { PageRoute } from "../../../core/http/route.ts";
import { parseNewKey } from "../../../core/relay/parse.ts";
import type { BrowserRelay } from "../../../core/relay/viewer.ts";
import { withQuery } from "../../links.ts";

/** What was done just now, as the address tells it. */
export const RELAY_DONE = {
  "key-made": "The key is made. Put it into your page as shown.",
  "key-deactivated": "The key lets nobody in any more.",
  "map-deleted": "The source map is deleted.",
} as const;

type RelayDone = keyof typeof RELAY_DONE;

export function isRelayDone(text: string | undefined): text is RelayDone {
  return text !== undefined && Object.hasOwn(RELAY_DONE, text);
}

/** The forms of the Browser Relay on the settings page. */
export function relayForms(relay: BrowserRelay): readonly PageRoute[] {
  const post = (path: string, handle: PageRoute["handle"]): PageRoute => ({
    method: "POST",
    path,
    access: "session",
    handle,
  });
  return [
    post("/settings/dsn-keys", async (context) => {
      const form = await readForm(context);
      const { id } = await relay.createKey(parseNewKey({ project: form.get("project") }));
      return done("key-made", id);
    }),
    post("/settings/dsn-keys/{id}/deactivate", async (context) => {
      await relay.deactivateKey(parseId(context.req.param("id")));
      return done("key-deactivated");
    }),
    post("/settings/source-maps/{id}/delete", async (context) => {
      await relay.deleteSourceMap(parseId(context.req.param("id")));
      return done("map-deleted");
    }),
  ];
}

function done(what: RelayDone, id?: number): Response {
  return redirect(withQuery("/settings", { done: what, ids: id }));
}
