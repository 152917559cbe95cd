import { Icon, type IconName } from "./icon.tsx";

interface CopyProps {
  /** What is copied, for the button's words: "Copy traceback". */
  readonly label: string;
  /** The id of the element whose text is copied, or the address of the text. */
  readonly from: { readonly element: string } | { readonly url: string };
  /** Tells one of several copies apart. */
  readonly icon?: IconName;
}

/** Copies a text to the clipboard; there is none without script. */
export function CopyButton({ label, from, icon = "copy" }: CopyProps) {
  return (
    <button
      type="button"
      class="button quiet icon-only js-only"
      data-copy={"element" in from ? from.element : undefined}
      data-copy-url={"url" in from ? from.url : undefined}
      title={label}
      aria-label={label}
    >
      <Icon name={icon} />
    </button>
  );
}
