/** The browser's own dialog: it keeps the focus inside, and Esc closes it. */
import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

export function Modal({
  title,
  onClose,
  children,
  kind,
}: {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  kind?: "search";
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const opened = dialog.current;
    const before = document.activeElement;
    if (opened?.open === false) opened.showModal();
    return () => {
      opened?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={kind}
      aria-label={title}
      onCancel={(event) => (event.preventDefault(), onClose())}
    >
      <h2>{title}</h2>
      {children}
    </dialog>
  );
}
