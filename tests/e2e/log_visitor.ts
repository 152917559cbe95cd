/** A person in front of the logs of containers that a test prints. */
import type { BrowserContextOptions, Locator } from "playwright-core";
import { ContainerLogs, untilStored } from "../support/container_logs.ts";
import type { ProgramOptions } from "../support/program.ts";
import { Visitor } from "./visitor.ts";

/** What a container prints: all of it is one entry. */
export interface Printed {
  readonly container?: string;
  readonly text: string;
  readonly stream?: "stdout" | "stderr";
  /** Milliseconds since the epoch; now unless given. */
  readonly at?: number;
}

export interface LogVisitorOptions {
  /** What was printed before the program starts. */
  readonly printed?: readonly Printed[];
  readonly browser?: BrowserContextOptions;
  readonly program?: ProgramOptions;
}

/** Reads everything, and looks often, so that tests are quick. */
const EAGER = { TAIL_BUFFER: "0", POLL_INTERVAL: "0.1" };

export class LogVisitor implements AsyncDisposable {
  readonly visitor: Visitor;
  readonly logs: ContainerLogs;

  private constructor(visitor: Visitor, logs: ContainerLogs) {
    this.visitor = visitor;
    this.logs = logs;
  }

  /** Arrives when everything that was printed is stored. */
  static async arrive(options: LogVisitorOptions = {}): Promise<LogVisitor> {
    const { printed = [], browser, program = {} } = options;
    const logs = new ContainerLogs();
    for (const one of printed) print(logs, one);
    const visitor = await Visitor.arrive({
      ...(browser ? { browser } : {}),
      program: {
        args: ["--only", "logs"],
        logSources: logs.path,
        ...program,
        env: { ...EAGER, ...program.env },
      },
    });
    const person = new LogVisitor(visitor, logs);
    await person.stored(printed.length);
    return person;
  }

  /** Prints more. */
  print(...printed: readonly Printed[]): void {
    for (const one of printed) print(this.logs, one);
  }

  /** Waits until so many entries are stored. */
  stored(count: number): Promise<void> {
    return untilStored(this.visitor.program, count);
  }

  /** Waits until this message is the last one that is drawn. */
  async seesLast(message: string): Promise<void> {
    await this.visitor.eventually(async () => (await this.messages()).at(-1), message);
  }

  /** Waits until this message is the first one that is drawn. */
  async seesFirst(message: string): Promise<void> {
    await this.visitor.eventually(async () => (await this.messages())[0], message);
  }

  get rows(): Locator {
    return this.visitor.page.locator("article.log");
  }

  /** Messages of the rows that are drawn, from the top. */
  async messages(): Promise<readonly string[]> {
    return await this.rows.locator(".log-text").allTextContents();
  }

  /** Waits until these messages are drawn, from the top. */
  async sees(...messages: readonly string[]): Promise<void> {
    await this.visitor.eventually(() => this.messages(), messages);
  }

  /** Waits until script runs the list, and its tail. */
  async live(): Promise<void> {
    await this.visitor.page.locator('[data-live-switch][data-state="live"]').waitFor();
  }

  /** Waits until script runs the list. */
  async scripted(): Promise<void> {
    await this.visitor.page.locator(".log-list.scripted").waitFor();
  }

  /** How far the list is scrolled, and how far it could be. */
  async scrolled(): Promise<{ readonly top: number; readonly end: number }> {
    return await this.visitor.page.locator(".log-scroll").evaluate((
      { scrollTop, scrollHeight, clientHeight },
    ) => ({ top: scrollTop, end: scrollHeight - clientHeight }));
  }

  /** Scrolls the list; the page has noticed by the end. */
  async scrollTo(top: number): Promise<void> {
    await this.visitor.page.locator(".log-scroll").evaluate(async (scroller, top) => {
      scroller.scrollTop = top;
      // Scroll events come at the start of the next frame.
      for (let frame = 0; frame < 2; frame++) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
    }, top);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.visitor[Symbol.asyncDispose]();
    this.logs[Symbol.dispose]();
  }
}

/** Lines `name 0`, `name 1`, …, the last one now, so far apart in ms. */
export function series(
  name: string,
  count: number,
  { gapMs = 10, container = "web", end = Date.now() } = {},
): readonly Printed[] {
  return Array.from({ length: count }, (_, at) => ({
    container,
    text: `${name} ${at}`,
    at: end - (count - 1 - at) * gapMs,
  }));
}

function print(logs: ContainerLogs, { container = "web", text, stream = "stdout", at }: Printed) {
  for (const line of text.split("\n")) logs.container(container).write(stream, line, at);
}
