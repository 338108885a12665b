import { useLayoutEffect, useRef } from "preact/hooks";

interface MenuProps {
  label: string;
  items: readonly { words: string; run: () => void }[];
  onClose: () => void;
}

/** A menu below its button; the arrow keys move in it. */
export function Menu({ label, items, onClose }: MenuProps) {
  const list = useRef<HTMLDivElement>(null);
  const buttons = () => [...(list.current?.querySelectorAll("button") ?? [])];
  useLayoutEffect(() => {
    const before = document.activeElement;
    const { current } = list;
    buttons()[0]?.focus();
    const away = (event: PointerEvent) => {
      const place = current?.parentElement;
      if (event.target instanceof Node && !place?.contains(event.target)) onClose();
    };
    document.addEventListener("pointerdown", away);
    return () => {
      document.removeEventListener("pointerdown", away);
      // Whoever has gone elsewhere stays there.
      const { activeElement } = document;
      const isHere = activeElement === document.body || current?.contains(activeElement) === true;
      if (before instanceof HTMLElement && isHere) before.focus();
    };
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    const all = buttons();
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    if (event.key === "ArrowDown") all[(at + 1) % all.length]?.focus();
    else if (event.key === "ArrowUp") all[(at - 1 + all.length) % all.length]?.focus();
    else if (event.key === "Escape" || event.key === "Tab") onClose();
    else return;
    if (event.key !== "Tab") event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div ref={list} class="menu" role="menu" tabIndex={-1} aria-label={label} onKeyDown={onKeyDown}>
      {items.map(({ words, run }) => (
        <button
          key={words}
          type="button"
          role="menuitem"
          tabIndex={-1}
          onClick={() => {
            onClose();
            run();
          }}
        >
          {words}
        </button>
      ))}
    </div>
  );
}
