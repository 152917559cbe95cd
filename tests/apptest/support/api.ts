/** A client that holds every answer of the program against what all answers have in common. */
import assert from "node:assert/strict";
import { type Program, type ProgramOptions, startProgram } from "../../support/program.ts";
import { ApiDocument } from "./document.ts";

/** A request as the tables of the tests write it. */
export interface Request {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is when it is a text, bytes, a stream or a form, else as JSON. */
  readonly body?: unknown;
  /** The key to send; the right one unless given, none when null. */
  readonly key?: string | null;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The JSON in it; throws when there is none. */
  // deno-lint-ignore no-explicit-any -- of many shapes, which the API's document checks
  json(): any;
}

/** On every answer; data needs no more. */
const DATA_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "x-content-type-options": "nosniff",
};

const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; " +
    "connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; " +
    "frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** A program with a client for it. */
export class Api implements AsyncDisposable {
  readonly program: Program;
  readonly document: ApiDocument;

  private constructor(program: Program, document: ApiDocument) {
    this.program = program;
    this.document = document;
  }

  static async start(options: ProgramOptions = {}): Promise<Api> {
    const program = await startProgram(options);
    try {
      return await Api.of(program);
    } catch (error) {
      await program[Symbol.asyncDispose]();
      throw error;
    }
  }

  static async of(program: Program): Promise<Api> {
    const document = await program.fetch("/api/openapi.json");
    return new Api(program, new ApiDocument(await document.json()));
  }

  /** Sends a request, follows no redirect, and checks what every answer must hold to. */
  async send(request: Request): Promise<Answer> {
    const { method = "GET", path, key = this.program.apiKey, body } = request;
    const headers = new Headers(request.headers);
    if (key !== null) headers.set("x-api-key", key);
    const init: RequestInit = { method, headers, redirect: "manual" };
    if (body !== undefined) init.body = bodyOf(body, headers);
    const response = await fetch(this.program.url + path, init);
    const text = await textOf(response);
    const answer = {
      status: response.status,
      headers: response.headers,
      text,
      json: () => JSON.parse(text),
    };
    this.#check(method, path, answer);
    return answer;
  }

  get(path: string, rest: Omit<Request, "path" | "method"> = {}): Promise<Answer> {
    return this.send({ ...rest, path });
  }

  post(path: string, body?: unknown, rest: Omit<Request, "path"> = {}): Promise<Answer> {
    return this.send({ method: "POST", ...rest, path, ...(body === undefined ? {} : { body }) });
  }

  /** Reports an error of its own group for each `line`; the fields given win. */
  async report(fields: Readonly<Record<string, unknown>> = {}, line = 1): Promise<Answer> {
    return await this.post("/api/errors", reportAt(line, fields));
  }

  /** The group as the API tells it. */
  async detail(id: number) {
    const answer = await this.get(`/api/errors/${id}`);
    assert.equal(answer.status, 200, answer.text);
    return answer.json();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ours = this.program.logs().filter(({ level, msg }) =>
      level === "ERROR" && msg !== undefined
    );
    await this.program[Symbol.asyncDispose]();
    assert.deepEqual(ours, [], "The program logged errors");
  }

  #check(method: string, path: string, answer: Answer): void {
    const { status, headers, text } = answer;
    const what = `${method} ${path} ${status}: ${text.slice(0, 500)}`;
    assert.notEqual(status, 500, `${what}\n${this.program.output()}`);
    const isHtml = headers.get("content-type")?.startsWith("text/html");
    for (const [name, value] of Object.entries(isHtml ? PAGE_HEADERS : DATA_HEADERS)) {
      assert.equal(headers.get(name), value, `${name} of ${what}`);
    }
    assert.match(headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/, what);
    const contentType = headers.get("content-type");
    if (method === "HEAD") {
      assert.equal(text, "", what);
    } else if (contentType?.startsWith("application/json")) {
      assert.equal(contentType, "application/json; charset=utf-8");
      // Compact: no blanks between tokens.
      assert.equal(text, JSON.stringify(JSON.parse(text)), what);
    }
    if (!isPage(path)) {
      this.document.check({
        method,
        path: path.replace(/[?#].*/, ""),
        status,
        contentType,
        text,
      });
    }
  }
}

/** A report that fails in `app/main.py` at `line`, and so has a group of its own in each project. */
export function reportAt(line: number, fields: Readonly<Record<string, unknown>> = {}) {
  return {
    project: "shop",
    exception_type: "ValueError",
    message: "bad value",
    traceback: tracebackAt(line),
    ...fields,
  };
}

export function tracebackAt(line: number): string {
  return "Traceback (most recent call last):\n" +
    `  File "/srv/app/main.py", line ${line}, in run\n    go()\nValueError: bad value`;
}

/** A stream of events has no end; tests of it read it themselves. */
async function textOf(response: Response): Promise<string> {
  if (response.headers.get("content-type") !== "text/event-stream") return await response.text();
  await response.body?.cancel();
  return "";
}

function bodyOf(body: unknown, headers: Headers): BodyInit {
  if (
    typeof body === "string" || body instanceof Uint8Array || body instanceof ReadableStream ||
    body instanceof URLSearchParams
  ) {
    return body instanceof Uint8Array ? new Uint8Array(body) : body;
  }
  if (!headers.has("content-type")) headers.set("content-type", "application/json");
  return JSON.stringify(body);
}

function isPage(path: string): boolean {
  return !/^\/(api\/|health|metrics)/.test(path);
}
