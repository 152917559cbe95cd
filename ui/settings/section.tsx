import type { ComponentChildren } from "preact";
import { byteSize, counted, exactCount } from "../format.ts";

/** One part of the page, named. */
export function Section(
  { title, about, children }: {
    readonly title: string;
    readonly about: string;
    readonly children: ComponentChildren;
  },
) {
  const id = `settings-${title.toLowerCase().replaceAll(" ", "-")}`;
  return (
    <section class="settings-section" aria-labelledby={id}>
      <div>
        <h2 id={id}>{title}</h2>
        <p class="muted">{about}</p>
      </div>
      <div class="settings-body">{children}</div>
    </section>
  );
}

/** A fact and its name. */
export function Row(
  { name, children }: { readonly name: string; readonly children: ComponentChildren },
) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** What every service says of its database. */
export function Database(
  { databasePath, databaseBytes, maxDatabaseBytes, schemaVersion }: {
    readonly databasePath: string;
    readonly databaseBytes: number;
    /** 0 for no limit. */
    readonly maxDatabaseBytes: number;
    readonly schemaVersion: number;
  },
) {
  return (
    <>
      <Row name="Database">
        <code class="wrap">{databasePath}</code>
      </Row>
      <Row name="Size">
        <span class="number" title={counted(databaseBytes, "byte")}>
          {byteSize(databaseBytes)}
        </span>
        {maxDatabaseBytes > 0 &&
          ` of at most ${byteSize(maxDatabaseBytes)}; the oldest data make room`}
      </Row>
      <Row name="Schema">version {schemaVersion}</Row>
    </>
  );
}

export function RateLimit({ perMinute }: { readonly perMinute: number }) {
  return (
    <Row name="Rate limit">
      {perMinute === 0 ? "none" : `${exactCount(perMinute)} requests a minute for each key`}
    </Row>
  );
}
