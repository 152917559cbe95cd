import { Cart } from "./cart.ts";
import { drawLabel } from "./label.tsx";

const BOOK = { name: "book", price: { amount: 12 } };
const PEN = { name: "pen" };

/** Each goes wrong in its own way. */
const failures: Readonly<Record<string, () => unknown>> = {
  callback: () => new Cart([BOOK, PEN]).total(),
  construction: () => new Cart([]),
  getter: () => new Cart([PEN]).first,
  native: () => Cart.of("{"),
  awaited: () => new Cart([PEN]).pay(),
  component: () => drawLabel(null),
  async chunk() {
    const { averageStars } = await import("./reviews.ts");
    return averageStars([{}]);
  },
  evaluated: () => (0, eval)("undefinedName + 1"),
};

/** Runs one, and gives what a page knows of the error. */
async function fail(name: string) {
  try {
    await failures[name]?.();
    return null;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { type: error.name, message: error.message, stack: error.stack };
  }
}

Object.assign(globalThis, { fail });
