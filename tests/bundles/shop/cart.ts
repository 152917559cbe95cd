/** What the page sells, with mistakes that its buttons run into. */
export interface Item {
  readonly name: string;
  readonly price?: { readonly amount: number };
}

export class EmptyCartError extends Error {
  override readonly name = "EmptyCartError";
}

export class Cart {
  readonly #items: readonly Item[];

  constructor(items: readonly Item[]) {
    if (items.length === 0) throw new EmptyCartError("A cart needs items");
    this.#items = items;
  }

  total(): number {
    return this.#items.reduce((sum, item) => sum + amountOf(item), 0);
  }

  get first(): string {
    const [item] = this.#items;
    if (item?.price === undefined) throw new RangeError(`${item?.name} has no price`);
    return `${item.name}: ${item.price.amount}`;
  }

  static of(names: string): Cart {
    return new Cart(JSON.parse(names));
  }

  readonly pay = async (): Promise<number> => {
    await Promise.resolve();
    const [paid = 0] = await Promise.all([charge(this.total.bind(this))]);
    return paid;
  };
}

function amountOf({ name, price }: Item): number {
  if (price === undefined) throw new TypeError(`${name} has no price\nand nobody knows why`);
  return price.amount;
}

async function charge(total: () => number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 1));
  return total();
}
