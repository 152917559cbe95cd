/** The reference of the HTTP API, from the OpenAPI document that the program serves. */
import { startProgram } from "../../tests/support/program.ts";
import { code, table } from "./table.ts";

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly description?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
}

interface Operation {
  readonly summary: string;
  readonly security: readonly Readonly<Record<string, unknown>>[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const INTRODUCTION = `# HTTP API

<!-- Made by \`deno task docs\` from the OpenAPI document; changes here are overwritten. -->

JSON in, JSON out, UTF-8. Times are ISO 8601 in UTC, lengths are in characters. Every failure answers
\`{"detail":"<a sentence>"}\`. \`GET /api/openapi.json\` has all of this page for programs.

| Header | Who sends it |
| --- | --- |
| \`X-API-Key\` | servers and people: \`API_KEY\`; for DSN keys and source maps \`ADMIN_API_KEY\` |
| \`X-Monlight-Key\` | browsers, to the relay: a public DSN key, which can submit and nothing else; in a beacon \`?key=\` |

## Failures

| Status | When                                                                                                                         |
| ------ | ---------------------------------------------------------------------------------------------------------------------------- |
| 400    | malformed JSON, a missing or invalid field or parameter; the sentence names it and says why                                  |
| 401    | no key, or a wrong one. Under \`/api\` this comes first, for unknown paths too                                                 |
| 403    | a request that changes something came with a session's cookie, but not from this site's own pages                            |
| 404    | no such route, no such group or entry. \`monlight relay serve\` answers so too where others answer 401, but for its own routes |
| 405    | the path is known, the method is not; \`Allow\` lists those that are                                                           |
| 408    | the body stopped arriving for 10 s, or was not complete after 120 s                                                          |
| 409    | there are 10,000 DSN keys, and no more can be made                                                                           |
| 413    | the body is larger than \`MAX_BODY_SIZE\`                                                                                      |
| 429    | too many requests; \`retry_after\` in the body and \`Retry-After\` in the headers say how many seconds to wait                   |
| 500    | our fault; the log has the cause under the \`X-Request-Id\` of the answer                                                      |
| 502    | the relay cannot reach the Error Tracker or the Metrics Collector; the sentence says whether the submission is kept          |
| 503    | shutting down, too many large requests or live tails at once, the disk is full, or an alert that is not configured           |
`;

/** Sections, and the beginnings of the paths in them; the first that fits has a path. */
const SECTIONS: readonly (readonly [title: string, paths: RegExp])[] = [
  ["Error Tracker", /^\/api\/(errors|projects|environments|test-alert)/],
  ["Log Viewer", /^\/api\/(logs|containers|stats)/],
  ["Metrics Collector", /^\/api\/(metrics|dashboard)/],
  ["Browser Relay", /^\/api\/(browser|dsn-keys|source-maps)/],
  ["Every service", /^\//],
];

export async function apiPage(): Promise<string> {
  await using program = await startProgram();
  const response = await program.fetch("/api/openapi.json");
  const document: Document = await response.json();
  const sections = new Map(SECTIONS.map(([title]) => [title, [`## ${title}`]]));
  const routes: string[][] = [];
  for (const [path, methods] of Object.entries(document.paths)) {
    const [title = ""] = SECTIONS.find(([, paths]) => paths.test(path)) ?? [];
    for (const [method, operation] of Object.entries(methods)) {
      const route = `${method.toUpperCase()} ${path}`;
      routes.push([`[${code(route)}](#${anchor(route)})`, operation.summary]);
      sections.get(title)?.push(operationText(route, operation));
    }
  }
  const overview = `## Routes\n\n${table(["Route", "What it does"], routes)}`;
  return [INTRODUCTION, overview, ...[...sections.values()].flat()].join("\n\n");
}

/** Where GitHub lets a link to a heading lead. */
function anchor(heading: string): string {
  return heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-");
}

function operationText(title: string, operation: Operation): string {
  const { summary, security, parameters = [], requestBody, responses } = operation;
  const keys = security.flatMap((one) => Object.keys(one));
  const parts = [`### \`${title}\``, `${summary}.${keys.length === 0 ? " Needs no key." : ""}`];
  if (parameters.length > 0) {
    const rows = parameters.map(({ name, in: place, required, schema }) => [
      code(name) + (place === "query" ? "" : ` (${place})`),
      required ? "required" : code(shown(schema.default)),
      describe(schema),
    ]);
    parts.push(table(["Parameter", "Default", "What it is"], rows));
  }
  const body = requestBody?.content?.["application/json"]?.schema;
  if (body) parts.push(bodyText(body));
  for (const [status, { content = {} }] of Object.entries(responses)) {
    if (Number(status) >= 400) continue;
    const [type, { schema } = {}] = Object.entries(content)[0] ?? [];
    const shape = type === "application/json" && schema ? code(sketch(schema)) : code(type ?? "");
    parts.push(`- **${status}** ${shape}`);
  }
  return parts.join("\n\n").replaceAll(/(^- .*)\n\n(?=- )/gm, "$1\n");
}

function bodyText(schema: Schema): string {
  const fields = schema.items ?? schema;
  const many = schema.items ? `An array of 1 to ${schema.maxItems ?? "many"}, each:\n\n` : "";
  const rows = Object.entries(fields.properties ?? {}).map(([name, field]) => [
    code(name),
    fields.required?.includes(name) ? "required" : code(shown(field.default)),
    describe(field),
  ]);
  return many + table(["Field", "Default", "What it is"], rows);
}

/** A field in words: its type, bounds and meaning. */
function describe(schema: Schema): string {
  const words = [];
  if (schema.enum) words.push(schema.enum.map((value) => code(shown(value))).join(", "));
  else words.push([schema.type ?? []].flat().filter((type) => type !== "null").join(" or "));
  if (schema.maxLength !== undefined) words.push(`at most ${schema.maxLength} characters`);
  const { minimum, maximum } = schema;
  const isBound = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  if (minimum !== undefined && isBound) words.push(`${minimum} to ${maximum}`);
  if (schema.description !== undefined) words.push(schema.description);
  return words.filter((word) => word !== "").join("; ");
}

function shown(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The shape of an answer, as JSON with types for values. */
function sketch(schema: Schema, depth = 0): string {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return [...new Set(choices.map((one) => sketch(one, depth)))].join(" or ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" or ");
  if (schema.items) return `[${sketch(schema.items, depth + 1)}]`;
  if (schema.properties) {
    if (depth > 3) return "{…}";
    const fields = Object.entries(schema.properties);
    return `{${
      fields.map(([name, field]) => `"${name}": ${sketch(field, depth + 1)}`).join(", ")
    }}`;
  }
  const value = schema.additionalProperties;
  if (typeof value === "object") return `{"…": ${sketch(value, depth + 1)}}`;
  return [schema.type ?? "any"].flat().join(" or ");
}
