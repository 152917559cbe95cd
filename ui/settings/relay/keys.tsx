import { type DsnKey, LIMITS } from "../../../core/relay/model.ts";
import { CopyButton } from "../../components/copy_button.tsx";
import { Time } from "../../components/time.tsx";
import { Section } from "../section.tsx";
import { Confirm } from "./confirm.tsx";
import { pageSnippets } from "./page_snippet.ts";

interface KeysProps {
  readonly keys: readonly DsnKey[];
  /** The one that was made just now: its snippet is open. */
  readonly madeId: number | null;
  readonly origin: string;
  readonly now: number;
}

/** The keys of pages: to make, to put into a page, and to deactivate. */
export function Keys({ keys, madeId, origin, now }: KeysProps) {
  const active = keys.filter((key) => key.active);
  const gone = keys.filter((key) => !key.active);
  return (
    <Section
      title="Browser keys"
      about="A page reports with one. It may be public: it can only submit, and only for its project."
    >
      <form class="key-form" method="post" action="/settings/dsn-keys" data-act>
        <label for="key-project">Project</label>
        <input
          class="input"
          id="key-project"
          name="project"
          required
          maxLength={LIMITS.project}
          autocomplete="off"
          spellcheck={false}
        />
        <button type="submit" class="button">Create key</button>
      </form>
      {active.length === 0 && (
        <p class="muted">No key yet. Make one for the project whose pages shall report.</p>
      )}
      <ul class="plain key-list">
        {active.map((key) => (
          <ActiveKey key={key.id} dsn={key} {...{ origin, now }} isNew={key.id === madeId} />
        ))}
      </ul>
      {gone.length > 0 && <Deactivated keys={gone} now={now} />}
    </Section>
  );
}

function ActiveKey(
  { dsn, isNew, origin, now }: {
    readonly dsn: DsnKey;
    readonly isNew: boolean;
    readonly origin: string;
    readonly now: number;
  },
) {
  const { id, project, public_key, created_at } = dsn;
  return (
    <li data-key={`dsn-${id}`}>
      <div class="key-line">
        <b class="wrap">{project}</b>
        <span class="key-text">
          <code id={`dsn-${id}`}>{public_key}</code>
          <CopyButton label={`Copy key of ${project}`} from={{ element: `dsn-${id}` }} />
        </span>
        <span class="muted">
          made <Time at={created_at} now={now} />
        </span>
        <Confirm
          label="Deactivate"
          name={`Deactivate key of ${project}`}
          consequence="Pages that use it can report nothing any more, at once and for good."
          action={`/settings/dsn-keys/${id}/deactivate`}
        />
      </div>
      <details class="key-snippet" open={isNew}>
        <summary aria-label={`How its pages report: ${project}`}>How its pages report</summary>
        {pageSnippets(origin, public_key).map(({ name, label, code }) => (
          <div key={name}>
            <p class="muted">{label}</p>
            <div class="code">
              <pre id={`dsn-${id}-${name}`} tabIndex={0} aria-label={label}>{code}</pre>
              <CopyButton label={`Copy: ${label}`} from={{ element: `dsn-${id}-${name}` }} />
            </div>
          </div>
        ))}
      </details>
    </li>
  );
}

function Deactivated({ keys, now }: { readonly keys: readonly DsnKey[]; readonly now: number }) {
  return (
    <details>
      <summary class="muted">{keys.length} deactivated</summary>
      <ul class="plain key-list">
        {keys.map(({ id, project, public_key, created_at }) => (
          <li key={id} class="key-line muted">
            <span class="wrap">{project}</span>
            <code>{public_key}</code>
            <span>
              made <Time at={created_at} now={now} />
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
