import type { JsonObject } from "../../core/errors/model.ts";

/** The fields of an object as rows; nested ones as indented JSON. */
export function JsonTable(
  { label, value }: { readonly label: string; readonly value: JsonObject },
) {
  return (
    <table class="fields" aria-label={label}>
      <tbody>
        {Object.entries(value).map(([name, field]) => (
          <tr key={name}>
            <th scope="row">
              <bdi>{name}</bdi>
            </th>
            <td>
              <FieldValue value={field} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function FieldValue({ value }: { readonly value: unknown }) {
  if (typeof value === "string") {
    return value === "" ? <span class="muted">empty</span> : <bdi>{value}</bdi>;
  }
  if (value === null || typeof value !== "object" || isEmpty(value)) {
    return <span class="literal">{JSON.stringify(value)}</span>;
  }
  const text = JSON.stringify(value, null, 2);
  const lines = text.split("\n").length;
  if (lines <= 12 && text.length <= 1000) return <pre>{text}</pre>;
  return (
    <details>
      <summary>{Array.isArray(value) ? `List of ${value.length}` : `${lines} lines`}</summary>
      <pre>{text}</pre>
    </details>
  );
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}
