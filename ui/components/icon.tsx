const SHAPES = {
  brand: "M8 1.5 14.5 8 8 14.5 1.5 8Z",
  search: "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.6-1.4L14 14",
  theme: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Zm0-12v12M8 5.5h4.9M8 8h6M8 10.5h4.9",
  keys: "M1.5 4h13v8h-13ZM4 6.5h.01M6.7 6.5h.01M9.3 6.5h.01M12 6.5h.01M4.5 9.5h7",
  signOut: "M6 2.5H2.5v11H6M6.5 8h7.5M11 5l3 3-3 3",
  copy: "M5.5 5.5h8v8h-8ZM10.5 5.5v-3h-8v8h3",
  back: "M9.5 3 4.5 8l5 5",
  next: "M6.5 3l5 5-5 5",
  errors: "M8 2.2 14.5 13.5h-13ZM8 6.5v3.2M8 11.6v.01",
  settings: "M2 4.5h7M13 4.5h1M2 11.5h1M7 11.5h7M9 2.8v3.4h4V2.8ZM3 9.8v3.4h4V9.8Z",
  check: "M3 8.5 6.5 12 13 4.5",
  reopen: "M3 3v3.5h3.5M3.3 6.5A5.2 5.2 0 1 1 3 9.5",
  close: "M4 4l8 8M12 4l-8 8",
  overview: "M2 2h5v5H2ZM9 2h5v5H9ZM2 9h5v5H2ZM9 9h5v5H9Z",
  logs: "M2 3.5h2.5M7 3.5h7M2 8h2.5M7 8h7M2 12.5h2.5M7 12.5h4",
  metrics: "M2 2v12h12M4.5 10.5l3-4 2.5 2L14 3.5",
  containers: "M8 1.8 13.8 5v6L8 14.2 2.2 11V5ZM2.2 5 8 8.2 13.8 5M8 8.2v6",
  filters: "M2 4h12M4.5 8h7M7 12h2",
  wrap: "M2 3.5h12M2 8h9.5a2.25 2.25 0 0 1 0 4.5H8.5M10.3 10.7 8.5 12.5l1.8 1.8M2 12.5h3",
  newest: "M4.5 13V3M2 5.5 4.5 3 7 5.5M9.5 4H14M9.5 8h3.5M9.5 12H12",
  download: "M8 2v8.5M4.5 7.5 8 11l3.5-3.5M2.5 14h11",
  context: "M2 3h7M2 6.3h12M2 9.7h12M2 13h7",
  link:
    "M6.5 9.5l3-3M7 4.5 8.6 2.9a3.2 3.2 0 0 1 4.5 4.5L11.5 9M9 11.5l-1.6 1.6a3.2 3.2 0 0 1-4.5-4.5L4.5 7",
  braces:
    "M6 2.5c-3 0-1 5-3.5 5.5C5 8.5 3 13.5 6 13.5M10 2.5c3 0 1 5 3.5 5.5C11 8.5 13 13.5 10 13.5",
  zoomOut: "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.6-1.4L14 14M4.8 7h4.4",
  down: "M8 3v10M4 9l4 4 4-4",
  unfold: "M4 6l4 4 4-4",
} as const;

export type IconName = keyof typeof SHAPES;

/** A 16 px line icon in the colour of the text; the words beside it say what it means. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={SHAPES[name]} />
    </svg>
  );
}

/** The mark of Monlight. */
export function Brand() {
  return (
    <svg class="brand-mark" viewBox="0 0 16 16" width="18" height="18" aria-hidden="true">
      <path d="M8 1 15 8 8 15 1 8Z" />
      <path class="brand-core" d="M8 5.2 10.8 8 8 10.8 5.2 8Z" />
    </svg>
  );
}
