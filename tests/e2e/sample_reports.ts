/** Errors as a small shop would have them, and errors as nobody would wish to have them. */

/** The body of `POST /api/errors`. */
export interface SampleReport {
  readonly project: string;
  readonly exception_type: string;
  readonly message: string;
  readonly traceback: string;
  readonly environment?: string;
  readonly request_url?: string;
  readonly request_method?: string;
  readonly request_headers?: Readonly<Record<string, unknown>>;
  readonly user_id?: string;
  readonly extra?: Readonly<Record<string, unknown>>;
}

const CHECKOUT: SampleReport = {
  project: "shop",
  exception_type: "ValueError",
  message: "could not convert string to float: 'n/a'",
  traceback: `Traceback (most recent call last):
  File "/usr/lib/python3.12/site-packages/starlette/middleware/errors.py", line 164, in __call__
    await self.app(scope, receive, _send)
  File "/usr/lib/python3.12/site-packages/starlette/middleware/exceptions.py", line 62, in __call__
    await wrap_app_handling_exceptions(self.app, conn)(scope, receive, send)
  File "/usr/lib/python3.12/site-packages/starlette/routing.py", line 754, in __call__
    await self.middleware_stack(scope, receive, send)
  File "/usr/lib/python3.12/site-packages/fastapi/routing.py", line 299, in app
    raw_response = await run_endpoint_function(
  File "/usr/lib/python3.12/site-packages/fastapi/routing.py", line 212, in run_endpoint_function
    return await run_in_threadpool(dependant.call, **values)
  File "/srv/shop/app/checkout.py", line 41, in checkout
    total = basket_total(basket)
            ^^^^^^^^^^^^^^^^^^^^
  File "/srv/shop/app/checkout.py", line 67, in basket_total
    return sum(parse_price(item["price"]) for item in basket.items)
  File "/srv/shop/app/checkout.py", line 88, in parse_price
    return float(text)
           ^^^^^^^^^^^
ValueError: could not convert string to float: 'n/a'`,
  request_method: "POST",
  request_url: "https://shop.example.org/checkout?step=payment",
  request_headers: {
    "host": "shop.example.org",
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
    "accept": "text/html,application/xhtml+xml",
    "x-forwarded-for": "203.0.113.7",
  },
  user_id: "u_48213",
  extra: {
    release: "shop@2026.11.3",
    basket: { id: 9921, items: [{ sku: "TEA-001", price: "n/a", quantity: 2 }], coupon: null },
    feature_flags: ["new-checkout", "express-pay"],
    retried: false,
  },
};

const CART_VIEW: SampleReport = {
  project: "shop-web",
  exception_type: "TypeError",
  message: "Cannot read properties of undefined (reading 'items')",
  traceback: `TypeError: Cannot read properties of undefined (reading 'items')
    at CartView (https://shop.example.org/src/cart/CartView.tsx:52:31)
    at renderWithHooks (https://shop.example.org/node_modules/react-dom/client.js:5529:18)
    at updateFunctionComponent (https://shop.example.org/node_modules/react-dom/client.js:8897:19)
    at beginWork (https://shop.example.org/node_modules/react-dom/client.js:10522:18)
    at performUnitOfWork (https://shop.example.org/node_modules/react-dom/client.js:15132:22)`,
  request_method: "BROWSER",
  request_url: "https://shop.example.org/cart",
  extra: { release: "shop-web@4.2.0", session_id: "b1946ac9" },
};

function python(
  project: string,
  type: string,
  message: string,
  place: readonly [file: string, line: number, name: string, code: string],
  more: Partial<SampleReport> = {},
): SampleReport {
  const [file, line, name, code] = place;
  return {
    project,
    exception_type: type,
    message,
    traceback: `Traceback (most recent call last):
  File "/usr/lib/python3.12/asyncio/tasks.py", line 314, in __step_run_and_handle_result
    result = coro.send(None)
  File "/srv/${project}/worker.py", line 31, in run
    await job(*args)
  File "/srv/${project}/${file}", line ${line}, in ${name}
    ${code}
${type}: ${message}`,
    ...more,
  };
}

