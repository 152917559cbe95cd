import type { LabelValues } from "../../../core/metrics/model.ts";
import { LIMITS } from "../../../core/metrics/model.ts";
import { Icon } from "../../components/icon.tsx";
import { exactCount, oneLine, visibleText } from "../../format.ts";
import { EXPLORE_PATH } from "../links.ts";
import { labelText } from "./drawn.ts";
import {
  chosenValue,
  explorePath,
  type ExploreQuery,
  withGroupToggled,
  withLabel,
  withoutLabel,
} from "./explore_query.ts";
import { HiddenFields } from "./hidden_fields.tsx";

/** Values of a label that are chips; there are more in the field behind them. */
const CHIPS = 6;
const CHIP_CHARACTERS = 60;
/** Of all values that a field proposes, so that long ones do not make the page heavy. */
const PROPOSED_CHARACTERS = 12_000;

interface LabelsProps {
  readonly query: ExploreQuery;
  readonly labels: readonly LabelValues[];
}

/** The labels of a metric: a click on a value keeps only that, one on the name has a line for each value. */
export function Labels({ query, labels }: LabelsProps) {
  const known = new Set(labels.map(({ name }) => name));
  // What the address asks for can be taken away even where no series has it.
  const asked = [...new Set([...Object.keys(query.labels), ...query.groupBy])]
    .filter((name) => !known.has(name))
    .map((name): LabelValues => ({ name, values: [], value_count: 0 }));
  const all = [...labels, ...asked];
  if (all.length === 0) return null;
  return (
    <section class="labels" aria-label="Labels">
      {all.map((label, at) => <LabelRow key={label.name} query={query} label={label} at={at} />)}
    </section>
  );
}

function LabelRow(
  { query, label, at }: {
    readonly query: ExploreQuery;
    readonly label: LabelValues;
    readonly at: number;
  },
) {
  const { name, values, value_count: count } = label;
  const chosen = chosenValue(query, name);
  const chips = chipsOf(values, chosen);
  const rest = count - chips.filter((value) => values.includes(value)).length;
  return (
    <div class="label-row" role="group" aria-label={`Label ${name}`} data-key={`label-${name}`}>
      <GroupChip query={query} name={name} />
      <div class="label-values">
        {chips.map((value) => (
          <ValueChip
            key={value}
            query={query}
            name={name}
            value={value}
            isChosen={value === chosen}
          />
        ))}
        {rest > 0 && <ValueField {...{ query, label, at, rest }} />}
      </div>
    </div>
  );
}

function GroupChip({ query, name }: { readonly query: ExploreQuery; readonly name: string }) {
  const isOn = query.groupBy.includes(name);
  const isFull = !isOn && query.groupBy.length >= LIMITS.groupBy;
  const shown = oneLine(visibleText(name, "unnamed"), CHIP_CHARACTERS);
  const content = (
    <>
      <i class="chip-box">{isOn && <Icon name="check" />}</i>
      <bdi>{shown}</bdi>
    </>
  );
  if (isFull) {
    return (
      <span
        class="chip group-chip disabled"
        title={`At most ${LIMITS.groupBy} labels can be grouped by`}
      >
        {content}
      </span>
    );
  }
  return (
    <a
      class="chip group-chip"
      href={explorePath(withGroupToggled(query, name))}
      role="switch"
      aria-checked={isOn}
      aria-label={`Group by ${shown}`}
      title={isOn ? "One line for all values" : "A line for each value"}
    >
      {content}
    </a>
  );
}

function ValueChip(
  { query, name, value, isChosen }: {
    readonly query: ExploreQuery;
    readonly name: string;
    readonly value: string;
    readonly isChosen: boolean;
  },
) {
  const shown = oneLine(labelText(value), CHIP_CHARACTERS);
  const next = isChosen ? withoutLabel(query, name) : withLabel(query, name, value);
  return (
    <a
      class={isChosen ? "chip chosen" : "chip"}
      href={explorePath(next)}
      aria-current={isChosen ? "true" : undefined}
      title={shown === value ? undefined : oneLine(value, 4 * CHIP_CHARACTERS)}
    >
      <bdi>{shown}</bdi>
      {isChosen && <Icon name="close" />}
      {isChosen && <span class="sr-only">, any value instead</span>}
    </a>
  );
}

/** Any other value, typed or chosen from those that are known. */
function ValueField(
  { query, label, at, rest }: {
    readonly query: ExploreQuery;
    readonly label: LabelValues;
    readonly at: number;
    readonly rest: number;
  },
) {
  const { name, values } = label;
  const list = `values-${at}`;
  return (
    <form class="label-field" action={EXPLORE_PATH} data-live-form data-label-form>
      <HiddenFields query={query} but={[]} />
      <input type="hidden" name="label" value={name} />
      <input
        class="input"
        type="text"
        name="value"
        list={list}
        maxLength={LIMITS.labelValue}
        required
        placeholder={`${exactCount(rest)} more…`}
        aria-label={`Another value of ${oneLine(name, CHIP_CHARACTERS)}`}
        autocomplete="off"
        spellcheck={false}
        data-label-value
      />
      <datalist id={list}>
        {proposed(values.slice(CHIPS)).map((value) => <option key={value} value={value} />)}
      </datalist>
      <button type="submit" class="button no-js-only">Filter</button>
    </form>
  );
}

/** The first values, and the chosen one, which stays where it is if it is one of them. */
export function chipsOf(values: readonly string[], chosen: string | undefined): readonly string[] {
  const first = values.slice(0, CHIPS);
  return chosen === undefined || first.includes(chosen) ? first : [chosen, ...first];
}

function proposed(values: readonly string[]): readonly string[] {
  let characters = 0;
  return values.filter((value) => (characters += value.length) <= PROPOSED_CHARACTERS);
}
