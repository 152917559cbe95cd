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
