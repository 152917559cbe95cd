import assert from "node:assert/strict";
import { postmarkMail } from "./support/mail_settings.ts";
import { startPostmark } from "../support/postmark_stand_in.ts";
import { ContainerLogs, untilStored } from "../support/container_logs.ts";
import { Api, reportAt } from "./support/api.ts";
import { browserError, browserMetrics, DSN_KEYS, SHOP_KEY } from "./support/relay_api.ts";
import { startUpstream, upstreamVariables } from "../support/upstream_stand_in.ts";
import type { OpenApi } from "./support/document.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** `GET /api/errors` and so on. */
function operations({ paths }: OpenApi): string[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`)
  ).sort();
}

/**
 * Paths that look like those of an API: each part of the documented ones in each place, where three follow
 * `/api` only behind what is the first of several.
 */
function guesses(document: OpenApi): Set<string> {
  const split = Object.keys(document.paths).map((path) =>
    path.split("/").filter((part) => part !== "").map((part) => part.replace(/^\{.*/, "1"))
  );
  const parts = new Set(split.flat());
  const stems = new Set(split.flatMap(([, first, ...more]) => more.length > 0 ? first ?? [] : []));
  const paths = new Set<string>();
  for (const one of parts) {
    paths.add(`/${one}`).add(`/api/${one}`);
    for (const two of parts) {
      paths.add(`/api/${one}/${two}`);
      if (!stems.has(one)) continue;
      for (const three of parts) paths.add(`/api/${one}/${two}/${three}`);
    }
  }
  return paths;
}

/** Bodies that operations accept; a report unless told otherwise. */
const BODIES: Readonly<Record<string, unknown>> = {
  "POST /api/metrics": [{ name: "requests", type: "counter", value: 1, labels: { status: "200" } }],
  "POST /api/browser/errors": browserError(),
  "POST /api/browser/metrics": browserMetrics(),
  "POST /api/dsn-keys": { project: "shop" },
  "POST /api/source-maps": {
    project: "shop",
    release: "1",
    file_url: "/app.js",
    map_content: '{"version":3,"sources":["a.ts"],"names":[],"mappings":"AAAA"}',
  },
};

/** Refused by every parameter that refuses anything: too long, too many, and no word of any. */
const REFUSED = Array.from({ length: 7 }, (_, n) => `${n}`.repeat(300)).join(",");

/** The query that a path cannot do without, as the document tells it. */
function requiredQuery({ paths }: OpenApi, path: string, but = ""): string {
  const required = (paths[path]?.get?.parameters ?? []).filter((one) =>
    one.in === "query" && one.required && one.name !== but
  );
  return required.map(({ name }) => `${name}=requests&`).join("");
}

const COMMANDS = [
  ["errors", "serve"],
  ["logs", "serve"],
  ["metrics", "serve"],
  ["relay", "serve"],
  ["serve"],
] as const;

/** What a stranger is answered: the relay that is served alone tells of nothing but itself. */
function strangersStatus(command: string, path: string, security: readonly unknown[]): number {
  if (security.length === 0) return 200;
  const isShared = path === "/metrics" || path === "/api/openapi.json";
  return command === "relay" && isShared ? 404 : 401;
}

for (const command of COMMANDS) {
  Deno.test(`GET /api/openapi.json of monlight ${command.join(" ")} is true both ways`, async (t) => {
    await using postmark = startPostmark();
    const env = postmarkMail(postmark.url);
    const prefixed = Object.entries(env).map(([name, value]) => [`ERRORS_${name}`, value]);
    using containers = new ContainerLogs();
    containers.print("shop", ["[INFO] one", "[INFO] two"]);
    await using upstream = startUpstream();
    await using api = await Api.start({
      command,
      env: {
        ...(command[0] === "serve" ? Object.fromEntries(prefixed) : env),
        ...(command[0] === "relay" ? upstreamVariables(upstream) : {}),
        // The first key is deactivated.
        DSN_KEYS: `spare:${"0".repeat(32)},${DSN_KEYS}`,
      },
      logSources: containers.path,
    });
    const { document } = api.document;

    await t.step("GET /api/openapi.json is an OpenAPI 3.1 document of unique operations", () => {
      assert.match(document.openapi, /^3\.1\./);
      const ids = Object.values(document.paths).flatMap((methods) =>
        Object.values(methods).map(({ operationId }) => operationId)
      );
      assert.equal(new Set(ids).size, ids.length);
      for (const [path, methods] of Object.entries(document.paths)) {
        const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
        for (const { parameters = [] } of Object.values(methods)) {
          const inPath = parameters.filter((one) => one.in === "path").map(({ name }) => name);
          assert.deepEqual(inPath, names);
        }
      }
    });

    await t.step("Every documented operation answers as documented", async () => {
      // The first error, log entry, key and source map; all have the same id.
      const id = 1;
      if ("/api/errors" in document.paths) {
        assert.equal((await api.report({}, 1)).json().id, id);
        await api.report({}, 1);
      }
      if ("/api/logs" in document.paths) {
        await untilStored(api.program, 2);
        assert.equal((await api.get("/api/logs")).json().logs.at(-1).id, id);
      }
      if ("/api/source-maps" in document.paths) {
        const map = await api.post("/api/source-maps", BODIES["POST /api/source-maps"]);
        assert.equal(map.json().id, id);
      }
      for (const operation of operations(document)) {
        const [method = "", template = ""] = operation.split(" ");
        const path = template.replaceAll(/\{\w+\}/g, String(id));
        const wantsBody = document.paths[template]?.[method.toLowerCase()]?.requestBody;
        const body = wantsBody ? { body: BODIES[operation] ?? reportAt(2) } : {};
        const query = method === "GET" ? `?${requiredQuery(document, template)}` : "";
        const headers = { "x-monlight-key": SHOP_KEY };
        const answer = await api.send({ method, path: path + query, headers, ...body });
        assert.ok(answer.status < 300, `${operation} ${answer.status}`);
      }
      const answered = new Set([...api.document.used].map((one) => one.replace(/ \d+$/, "")));
      assert.deepEqual([...answered].sort(), operations(document));
    });

    await t.step("Every operation's failures are documented", async () => {
      for (const operation of operations(document)) {
        const [method = "", template = ""] = operation.split(" ");
        const path = template.replaceAll(/\{\w+\}/g, "999");
        const { security = [] } = document.paths[template]?.[method.toLowerCase()] ?? {};
        const stranger = await api.send({ method, path, key: null });
        assert.equal(stranger.status, strangersStatus(command[0], path, security), operation);
        const answer = await api.send({ method, path });
        if (template.includes("{")) assert.equal(answer.status, 404, operation);
      }
    });

    await t.step(
      "Every documented query parameter is read, and every refusal documented",
      async () => {
        for (const [path, methods] of Object.entries(document.paths)) {
          const named = (methods.get?.parameters ?? []).filter((one) => one.in === "query");
          for (const { name } of named) {
            const query = `${requiredQuery(document, path, name)}${name}=${REFUSED}`;
            const answer = await api.get(`${path}?${query}`);
            assert.equal(answer.status, 400, `${path}?${name}`);
            assert.ok(answer.json().detail.includes(`'${name}'`));
          }
        }
      },
    );

    await t.step("Every path of the program is documented with all its methods", async () => {
      for (const path of guesses(document)) {
        const template = api.document.template(path);
        const documented = Object.keys(template ? document.paths[template] ?? {} : {});
        for (const method of METHODS) {
          if (documented.includes(method.toLowerCase())) continue;
          const answer = await api.send({ method, path, headers: { "x-monlight-key": SHOP_KEY } });
          if (template === undefined) {
            // Pages of the web interface have paths without /api; they want a session.
            if (path.startsWith("/api")) assert.equal(answer.status, 404, `${method} ${path}`);
          } else {
            assert.equal(answer.status, 405, `${method} ${path}`);
            const allowed = answer.headers.get("allow")?.split(", ") ?? [];
            const told = allowed.filter((one) => one !== "HEAD").map((one) => one.toLowerCase());
            assert.deepEqual(told.sort(), documented.toSorted());
          }
        }
      }
    });
  });
}
