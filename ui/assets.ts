import { Failure } from "../core/failure.ts";
import { redirect } from "../core/http/respond.ts";
import type { PageRoute } from "../core/http/route.ts";
import { builtAssets } from "./built_assets.ts";

/** What the build of the web interface makes. */
export interface BuiltAssets {
  /** A hash of everything that went in. */
  readonly inputs: string;
  /** The paths that documents link to, by the name of the entry. */
  readonly entries: Readonly<Record<AssetEntry, string>>;
  readonly files: Readonly<Record<string, AssetFile>>;
}

export type AssetEntry = "styles" | "theme" | "app" | "logs" | "metrics" | "icon";

export interface AssetFile {
  readonly type: string;
  readonly body: string;
}

const IMMUTABLE = "public, max-age=31536000, immutable";
const A_DAY = "public, max-age=86400";

/** The built scripts and styles, read at the first use. */
export class Assets {
  #built: BuiltAssets | undefined;
  readonly #read: () => BuiltAssets;

  constructor(read: () => BuiltAssets = builtAssets) {
    this.#read = read;
  }

  /** The path of an entry, with the hash of its content in it. */
  path(entry: AssetEntry): string {
    return this.#table().entries[entry];
  }

  routes(): readonly PageRoute[] {
    return [
      {
        method: "GET",
        path: "/assets/{name}",
        access: "open",
        handle: (context) => this.#serve(`/assets/${context.req.param("name")}`, IMMUTABLE),
      },
      {
        method: "GET",
        path: "/favicon.svg",
        access: "open",
        handle: () => this.#serve(this.path("icon"), A_DAY),
      },
      {
        // Asked for beside plain text, which cannot name an icon.
        method: "GET",
        path: "/favicon.ico",
        access: "open",
        handle: () => redirect("/favicon.svg"),
      },
    ];
  }

  #serve(path: string, caching: string): Response {
    const { files } = this.#table();
    const file = Object.hasOwn(files, path) ? files[path] : undefined;
    if (file === undefined) throw new Failure("not_found", "Not found");
    return new Response(file.body, {
      headers: { "content-type": file.type, "cache-control": caching },
    });
  }

  #table(): BuiltAssets {
    return this.#built ??= this.#read();
  }
}
