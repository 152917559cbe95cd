import { exploreFields, type ExploreQuery } from "./explore_query.ts";

/** What the address says beside the fields of a form that can be seen. */
export function HiddenFields(
  { query, but }: { readonly query: ExploreQuery; readonly but: readonly string[] },
) {
  return (
    <>
      {Object.entries(exploreFields(query)).map(([name, value]) =>
        value !== undefined && value !== "" && !but.includes(name) &&
        <input key={name} type="hidden" name={name} value={value} />
      )}
    </>
  );
}
