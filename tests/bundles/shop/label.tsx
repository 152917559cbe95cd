import { render } from "preact";

interface LabelProps {
  readonly text: string | null;
}

/** A component that cannot draw what is null. */
const Label = ({ text }: LabelProps) => {
  if (text === null) throw new Error("Nothing to draw: it's null");
  return <b class="label">{text}</b>;
};

export function drawLabel(text: string | null) {
  render(
    <p>
      It's <Label text={text} />
    </p>,
    document.createElement("div"),
  );
}
