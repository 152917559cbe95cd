import assert from "node:assert/strict";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

/** An OpenAPI document, as far as the tests look into it. */
export interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
}

export interface OpenApiOperation {
  readonly operationId: string;
  readonly security: readonly unknown[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> };
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, unknown>> }>
  >;
}

/** An answer to be held against the document. */
export interface DocumentedAnswer {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly status: number;
  readonly contentType: string | null;
  readonly text: string;
}

const FAILURE = "/components/schemas/Failure";
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Checks answers against the program's own `/api/openapi.json`. */
export class ApiDocument {
  readonly document: OpenApi;
  readonly #ajv: Ajv2020;
  readonly #validators = new Map<string, ValidateFunction>();
  readonly #used = new Set<string>();

  constructor(document: OpenApi) {
    this.document = document;
    // The API promises more than any ISO 8601 time: UTC, with milliseconds.
    this.#ajv = new Ajv2020({ strict: false, formats: { "date-time": ISO_TIME } });
    this.#ajv.addSchema(document, "monlight", false, false);
  }

  /** `GET /api/errors 200` and so on: what was seen so far. */
  get used(): ReadonlySet<string> {
    return this.#used;
  }

  /** The documented path that a real one belongs to. */
  template(path: string): string | undefined {
    const templates = Object.keys(this.document.paths);
    return templates.find((template) => template === path) ??
      templates.find((template) => templatePattern(template).test(path));
  }

  /** Asserts that an answer is as documented; answers outside the API's paths only if they are JSON. */
  check(answer: DocumentedAnswer): void {
    const { method, path, status, text } = answer;
    const isJson = answer.contentType?.startsWith("application/json") ?? false;
    const template = this.template(path);
    const asked = method === "HEAD" ? "get" : method.toLowerCase();
    const operation = template === undefined ? undefined : this.document.paths[template]?.[asked];
    if (template === undefined || !operation) {
      if (isJson && method !== "HEAD") this.#validate(FAILURE, text);
      return;
    }
    this.#used.add(`${asked.toUpperCase()} ${template} ${status}`);
    const content = operation.responses[status]?.content;
    assert.ok(content, `${method} ${path} answered an undocumented ${status}: ${text}`);
    const type = answer.contentType?.split(";")[0] ?? "";
    assert.ok(type in content, `${method} ${path} ${status} answered undocumented type ${type}`);
    if (method === "HEAD") return;
    const pointer = ["paths", template, asked, "responses", `${status}`, "content", type, "schema"];
    this.#validate("/" + pointer.map(escapePointer).join("/"), isJson ? text : undefined, text);
  }

  #validate(pointer: string, json: string | undefined, plain = ""): void {
    let validate = this.#validators.get(pointer);
    if (!validate) {
      validate = this.#ajv.compile({ $ref: `monlight#${pointer}` });
      this.#validators.set(pointer, validate);
    }
    const valid = validate(json === undefined ? plain : JSON.parse(json));
    assert.ok(
      valid,
      `Answer is not as ${pointer} says: ${this.#ajv.errorsText(validate.errors)}\n${json}`,
    );
  }
}

function templatePattern(template: string): RegExp {
  const escaped = template.replaceAll(/[.\\^$*+?()[\]|]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll(/\{\w+\}/g, "[^/]+")}$`);
}

function escapePointer(part: string): string {
  return encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"));
}
