import { Icon } from "../components/icon.tsx";
import type { ListQuery, StateFilter } from "./list_query.ts";
import { listPath } from "./list_query.ts";

interface FiltersProps {
  readonly query: ListQuery;
  readonly projects: readonly string[];
  readonly environments: readonly string[];
}

const STATES: readonly { readonly value: StateFilter; readonly label: string }[] = [
  { value: "false", label: "Unresolved" },
  { value: "true", label: "Resolved" },
  { value: "all", label: "All" },
];

const SOURCES = [{ value: "server", label: "Server" }, { value: "browser", label: "Browser" }];

/** The filters of the list: a form whose fields are the parameters of the address. */
export function Filters({ query, projects, environments }: FiltersProps) {
  const { project, environment, source, search } = query;
  return (
    <form class="filters" action="/errors" role="search" aria-label="Errors" data-live-form>
      <nav class="segments" aria-label="State">
        {STATES.map(({ value, label }) => (
          <a
            key={value}
            href={listPath({ ...query, resolved: value, offset: 0 })}
            aria-current={query.resolved === value ? "true" : undefined}
          >
            {label}
          </a>
        ))}
      </nav>
      {query.resolved !== "false" && <input type="hidden" name="resolved" value={query.resolved} />}
      <Choice name="project" label="Project" any="Project" value={project}>
        {withChosen(projects, project).map((name) => ({ value: name, label: name }))}
      </Choice>
      <Choice name="environment" label="Environment" any="Environment" value={environment}>
        {withChosen(environments, environment).map((name) => ({ value: name, label: name }))}
      </Choice>
      <Choice name="source" label="Source" any="Source" value={source}>{SOURCES}</Choice>
      <span class="search">
        <Icon name="search" />
        <input
          class="input"
          type="search"
          name="search"
          id="search"
          value={search ?? ""}
          maxLength={200}
          placeholder="Search type and message"
          aria-label="Search type and message"
          autocomplete="off"
          spellcheck={false}
        />
        <kbd class="js-only keyboard-only" aria-hidden="true">/</kbd>
      </span>
      <button type="submit" class="button no-js-only">Apply</button>
    </form>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  /** What no choice is called. */
  readonly any: string;
  readonly value: string | undefined;
  readonly children: readonly { readonly value: string; readonly label: string }[];
}

function Choice({ name, label, any, value, children }: ChoiceProps) {
  return (
    <span class={value === undefined ? "select" : "select chosen"}>
      <select name={name} aria-label={label}>
        <option value="">{any}</option>
        {children.map((option) => (
          <option key={option.value} value={option.value} selected={option.value === value}>
            {option.label}
          </option>
        ))}
      </select>
    </span>
  );
}

/** The choices, with the chosen one even when nothing has it any more. */
function withChosen(names: readonly string[], chosen: string | undefined): readonly string[] {
  return chosen === undefined || names.includes(chosen) ? names : [chosen, ...names];
}
