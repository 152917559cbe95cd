/** Code with mistakes, as it is written. */

interface Item {
  readonly name: string;
  readonly price: number;
}

/** Throws where an item has no price: what is parsed is not looked at. */
export function checkout(cart: string): string {
  const items: readonly Item[] = JSON.parse(cart);
  const prices = items.map(priceText);
  return `Paid ${prices.join(" and ")}.`;
}

function priceText({ name, price }: Item): string {
  return `${name} for ${price.toFixed(2)}`;
}

/** Rejects: the card is never accepted. */
export async function payLater(amount: number): Promise<void> {
  await Promise.resolve();
  throw new RangeError(`The card allows less than ${amount}`);
}
