/** A person with a browser in front of the real program. */
import assert from "node:assert/strict";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { type Program, type ProgramOptions, startProgram } from "../support/program.ts";

/** Waits of the browser, in ms; generous, since test machines are slow. */
const PATIENCE_MS = 15_000;

/** Permissions for copying, and for looking at what was copied. */
export const CLIPBOARD: string[] = ["clipboard-read", "clipboard-write"];

export interface VisitorOptions {
  /** The program that is visited; a new one, stopped at the end, unless given. */
  readonly program?: ProgramOptions;
  readonly browser?: BrowserContextOptions;
  readonly signedIn?: boolean;
}

/** One browser, one program; both end with the visitor. */
export class Visitor implements AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the console, the content policy or a script complained of. */
  readonly complaints: string[] = [];
  readonly #browser: Browser;
  #program: Program;

  private constructor(program: Program, browser: Browser, context: BrowserContext, page: Page) {
    this.#program = program;
    this.page = page;
    this.context = context;
    this.#browser = browser;
    this.watch(page);
  }

  /** Arrives at the Error Tracker alone, unless the program's flags say otherwise. */
  static async arrive(options: VisitorOptions = {}): Promise<Visitor> {
    const program = await startProgram({ args: ["--only", "errors"], ...options.program });
    const browser = await launchChromium();
    const context = await browser.newContext({ baseURL: program.url, ...options.browser });
    context.setDefaultTimeout(PATIENCE_MS);
    const visitor = new Visitor(program, browser, context, await context.newPage());
    if (options.signedIn ?? true) await visitor.signIn();
    return visitor;
  }

  get program(): Program {
    return this.#program;
  }

  /** Starts the program anew, which has been stopped; it is the visitor's from now on. */
  async restart(options: ProgramOptions): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
    this.#program = await startProgram(options);
  }

  /** Collects what a page complains of. */
  watch(page: Page): void {
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(String(error)));
  }

  async signIn(key = this.program.apiKey): Promise<void> {
    await this.page.goto("/login");
    await this.page.getByLabel("API key").fill(key);
    await this.page.getByRole("button", { name: "Sign in" }).click();
    await this.page.waitForURL((url) => url.pathname !== "/login");
  }

  /** Reports errors, one after another, and returns the ids of their groups. */
  async report(...reports: readonly object[]): Promise<readonly number[]> {
    const ids: number[] = [];
    for (const report of reports) {
      const response = await this.program.report({ ...report });
      assert.ok(response.ok, `${response.status} for ${JSON.stringify(report).slice(0, 200)}`);
      ids.push((await response.json()).id);
    }
    return ids;
  }

  /** The types of the errors in the list, from the top. */
  async listed(): Promise<readonly string[]> {
    return await this.page.locator("tbody .row-link b").allTextContents();
  }

  /** Waits until the list shows these types, from the top. */
  async seesList(...types: readonly string[]): Promise<void> {
    await this.eventually(() => this.listed(), types);
  }

  /** Waits until what `read` gives is what is expected. */
  async eventually<T>(read: () => Promise<T>, expected: T): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (true) {
      try {
        return assert.deepEqual(await read(), expected);
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  /** The path and the query of the address. */
  get address(): string {
    const { pathname, search } = new URL(this.page.url());
    return pathname + search;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
    await this.#program[Symbol.asyncDispose]();
  }
}

/** A test with a browser. What Playwright leaves running is not ours to clean up. */
export function e2e(name: string, fn: (t: Deno.TestContext) => Promise<void>): void {
  Deno.test({ name, sanitizeOps: false, sanitizeResources: false, fn });
}

/** A report of a named type, each in a file of its own. */
export function named(type: string, more: object = {}): object {
  return {
    exception_type: type,
    message: `about ${type}`,
    traceback:
      `Traceback (most recent call last):\n  File "/srv/app/${type}.py", line 7, in run\n    run()`,
    ...more,
  };
}
