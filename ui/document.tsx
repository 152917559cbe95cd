import type { ComponentChildren } from "preact";
import { renderToString } from "preact-render-to-string";
import type { AssetEntry, Assets } from "./assets.ts";

interface DocumentProps {
  readonly title: string;
  readonly assets: Assets;
  /** What kind of layout the body has. */
  readonly layout: "bar" | "rail" | "bare";
  /** A script beside the one of every page, which loads it when it finds what it is for. */
  readonly script?: AssetEntry;
  readonly children: ComponentChildren;
}

/** A whole HTML document as text. Nothing in it is inline that the content policy would refuse. */
export function renderDocument(props: DocumentProps): string {
  return `<!doctype html>${renderToString(<Document {...props} />)}`;
}

function Document({ title, assets, layout, script, children }: DocumentProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>{`${title} · Monlight`}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href={assets.path("styles")} />
        <script src={assets.path("theme")} />
        <script type="module" src={assets.path("app")} />
        {script && <link rel="modulepreload" href={assets.path(script)} />}
      </head>
      <body class={`layout-${layout}`}>{children}</body>
    </html>
  );
}
