/** Runs before the first paint: what the styles have to know at once. */
import { applyTheme, savedTheme } from "./theme_choice.ts";

document.documentElement.classList.add("js");
applyTheme(savedTheme());
