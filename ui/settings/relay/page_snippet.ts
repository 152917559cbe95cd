/** What a page needs to report through a key; `origin` is the address of this server. */
export interface PageSnippet {
  readonly name: string;
  readonly label: string;
  readonly code: string;
}

/** One a way of building pages. A public key may stand in a page: it can only submit. */
export function pageSnippets(origin: string, key: string): readonly PageSnippet[] {
  return [
    {
      name: "module",
      label: "With a bundler",
      code: `import { init } from "@monlight/browser";

init({
  dsn: "${key}",
  endpoint: "${origin}",
  release: "1.0.0",
});`,
    },
    {
      name: "script",
      label: "As a script",
      code: `<script>
  window.MonlightConfig = {
    dsn: "${key}",
    endpoint: "${origin}",
    release: "1.0.0",
  };
</script>
<script src="/monlight.min.js"></script>`,
    },
  ];
}
