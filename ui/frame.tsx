import type { ComponentChildren } from "preact";
import { Brand, Icon } from "./components/icon.tsx";
import { abbreviated, counted } from "./format.ts";
import { KeysDialog } from "./keys_dialog.tsx";
import type { Section, SectionName } from "./section.ts";

export type { Section } from "./section.ts";

interface FrameProps {
  readonly sections: readonly Section[];
  readonly current: SectionName | null;
  /** Milliseconds since the epoch, by the server's clock. */
  readonly now: number;
  readonly children: ComponentChildren;
}

/** What stands around every page of a signed-in person. */
export function Frame({ sections, current, now, children }: FrameProps) {
  return (
    <>
      <a class="skip-link" href="#main">Skip to content</a>
      <header class="frame">
        <a class="brand" href="/">
          <Brand />
          <span>Monlight</span>
        </a>
        <nav class="sections" id="sections" aria-label="Sections">
          {sections.map((section) => (
            <SectionLink key={section.name} section={section} current={current} />
          ))}
        </nav>
        <Tools />
      </header>
      <main id="main" tabIndex={-1} data-now={now}>{children}</main>
      <KeysDialog sections={sections.map(({ name }) => name)} />
    </>
  );
}

function SectionLink(
  { section, current }: { readonly section: Section; readonly current: SectionName | null },
) {
  const { name, label, path, icon, badge } = section;
  return (
    <a class="section" href={path} aria-current={name === current ? "page" : undefined}>
      <Icon name={icon} />
      <span>{label}</span>
      {badge !== undefined && badge > 0 && (
        <span class="badge" title={`${counted(badge, "unresolved error")}`}>
          {abbreviated(badge)}
        </span>
      )}
    </a>
  );
}

function Tools() {
  return (
    <div class="tools">
      <button
        type="button"
        class="button quiet icon-only js-only"
        data-theme-switch
        title="Theme"
        aria-label="Theme"
      >
        <Icon name="theme" />
      </button>
      <button
        type="button"
        class="button quiet icon-only js-only keyboard-only"
        data-show-keys
        title="Keyboard shortcuts (?)"
        aria-label="Keyboard shortcuts"
      >
        <Icon name="keys" />
      </button>
      <form method="post" action="/logout">
        <button type="submit" class="button quiet icon-only" title="Sign out" aria-label="Sign out">
          <Icon name="signOut" />
        </button>
      </form>
    </div>
  );
}
