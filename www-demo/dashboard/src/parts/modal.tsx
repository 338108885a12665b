import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";

interface ModalProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  class?: string;
}

let open = 0;
/** Whether a dialog is open, which has its own keys. */
export const isModal = (): boolean => open > 0;

/** Whether the pointer is beside the dialog: its margin and its scroll bar belong to it. */
function isBeside({ clientX, clientY }: MouseEvent, dialog: HTMLDialogElement): boolean {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}

/** A dialog; the focus goes back to where it was when it closes. */
export function Modal({ title, onClose, children, class: own = "" }: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  // An effect that waits for the frame would leave the page without its keys until then.
  useLayoutEffect(() => {
    const before = document.activeElement;
    const { current } = dialog;
    current?.showModal();
    open += 1;
    return () => {
      open -= 1;
      // Nothing outside of an open dialog can have the focus.
      current?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={own}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClose={() => {
        // At a second Escape the browser closes it, whatever the page says.
        const { current } = dialog;
        if (current === null) return;
        onClose();
        current.showModal();
      }}
      onPointerDown={(event) => {
        const { current } = dialog;
        if (event.target === current && current !== null && isBeside(event, current)) onClose();
      }}
    >
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}
