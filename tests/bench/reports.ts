/** Realistic reports for the benchmarks. */

/** A report of 4 KB (its JSON, in bytes) of group `index`: 18 library frames and one of the application. */
export function report4k(index: number): string {
  const frames = Array.from({ length: 18 }, (_, depth) => [
    `  File "/srv/shop/.venv/lib/python3.12/site-packages/starlette/routing_${depth}.py", ` +
    `line ${100 + depth}, in handle_request_${depth}`,
    `    return await self.app(scope, receive, send_with_context_${depth})`,
  ]).flat();
  const message = `could not convert string to float: 'n/a' in row ${index}`;
  const report = {
    project: "shop",
    exception_type: "ValueError",
    message,
    traceback: [
      "Traceback (most recent call last):",
      ...frames,
      `  File "/srv/shop/app/module_${index % 97}.py", line ${10 + index}, in total_${index}`,
      "    return float(text)",
      `ValueError: ${message}`,
    ].join("\n"),
    environment: "production",
    request_url: `https://shop.example/cart/${index}?step=payment`,
    request_method: "POST",
    request_headers: {
      "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
      accept: "text/html",
    },
    user_id: `${index}`,
    extra: { cart: [1, 2, 3], note: "" },
  };
  report.extra.note = "x".repeat(Math.max(0, 4096 - JSON.stringify(report).length));
  return JSON.stringify(report);
}

const TYPES = ["ValueError", "KeyError", "TimeoutError", "TypeError", "ConnectionError"];
const ENVIRONMENTS = ["production", "production", "production", "staging", "development"];

/** A small report of group `index`, in one of 20 projects and 3 environments. */
export function smallReport(index: number) {
  const type = TYPES[index % TYPES.length] ?? "Error";
  const message = `cannot handle order ${index}: missing key 'price' in basket of customer ${
    index % 977
  }`;
  return {
    project: `project-${index % 20}`,
    exceptionType: type,
    message,
    traceback: [
      "Traceback (most recent call last):",
      '  File "/srv/shop/.venv/lib/python3.12/site-packages/starlette/routing.py", line 78, in app',
      "    await func(request)",
      `  File "/srv/shop/app/orders_${index}.py", line ${1 + index % 400}, in handle`,
      "    price = basket['price']",
      `${type}: ${message}`,
    ].join("\n"),
    environment: ENVIRONMENTS[index % ENVIRONMENTS.length] ?? "production",
    requestUrl: `https://shop.example/orders/${index}`,
    requestMethod: "POST",
    requestHeaders: { "user-agent": "Mozilla/5.0 (X11; Linux x86_64)" },
    userId: `${index % 977}`,
    extra: null,
  };
}
