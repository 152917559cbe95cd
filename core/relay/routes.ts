import { Failure } from "../failure.ts";
import { collectGarbage, LARGE_BYTES } from "../garbage.ts";
import { readBody, readJson, takeJson } from "../http/body.ts";
import { InOrder } from "../turns.ts";
import { parseId } from "../http/path_params.ts";
import { decodeQuery, queryOf, readQuery } from "../http/query_params.ts";
import { CREATED, json } from "../http/respond.ts";
import type { ApiRoute, AppContext, Door } from "../http/route.ts";
import type { DsnKeys } from "./dsn_keys.ts";
import type { Forwarded } from "./forwarder.ts";
import { type Kind, LIMITS } from "./model.ts";
import * as operations from "./operations.ts";
import { parseNewKey, parseSourceMap } from "./parse.ts";
import type { Submissions } from "./submissions.ts";
import type { BrowserRelay } from "./viewer.ts";

/** The door for pages: who shows a public key that is active may submit for its project. */
export function browserDoor(keys: DsnKeys, origins: readonly string[]): Door {
  return {
    prefix: "/api/browser/",
    identify(context) {
      const key = shownKey(context);
      return key !== undefined && keys.projectOf(key) !== undefined ? key : undefined;
    },
    origins: new Set(origins),
    allowedHeaders: ["X-Monlight-Key", "Content-Type"],
  };
}

/** The key of a request; beacons cannot set headers, so theirs is in the address. */
function shownKey(context: AppContext): string | undefined {
  const header = context.req.header("x-monlight-key");
  if (header !== undefined) return header;
  const { url } = context.req;
  return url.includes("?") ? decodeQuery(queryOf(url)).get("key") : undefined;
}

/** The HTTP API of the Browser Relay. */
export function relayRoutes(
  relay: BrowserRelay,
  submissions: Submissions,
  keys: DsnKeys,
): readonly ApiRoute[] {
  return [...submissionRoutes(submissions, keys), ...keyRoutes(relay), ...mapRoutes(relay)];
}

function submissionRoutes(submissions: Submissions, keys: DsnKeys): readonly ApiRoute[] {
  /** Asked again once the body is there: a key that was deactivated meanwhile lets nobody in. */
  const projectOf = (context: AppContext): string => {
    const project = keys.projectOf(context.get("caller").id);
    if (project === undefined) throw new Failure("unauthorized", "Invalid API key");
    return project;
  };
  return [
    {
      method: "POST",
      path: "/api/browser/errors",
      access: "door",
      operation: operations.SUBMIT_ERROR,
      async handle(context) {
        const body = await readJson(context);
        const userAgent = context.req.header("user-agent");
        return answer("errors", await submissions.error(projectOf(context), body, userAgent));
      },
    },
    {
      method: "POST",
      path: "/api/browser/metrics",
      access: "door",
      operation: operations.SUBMIT_METRICS,
      async handle(context) {
        const body = await readJson(context);
        return answer("metrics", await submissions.metrics(projectOf(context), body));
      },
    },
  ];
}

function keyRoutes(relay: BrowserRelay): readonly ApiRoute[] {
  return [
    {
      method: "POST",
      path: "/api/dsn-keys",
      access: "key",
      operation: operations.CREATE_KEY,
      async handle(context) {
        const { public_key, project } = await relay.createKey(parseNewKey(await readJson(context)));
        return json({ public_key, project }, CREATED);
      },
    },
    {
      method: "GET",
      path: "/api/dsn-keys",
      access: "key",
      operation: operations.LIST_KEYS,
      handle: async () => json({ keys: await relay.keys() }),
    },
    {
      method: "DELETE",
      path: "/api/dsn-keys/{id}",
      access: "key",
      operation: operations.DEACTIVATE_KEY,
      async handle(context) {
        await relay.deactivateKey(parseId(context.req.param("id")));
        return json({ status: "deactivated" });
      },
    },
  ];
}

function mapRoutes(relay: BrowserRelay): readonly ApiRoute[] {
  /** One at a time: parsed, each takes several times its size of memory. */
  const uploads = new InOrder();
  return [
    {
      method: "POST",
      path: "/api/source-maps",
      access: "key",
      maxBodyBytes: LIMITS.uploadBytes,
      operation: operations.UPLOAD_MAP,
      async handle(context) {
        const body = await readBody(context);
        const map = await uploads.run(() => relay.putSourceMap(parseSourceMap(takeJson(body))));
        if (map.size >= LARGE_BYTES) collectGarbage();
        return json({ status: "uploaded", ...map }, CREATED);
      },
    },
    {
      method: "GET",
      path: "/api/source-maps",
      access: "key",
      operation: operations.LIST_MAPS,
      async handle(context) {
        const query = readQuery(context.req.url, operations.sourceMapParams);
        return json(await relay.sourceMaps(query));
      },
    },
    {
      method: "DELETE",
      path: "/api/source-maps/{id}",
      access: "key",
      operation: operations.DELETE_MAP,
      async handle(context) {
        await relay.deleteSourceMap(parseId(context.req.param("id")));
        return json({ status: "deleted" });
      },
    },
  ];
}

const UPSTREAM_NAMES: Readonly<Record<Kind, string>> = {
  errors: "Error Tracker",
  metrics: "Metrics Collector",
};

/** What the upstream answered, as far as it is for the page. */
function answer(kind: Kind, forwarded: Forwarded): Response {
  const name = UPSTREAM_NAMES[kind];
  switch (forwarded.kind) {
    case "done":
      return json(forwarded.body, forwarded.status);
    case "refused":
      return json({ detail: forwarded.detail }, forwarded.status);
    case "kept":
      throw new Failure(
        "upstream_failed",
        `The ${name} cannot be reached now; this is kept, and sent as soon as it can be`,
      );
    case "lost":
      throw new Failure(
        "upstream_failed",
        `The ${name} cannot be reached, and too much waits for it already; this is not kept`,
      );
  }
}
