import type { ComponentChildren } from "preact";
import type { Clock } from "../core/clock.ts";
import type { ErrorTracker } from "../core/errors/service.ts";
import { html } from "../core/http/respond.ts";
import type { AppContext } from "../core/http/route.ts";
import type { Sessions } from "../core/http/session.ts";
import type { LogViewer } from "../core/logs/viewer.ts";
import type { MetricViewer } from "../core/metrics/viewer.ts";
import type { BrowserRelay } from "../core/relay/viewer.ts";
import type { AssetEntry, Assets } from "./assets.ts";
import { renderDocument } from "./document.tsx";
import { abbreviated } from "./format.ts";
import { Frame } from "./frame.tsx";
import type { Section, SectionName } from "./section.ts";

/** What the web interface stands on. */
export interface SiteDeps {
  /** Those that this process runs. */
  readonly services: {
    readonly errors?: ErrorTracker;
    readonly logs?: LogViewer;
    readonly metrics?: MetricViewer;
    readonly relay?: BrowserRelay;
  };
  readonly sessions: Sessions;
  /** The variable that holds the key to sign in with. */
  readonly keyName: string;
  readonly checkKey: (key: string) => boolean;
  readonly clock: Clock;
  readonly version: string;
  /** Whether the browser's own connection is HTTPS. */
  readonly isSecure: (context: AppContext) => boolean;
}

/** What every page is made with. */
export interface Shell {
  readonly deps: SiteDeps;
  readonly assets: Assets;
}

/** One page: what it is called and what it shows. */
export interface PageView {
  readonly title: string;
  readonly section: SectionName | null;
  readonly body: ComponentChildren;
  /** The script of this kind of page alone, to be loaded early. */
  readonly script?: AssetEntry;
}

/** Answers a page within the frame, for a signed-in person. */
export async function page(shell: Shell, view: PageView): Promise<Response> {
  const unresolved = await shell.deps.services.errors?.count({ resolved: false }) ?? 0;
  return framedPage(shell, view, unresolved);
}

/** The same where it is known how many errors are unresolved. */
export function framedPage(
  shell: Shell,
  view: PageView,
  unresolved: number,
  status?: number,
): Response {
  const { deps, assets } = shell;
  const count = unresolved > 0 ? `(${abbreviated(unresolved)}) ` : "";
  const frame = (
    <Frame
      sections={sectionsOf(deps, unresolved)}
      current={view.section}
      now={deps.clock.now()}
    >
      {view.body}
    </Frame>
  );
  return html(
    renderDocument({
      title: count + view.title,
      assets,
      ...(view.script ? { script: view.script } : {}),
      layout: Object.keys(deps.services).length > 1 ? "rail" : "bar",
      children: frame,
    }),
    status,
  );
}

/** Answers a page with nothing around it, for anyone. */
export function barePage(
  shell: Shell,
  view: { readonly title: string; readonly body: ComponentChildren },
  status?: number,
): Response {
  return html(
    renderDocument({
      title: view.title,
      assets: shell.assets,
      layout: "bare",
      children: <main id="main" tabIndex={-1}>{view.body}</main>,
    }),
    status,
  );
}

/** The places of the navigation; the first one is where one arrives. */
export function sectionsOf({ services }: SiteDeps, unresolved: number): readonly Section[] {
  const sections: Section[] = [];
  if (Object.keys(services).length > 1) {
    sections.push({ name: "overview", label: "Overview", path: "/", icon: "overview" });
  }
  if (services.errors) {
    const badge = unresolved;
    sections.push({ name: "errors", label: "Errors", path: "/errors", icon: "errors", badge });
  }
  if (services.logs) {
    sections.push({ name: "logs", label: "Logs", path: "/logs", icon: "logs" });
  }
  if (services.metrics) {
    sections.push({ name: "metrics", label: "Metrics", path: "/dashboard", icon: "metrics" });
  }
  sections.push({ name: "settings", label: "Settings", path: "/settings", icon: "settings" });
  return sections;
}

/** The address under which the browser reached this server, such as `https://errors.example.org`. */
export function originOf({ deps }: Shell, context: AppContext): string {
  const host = context.req.header("host") ?? "";
  // It goes into commands to copy, so it has to look like a host.
  const known = /^[\w.-]+(:\d+)?$|^\[[\da-f:.]+\](:\d+)?$/i.test(host) ? host : "localhost";
  return `${deps.isSecure(context) ? "https" : "http"}://${known}`;
}
