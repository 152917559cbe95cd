/** The script of the page: starts the SDK, and does what the buttons say. */
import { captureMessage, init, setUser } from "../../../clients/js/src/index.ts";
import { checkout, payLater } from "./checkout.ts";
import { loadOrder, loadStock, loadSuppliers } from "./orders.ts";

const { dsn, release, monlight } = JSON.parse(
  document.currentScript?.getAttribute("data-config") ?? "{}",
);
init({ dsn, release, environment: "demo" });
setUser("visitor-7");

const actions: Readonly<Record<string, () => string | Promise<string>>> = {
  throw: () => {
    say("An error was thrown.");
    return checkout(`[{ "name": "Tea", "price": 4 }, { "name": "Cups" }]`);
  },
  reject: () => {
    void payLater(28);
    return "A promise was rejected.";
  },
  message() {
    captureMessage("The voucher has ended", "warning");
    return "A message was reported.";
  },
  fetch: loadStock,
  "fetch-failing": () => loadOrder(1042),
  "fetch-nowhere": loadSuppliers,
  shift() {
    // Later than half a second after the click: what a visitor asked for is no shift.
    setTimeout(() => document.getElementById("notice")?.toggleAttribute("hidden"), 700);
    return "The layout moves in a moment.";
  },
  work() {
    for (const end = performance.now() + 300; performance.now() < end;);
    return "The page was busy for 300 ms.";
  },
  navigate() {
    history.pushState({}, "", `/orders/${1000 + Math.floor(Math.random() * 1000)}`);
    return `The address is ${location.pathname}, without a new page.`;
  },
};

for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-action]")) {
  button.addEventListener("click", () => {
    const done = actions[button.dataset.action ?? ""]?.();
    if (typeof done === "string") say(done);
    else done?.then(say);
  });
}
for (const link of document.querySelectorAll<HTMLAnchorElement>("a[data-monlight]")) {
  link.href = monlight + (link.dataset.monlight ?? "");
}

function say(text: string): void {
  const line = document.createElement("li");
  line.textContent = text;
  document.getElementById("log")?.append(line);
}
