/** Someone on a page that the built SDK watches, in a real browser, and what it reports to. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { buildBundles, SCRIPT } from "../../clients/js/build/bundles.ts";
import { launchChromium } from "../support/chromium.ts";
import { type PageServer, type Served, servePages } from "../support/page_server.ts";
import { KEY, Receiver } from "./sdk_receiver.ts";

const PATIENCE_MS = 15_000;

/** The script that pages load, and its source map. */
export const sdkScripts = await buildBundles([SCRIPT]);

export interface SiteOptions {
  /** Options of the SDK as they stand in a script: `release: "1"`. Those for dsn and endpoint are there. */
  readonly config?: string;
  /** What is in the page beside the SDK. */
  readonly body?: string;
  /** More pages and files, by path. */
  readonly pages?: Readonly<Record<string, Served>>;
  /** Whether the test turns the page's clock: `site.page.clock`. */
  readonly clock?: boolean;
  readonly browser?: Browser;
}

/** The site, its server, what it reports to, and a browser that has it open. */
export class Site implements AsyncDisposable {
  readonly receiver = new Receiver();
  readonly server: PageServer;
  /** What the console or a script complained of. */
  readonly complaints: string[] = [];
  #scripts = 0;

  private constructor(
    readonly options: SiteOptions,
    readonly browser: Browser,
    readonly context: BrowserContext,
    readonly page: Page,
  ) {
    this.server = servePages({
      [`/${SCRIPT}`]: sdkScripts.get(SCRIPT) ?? "",
      "/": this.html(options.body),
      ...options.pages,
    });
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(String(error)));
  }

  /** Opens its front page. */
  static async open(options: SiteOptions = {}): Promise<Site> {
    const browser = options.browser ?? await launchChromium();
    const context = await browser.newContext();
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    if (options.clock) await page.clock.install();
    const site = new Site(options, browser, context, page);
    await page.goto(site.server.url);
    return site;
  }

  /** A page with the SDK; `config` are its options, null leaves it out. */
  html(body = "", config: string | null = this.options.config ?? ""): string {
    const options = `{ dsn: "${KEY}", endpoint: "${this.receiver.url}", ${config} }`;
    const head = config === null ? "" : `<script>window.MonlightConfig = ${options}</script>
      <script src="/${SCRIPT}"></script>`;
    return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>
      <link rel="icon" href="data:,">${head}</head><body>${body}</body></html>`;
  }

  /** Runs a script in the page, and gives its value. */
  async run<T>(script: string): Promise<T> {
    return await this.page.evaluate<T>(script);
  }

  /** Runs a script in the page as its own code would: what it throws is the page's. */
  async runLoose(script: string): Promise<void> {
    const path = `/code-${++this.#scripts}.js`;
    this.server.serve(path, script);
    await this.page.addScriptTag({ url: path });
  }

  /** Reports something that tells where all before it has arrived. */
  async mark(name: string): Promise<void> {
    await this.run(`Monlight.captureError({ name: "Mark", message: ${JSON.stringify(name)} })`);
    await this.receiver.errorSaying(name);
  }

  /**
   * Types of the errors so far, in order, without marks; one that is sent again counts once, as with the relay: a
   * clock turned by hand may end the time of a request that is under way.
   */
  get types(): readonly string[] {
    const once = new Map(this.receiver.errors.map(({ event_id, type }) => [event_id, type]));
    return [...once.values()].filter((type) => type !== "Mark");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close();
    if (!this.options.browser) await this.browser.close();
    await this.server[Symbol.asyncDispose]();
    await this.receiver[Symbol.asyncDispose]();
  }
}