/** In the order in which they were last seen, the newest last. */
export const SAMPLE_REPORTS: readonly SampleReport[] = [
  python("billing", "UnicodeDecodeError", "'utf-8' codec can't decode byte 0xe9 in position 14", [
    "invoices/import.py",
    203,
    "read_csv",
    "for row in csv.reader(stream):",
  ]),
  python("search", "MemoryError", "", ["index.py", 77, "merge", "merged = left + right"]),
  python("shop", "KeyError", "'shipping_country'", [
    "app/tax.py",
    19,
    "rate_for",
    "country = order['shipping_country']",
  ], { environment: "staging" }),
  python("mailer", "SMTPServerDisconnected", "Connection unexpectedly closed: timed out", [
    "send.py",
    58,
    "deliver",
    "await client.send_message(mail)",
  ]),
  {
    project: "gateway",
    exception_type: "java.lang.IllegalStateException",
    message: "Token store is not initialised",
    traceback: `java.lang.IllegalStateException: Token store is not initialised
\tat org.example.gateway.auth.TokenStore.lookup(TokenStore.java:112)
\tat org.example.gateway.auth.AuthFilter.doFilter(AuthFilter.java:48)
\tat org.springframework.web.filter.OncePerRequestFilter.doFilter(OncePerRequestFilter.java:116)
\tat org.apache.catalina.core.ApplicationFilterChain.doFilter(ApplicationFilterChain.java:164)
\tat java.base/java.lang.Thread.run(Thread.java:1583)`,
    environment: "staging",
  },
  python(
    "billing",
    "IntegrityError",
    'duplicate key value violates unique constraint "invoices_number_key"',
    [
      "invoices/store.py",
      141,
      "insert",
      "await connection.execute(statement, values)",
    ],
  ),
  python("shop", "TimeoutError", "payment provider did not answer within 10 s", [
    "app/payment.py",
    96,
    "authorize",
    "return await asyncio.wait_for(call, 10)",
  ], { request_method: "POST", request_url: "https://shop.example.org/pay" }),
  python("search", "ConnectionRefusedError", "[Errno 111] Connection refused: ('10.0.3.7', 9200)", [
    "client.py",
    33,
    "connect",
    "reader, writer = await asyncio.open_connection(host, port)",
  ]),
  CART_VIEW,
  CHECKOUT,
];

export const CHECKOUT_REPORT: SampleReport = CHECKOUT;

const SCRIPT = `<script>window.hacked=1</script><img src=x onerror="window.hacked=1">`;

/** Everything that breaks layouts and escaping. */
export const HOSTILE_REPORTS: readonly SampleReport[] = [
  {
    project: "hostile",
    exception_type: "EndlessMessage",
    message: "a".repeat(5000),
    traceback: `at f (${"b".repeat(3000)}.js:1:1)`,
  },
  {
    project: "hostile",
    exception_type: "RightToLeft",
    message: "שגיאה: لا يمكن قراءة الملف \u202e gpj.exe \u2066 mixed (1) [2]",
    traceback: 'File "app/שלום.py", line 3, in עולם',
    user_id: "مستخدم",
  },
  {
    project: "hostile",
    exception_type: "👩‍👩‍👧‍👦Error",
    message: `💥 ${"🔥".repeat(120)} e\u0301 ${"Z\u0351\u036b\u0343".repeat(40)}`,
    traceback: "at 🔥 (fire.js:1:1)",
  },
  { project: "hostile", exception_type: "ZeroWidth", message: "\u200b\u200d\u2060", traceback: "" },
  { project: "\u200b", exception_type: "\u200b\u2060", message: "\u200b", traceback: "\u200b" },
  { project: "hostile", exception_type: "EmptyMessage", message: "", traceback: "" },
  {
    project: SCRIPT.slice(0, 100),
    exception_type: SCRIPT,
    message: `${SCRIPT}</textarea></title>"'><svg onload=window.hacked=1>`,
    traceback: `${SCRIPT}\n  File "${SCRIPT}.py", line 1, in ${SCRIPT}`,
    environment: SCRIPT.slice(0, 100),
    request_url: "javascript:window.hacked=1",
    request_method: "<b>GET</b>",
    request_headers: { [SCRIPT]: SCRIPT, nested: { a: [1, { b: SCRIPT }] } },
    user_id: SCRIPT,
    extra: { release: SCRIPT, [SCRIPT]: { deep: [[[{ x: null }]]] } },
  },
  {
    project: "p".repeat(100),
    exception_type: `Long${"Exception".repeat(20)}`.slice(0, 200),
    message: "A project of 100 characters\nand a message\n\tof three lines",
    traceback: "x".repeat(200_000),
    environment: "e".repeat(100),
  },
];
