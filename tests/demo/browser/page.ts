/** The page of the demo. Its options are in an attribute, so that no script stands in it. */
export const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>A page to break · Monlight demo</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/assets/shop.css">
    <script src="/assets/shop.js" data-config="{config}" defer></script>
  </head>
  <body>
    <main>
      <h1>A page to break</h1>
      <p class="lead">
        Each button does what goes wrong on real pages. What it makes is in Monlight a moment later:
        <a data-monlight="/errors?project=shop-web">errors</a>,
        <a data-monlight="/dashboard?project=shop-web">web vitals</a> and
        <a data-monlight="/metrics/explore?project=shop-web">requests</a>.
      </p>
      <p class="lead" id="notice" hidden>Prices are shown without tax. This line came late, and moved what is below it.</p>
      <section aria-labelledby="errors">
        <h2 id="errors">Errors</h2>
        <button data-action="throw">Throw an error</button>
        <button data-action="reject">Reject a promise</button>
        <button data-action="message">Report a message</button>
      </section>
      <section aria-labelledby="requests">
        <h2 id="requests">Requests</h2>
        <button data-action="fetch">Fetch what is there</button>
        <button data-action="fetch-failing">Fetch what fails</button>
        <button data-action="fetch-nowhere">Fetch from nowhere</button>
      </section>
      <section aria-labelledby="page">
        <h2 id="page">Page</h2>
        <button data-action="shift">Shift the layout</button>
        <button data-action="work">Work for 300 ms</button>
        <button data-action="navigate">Go to an order</button>
      </section>
      <h2 id="done">What was done</h2>
      <ol id="log" aria-labelledby="done" aria-live="polite"><li>The page was loaded.</li></ol>
    </main>
  </body>
</html>
`;

export const STYLES = `
:root {
  color-scheme: light dark;
  --text: light-dark(#17171c, #ececf0);
  --muted: light-dark(#5f5f6b, #a0a0ad);
  --line: light-dark(#cbcbd4, #3d3e47);
  --raised: light-dark(#f8f8fa, #17181b);
  --accent: light-dark(#5546d8, #a79ffb);
  background: light-dark(#ffffff, #0f1012);
  color: var(--text);
  font: 14px/20px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
main { max-width: 640px; margin: 0 auto; padding: 40px 20px 80px; }
h1 { margin: 0 0 8px; font-size: 20px; line-height: 28px; }
h2 { margin: 0; font-size: 14px; }
a { color: var(--accent); }
.lead { margin: 0 0 24px; color: var(--muted); }
section { display: grid; grid-template-columns: repeat(3, 1fr); gap: 8px; margin-bottom: 24px; }
section h2 { grid-column: 1 / -1; }
button {
  min-height: 40px; padding: 8px 12px; border: 1px solid var(--line); border-radius: 6px;
  background: var(--raised); color: inherit; font: inherit; text-align: left; cursor: pointer;
}
button:hover { border-color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
#log { min-height: 60px; margin: 8px 0 0; padding: 0 0 0 20px; color: var(--muted); }
#log li:last-child { color: var(--text); }
@media (max-width: 480px) { section { grid-template-columns: 1fr; } }
`;
