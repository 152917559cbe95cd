/** A person in front of the metrics that a test sends. */
import assert from "node:assert/strict";
import type { BrowserContextOptions, Locator } from "playwright-core";
import type { ChartData, ChartLine } from "../../ui/metrics/chart_data.ts";
import type { Program, ProgramOptions } from "../support/program.ts";
import type { Sample } from "./sample_metrics.ts";
import { Visitor } from "./visitor.ts";

/** So that a test can send what is some days old. */
export const LONG_KEPT = {
  METRICS_RETENTION_RAW: `${7 * 86_400}`,
  METRICS_RETENTION_MINUTE: `${8 * 86_400}`,
};

const MOST_SAMPLES = 1000;
/** More of a colour than text or a dot beside a line has of it. */
const MANY_PIXELS = 10;

export interface MetricVisitorOptions {
  /** What was sent before the person comes. */
  readonly sent?: readonly Sample[];
  readonly browser?: BrowserContextOptions;
  readonly program?: ProgramOptions;
}

export class MetricVisitor implements AsyncDisposable {
  readonly visitor: Visitor;

  private constructor(visitor: Visitor) {
    this.visitor = visitor;
  }

  /** Arrives at the Metrics Collector alone, unless the program's flags say otherwise. */
  static async arrive(options: MetricVisitorOptions = {}): Promise<MetricVisitor> {
    const { sent = [], browser, program = {} } = options;
    const visitor = await Visitor.arrive({
      ...(browser ? { browser } : {}),
      program: {
        args: ["--only", "metrics"],
        ...program,
        env: { ...LONG_KEPT, ...program.env },
      },
    });
    const person = new MetricVisitor(visitor);
    await person.send(sent);
    return person;
  }

  async send(samples: readonly Sample[]): Promise<void> {
    await sendSamples(this.visitor.program, samples);
  }

  /** The answer of the API to the same person. */
  async api(path: string) {
    const response = await this.visitor.program.fetch(path);
    assert.ok(response.ok, `${response.status} for ${path}`);
    return await response.json();
  }

  /** Goes to a page of metrics, and waits until script draws each of its charts. */
  async open(path: string): Promise<void> {
    await this.visitor.page.goto(path);
    await this.scripted();
  }

  async scripted(): Promise<void> {
    const { page } = this.visitor;
    const charts = await page.locator("[data-metric-chart]").count();
    await this.visitor.eventually(
      () => page.locator("[data-metric-chart] .u-over").count(),
      charts,
    );
  }

  chart(id: string): Locator {
    return this.visitor.page.locator(`[data-key="chart-${id}"]`);
  }

  /** What a chart shows, as the page tells it to script. */
  async drawn(id: string): Promise<ChartData> {
    return JSON.parse(await this.chart(id).getAttribute("data-metric-chart") ?? "");
  }

  async line(id: string, label: string): Promise<ChartLine> {
    const { lines } = await this.drawn(id);
    return lines.find((line) => line.label === label) ??
      assert.fail(`${label} is none of ${lines.map((line) => line.label).join(", ")}`);
  }

  /** Where a chart's lines are drawn. */
  async plotBox(id: string) {
    return await this.chart(id).locator(".u-over").boundingBox() ?? assert.fail("No plot");
  }

  /** Drags over a chart, from one share of its width to another. */
  async drag(id: string, from: number, to: number): Promise<void> {
    const { mouse } = this.visitor.page;
    await this.point(id, from);
    await mouse.down();
    await this.point(id, (from + to) / 2);
    await this.point(id, to);
    await mouse.up();
  }

  /** Points at a share of a chart's width. */
  async point(id: string, at: number): Promise<void> {
    await this.chart(id).scrollIntoViewIfNeeded();
    const { x, y, width, height } = await this.plotBox(id);
    await this.visitor.page.mouse.move(x + at * width, y + height / 2);
  }

  /** How many pixels of a chart's canvas have the colour of a line, within shares of the plot's width. */
  async ink(id: string, line: number, from = 0, to = 1): Promise<number> {
    return await this.chart(id).evaluate((figure, { line, from, to }) => {
      const plot = figure.querySelector(".u-over");
      const canvas = figure.querySelector("canvas");
      const swatch = figure.querySelectorAll(".chart-swatch")[line];
      if (!plot || !canvas || !swatch) return -1;
      // Reading a canvas slows it down from then on, so a copy is read.
      const copy = new OffscreenCanvas(canvas.width, canvas.height);
      const context = copy.getContext("2d", { willReadFrequently: true });
      if (!context) return -1;
      context.fillStyle = getComputedStyle(swatch).color;
      context.fillRect(0, 0, 1, 1);
      const colour = context.getImageData(0, 0, 1, 1).data;
      context.clearRect(0, 0, 1, 1);
      context.drawImage(canvas, 0, 0);
      const frame = canvas.getBoundingClientRect();
      const box = plot.getBoundingClientRect();
      const pixels = context.getImageData(
        Math.round(box.left - frame.left + from * box.width),
        Math.round(box.top - frame.top),
        Math.max(1, Math.round((to - from) * box.width)),
        Math.round(box.height),
      ).data;
      let count = 0;
      for (let at = 0; at < pixels.length; at += 4) {
        const isLine = [0, 1, 2].every((channel) =>
          Math.abs((pixels[at + channel] ?? 0) - (colour[channel] ?? 0)) <= 2
        );
        if (isLine && (pixels[at + 3] ?? 0) > 128) count++;
      }
      return count;
    }, { line, from, to });
  }

  /** Waits until a line is drawn, as its colour tells. */
  async seesInk(id: string, line: number): Promise<void> {
    await this.visitor.until(async () => {
      const count = await this.ink(id, line);
      assert.ok(count > MANY_PIXELS, `${count} pixels of line ${line} of ${id}`);
    });
  }

  /** The figure of a tile, with its unit. */
  async tile(name: string): Promise<string> {
    const text = await this.tileNamed(name).locator(".tile-figure").innerText();
    return text.replace(/\s+/g, " ").replace(" %", "%");
  }

  /** Waits until a tile has this figure. */
  async seesTile(name: string, figure: string): Promise<void> {
    await this.visitor.eventually(() => this.tile(name), figure);
  }

  tileNamed(name: string): Locator {
    const { page } = this.visitor;
    return page.locator(".tile", { has: page.getByRole("heading", { name, exact: true }) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.visitor[Symbol.asyncDispose]();
  }
}

/** Sends samples that must be accepted, in as few requests as may be. */
export async function sendSamples(program: Program, samples: readonly Sample[]): Promise<void> {
  for (let at = 0; at < samples.length; at += MOST_SAMPLES) {
    const response = await program.fetch("/api/metrics", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(samples.slice(at, at + MOST_SAMPLES)),
    });
    assert.equal(response.status, 202, await response.text());
  }
}
