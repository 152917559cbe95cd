/** What the page asks of servers. */

export async function loadStock(): Promise<string> {
  const response = await fetch("/shop/stock");
  const { stock } = await response.json();
  return `There are ${stock} left.`;
}

export async function loadOrder(id: number): Promise<string> {
  const response = await fetch(`/shop/orders/${id}`);
  return `The order was answered with ${response.status}.`;
}

/** Of a server that is not there. */
export async function loadSuppliers(): Promise<string> {
  try {
    await fetch("http://localhost:9/suppliers");
    return "The suppliers are there.";
  } catch {
    return "The suppliers cannot be reached.";
  }
}
