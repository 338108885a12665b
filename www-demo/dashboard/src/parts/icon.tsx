const PATHS = {
  search: "M7 12.5a5.5 5.5 0 1 1 0-11 5.5 5.5 0 0 1 0 11zM11 11l3.5 3.5",
  todo: "M2 9l2-6h8l2 6v4H2zM2 9h4l1 2h2l1-2h4",
  waiting: "M8 4v4l2.5 2M8 14A6 6 0 1 1 8 2a6 6 0 0 1 0 12z",
  done: "M3 8.5 6.5 12 13 4.5",
  snoozed: "M5 5h6l-6 6h6M3 2l-2 2M13 2l2 2",
  outbox: "M14 2 7 9M14 2l-4 12-3-5-5-3z",
  clip: "M12.5 7.5 8 12a3 3 0 0 1-4.3-4.2l5-5a2 2 0 0 1 2.9 2.8l-5 5a1 1 0 0 1-1.4-1.4L9.5 5",
  plus: "M8 3v10M3 8h10",
  more: "M3 8h.01M8 8h.01M13 8h.01",
  no: "M4 4l8 8M12 4l-8 8",
  back: "M10 3 5 8l5 5",
  bolt: "M9 1 3 9h4l-1 6 6-8H8z",
  draft: "M3 13h10M4 10l7-7 2 2-7 7H4z",
  copy: "M5 5V2h9v9h-3M2 5h9v9H2z",
  down: "M4 6l4 4 4-4",
  coin: "M8 14A6 6 0 1 1 8 2a6 6 0 0 1 0 12zM10 6H7.2a1.2 1.2 0 0 0 0 2.4h1.6a1.2 1.2 0 0 1 0 2.4H6M8 4.6V6M8 10.8v1.4",
  file: "M4 2h5l3 3v9H4zM9 2v3h3",
  side: "M2 3h12v10H2zM10 3v10",
  note: "M3 2h10v8l-4 4H3zM9 14v-4h4",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
