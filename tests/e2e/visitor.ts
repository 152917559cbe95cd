/** A person with a browser in front of the real program. */
import assert from "node:assert/strict";
import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  Locator,
  Page,
} from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { type Program, type ProgramOptions, startProgram } from "../support/program.ts";

/** Waits of the browser, in ms; generous, since test machines are slow and busy. */
const PATIENCE_MS = 45_000;

/** Permissions for copying, and for looking at what was copied. */
export const CLIPBOARD: string[] = ["clipboard-read", "clipboard-write"];

export interface VisitorOptions {
  /** The program that is visited; a new one, stopped at the end, unless given. */
  readonly program?: ProgramOptions;
  readonly browser?: BrowserContextOptions;
  readonly signedIn?: boolean;
}

/**
 * One browser, one program; both end with the visitor.
 *
 * What a page shows changes some time after a click or a key. So whatever follows one of these is waited for:
 * the address by `seesAddress`, texts by `seesTexts`, one text by `seesText`, anything else by `eventually`.
 * To read at once is right after `goto` or `reload`, and for what is shown together with what was waited for.
 */
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
    await this.page.getByLabel("API key", { exact: true }).fill(key);
    await this.page.getByRole("button", { name: "Sign in", exact: true }).click();
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
    await this.until(async () => assert.deepEqual(await read(), expected));
  }

  /** Waits until `check` passes. */
  async until(check: () => Promise<void>): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (true) {
      try {
        return await check();
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  /** Waits until the address has this path and query, and its page is loaded. */
  async seesAddress(expected: string | RegExp): Promise<void> {
    await this.#seesUrl(
      (url) =>
        typeof expected === "string" ? addressOf(url) === expected : expected.test(addressOf(url)),
      String(expected),
    );
  }

  /** Waits until the address has this path, with whatever query. */
  async seesPath(path: string): Promise<void> {
    await this.#seesUrl(({ pathname }) => pathname === path, path);
  }

  /** Waits until the query of the address has this parameter, or lacks it where `value` is null. */
  async seesParameter(name: string, value: string | null): Promise<void> {
    await this.#seesUrl(
      ({ searchParams }) => searchParams.get(name) === value,
      `one with the ${name} ${value}`,
    );
  }

  /** Waits until the address names a stretch of time; gives its ends in ms, and all of the query. */
  async seesStretch() {
    await this.#seesUrl(
      ({ searchParams }) => searchParams.has("since") && searchParams.has("until"),
      "one of a stretch of time",
    );
    const { searchParams } = new URL(this.page.url());
    const [since, until] = ["since", "until"].map((name) =>
      Date.parse(searchParams.get(name) ?? "")
    );
    return { since: since ?? NaN, until: until ?? NaN, searchParams };
  }

  /** Waits until the elements have these texts, in this order, and there are no others. */
  async seesTexts(elements: Locator, ...texts: readonly string[]): Promise<void> {
    await this.eventually(() => elements.allInnerTexts(), texts);
  }

  /** Waits until an element's text is this one, or matches. */
  async seesText(element: Locator, expected: string | RegExp): Promise<void> {
    await this.until(async () => {
      const text = await element.innerText();
      if (typeof expected === "string") assert.equal(text, expected);
      else assert.match(text, expected);
    });
  }

  /** Waits until there are so many elements. */
  async seesCount(elements: Locator, count: number): Promise<void> {
    await this.eventually(() => elements.count(), count);
  }

  async #seesUrl(isExpected: (url: URL) => boolean, expected: string): Promise<void> {
    try {
      await this.page.waitForURL(isExpected);
    } catch (error) {
      const address = addressOf(new URL(this.page.url()));
      throw new Error(`The address is ${address} and not ${expected}`, { cause: error });
    }
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

/** The path and the query. */
function addressOf({ pathname, search }: URL): string {
  return pathname + search;
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
