/** The button that says what waits to be shown. */
export interface Pill {
  show(text: string): void;
  hide(): void;
}

export function createPill(onPress: () => void): Pill {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "pill";
  button.hidden = true;
  button.addEventListener("click", onPress);
  document.body.append(button);
  return {
    show(text) {
      if (button.textContent !== text) button.textContent = text;
      button.hidden = false;
    },
    hide() {
      button.hidden = true;
    },
  };
}
