import { CopyButton } from "../components/copy_button.tsx";
import { type Snippet, snippets } from "./snippets.ts";

/** The programs that report an error to this server, one language at a time. */
export function Connect({ origin }: { readonly origin: string }) {
  const all = snippets(origin);
  return (
    <fieldset class="connect" data-keep={`connect ${origin}`}>
      <legend class="sr-only">Language</legend>
      <div class="segments">
        {all.map(({ name, label }, at) => (
          <label key={name}>
            <input type="radio" name="language" value={name} checked={at === 0} />
            {label}
          </label>
        ))}
      </div>
      {all.map((snippet) => <Panel key={snippet.name} snippet={snippet} />)}
    </fieldset>
  );
}

function Panel({ snippet }: { readonly snippet: Snippet }) {
  const { name, label, hint, code } = snippet;
  return (
    <div class={`connect-panel connect-${name}`}>
      <div class="code">
        <pre id={`snippet-${name}`} tabIndex={0} aria-label={`${label} program`}>{code}</pre>
        <CopyButton label={`Copy ${label} program`} from={{ element: `snippet-${name}` }} />
      </div>
      <p class="muted">{hint}</p>
    </div>
  );
}
