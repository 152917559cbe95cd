import { Icon } from "./components/icon.tsx";
import type { SectionName } from "./section.ts";
import { type Shortcut, SHORTCUTS } from "./shortcuts.ts";

/** The list of keys; opened by script, which is what gives the keys their meaning. */
export function KeysDialog({ sections }: { readonly sections: readonly SectionName[] }) {
  const isHere = ({ section }: { readonly section?: SectionName }) =>
    section === undefined || sections.includes(section);
  return (
    <dialog class="dialog" id="keys" aria-labelledby="keys-title">
      <div class="dialog-head">
        <h2 id="keys-title">Keyboard shortcuts</h2>
        <form method="dialog">
          <button
            type="submit"
            class="button quiet icon-only"
            title="Close (Esc)"
            aria-label="Close"
          >
            <Icon name="close" />
          </button>
        </form>
      </div>
      <div class="keys">
        {SHORTCUTS.filter(isHere).map(({ title, shortcuts }) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {shortcuts.filter(isHere).map((one) => <KeyRow key={one.does} shortcut={one} />)}
            </dl>
          </section>
        ))}
      </div>
    </dialog>
  );
}

function KeyRow({ shortcut }: { readonly shortcut: Shortcut }) {
  return (
    <div>
      <dt>
        {shortcut.keys.map((keys) => (
          <span class="key-choice" key={keys}>
            {keys.split(" ").map((one) => <kbd key={one}>{one}</kbd>)}
          </span>
        ))}
      </dt>
      <dd>{shortcut.does}</dd>
    </div>
  );
}
