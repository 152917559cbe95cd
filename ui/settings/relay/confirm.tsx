interface ConfirmProps {
  /** What is done, on the button that asks and on the one that does it: "Deactivate". */
  readonly label: string;
  /** The same, told apart from its neighbours for those who do not see the row: "Deactivate key of shop". */
  readonly name: string;
  /** What it means. */
  readonly consequence: string;
  /** Where the form goes. */
  readonly action: string;
}

/** Asks once, in place, before something is done that cannot be undone; without script too. */
export function Confirm({ label, name, consequence, action }: ConfirmProps) {
  return (
    <details class="confirm">
      <summary class="button quiet" aria-label={name}>{label}</summary>
      <form method="post" action={action} data-act>
        <p>{consequence}</p>
        <button type="submit" class="button danger">{label}</button>
      </form>
    </details>
  );
}
