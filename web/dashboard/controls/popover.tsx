import { type ReactNode, useEffect, useRef, useState } from 'react';

/** A button that opens a panel below it; Escape and a click elsewhere close it. */
export function Popover({ label, pressed, children }: { label: string; pressed: boolean; children: (close: () => void) => ReactNode }) {
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLSpanElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (event.target instanceof Node && !place.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
    };
  }, [open]);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes the panel wherever in it the focus is
    <span ref={place} className="popover" onKeyDown={event => event.key === 'Escape' && close()}>
      <button ref={button} type="button" aria-expanded={open} aria-pressed={pressed} onClick={() => setOpen(!open)}>
        <bdi>{label}</bdi> ▾
      </button>
      {open && <div className="panel">{children(close)}</div>}
    </span>
  );
}
