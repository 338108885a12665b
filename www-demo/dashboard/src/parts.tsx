/** Small parts that several views are made of. */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Violation } from "seller-tickets";
import { longDate, type Problem, shortDate, type Vocabulary } from "./words";

const ICONS = {
  back: "M10 3 5 8l5 5",
  close: "M4 4l8 8M12 4l-8 8",
  reload: "M13 8a5 5 0 1 1-1.6-3.7M13 2v3h-3",
  filter: "M2 4h12M4.5 8h7M7 12h2",
  plus: "M8 3v10M3 8h10",
  clip: "M12.5 7.5 8 12a3 3 0 0 1-4.3-4.2l5-5a2 2 0 0 1 2.9 2.8l-5 5a1 1 0 0 1-1.4-1.4L9.5 5",
  save: "M8 2v8M4.5 7 8 10.5 11.5 7M3 13.5h10",
  reply: "M6 4 2.5 7.5 6 11M3 7.5h6a4 4 0 0 1 4 4V13",
  file: "M4 2h5l3 3v9H4zM9 2v3h3",
  check: "M3 8.5 6.5 12 13 4.5",
};

export function Icon({ name }: { name: keyof typeof ICONS }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={ICONS[name]} />
    </svg>
  );
}

/**
 * A wire value as a word, with its meaning when the pointer rests on it. For places where a button
 * would be in the way.
 */
export function Word<Name extends string>(props: { of: Vocabulary<Name>; name: Name; value: string }) {
  const { of, name, value } = props;
  return <span title={of.explanation(name, value) || undefined}>{of.label(value)}</span>;
}

interface TipProps<Name extends string> {
  of: Vocabulary<Name>;
  name: Name;
  value: string;
  before?: string;
  kind?: string;
}

/** A wire value as a badge whose meaning comes up on hover, focus and touch. */
export function Tip<Name extends string>({ of, name, value, before, kind = "" }: TipProps<Name>) {
  const id = useId();
  const text = of.explanation(name, value);
  const words = (
    <>
      {before && `${before}: `}
      {of.label(value)}
    </>
  );
  if (text === "") return <span class={`badge ${kind}`}>{words}</span>;
  return (
    <span class="tip">
      <button
        type="button"
        class={`badge ${kind}`}
        aria-describedby={id}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.preventDefault();
          event.currentTarget.blur();
        }}
      >
        {words}
      </button>
      <span role="tooltip" id={id} class="tip-text">
        {text}
      </span>
    </span>
  );
}

export function Time({ iso, long = false }: { iso: string; long?: boolean }) {
  return (
    <time dateTime={iso} title={longDate(iso)}>
      {long ? longDate(iso) : shortDate(iso)}
    </time>
  );
}

/** A failed call in words. */
export function ProblemBox({ problem, children }: { problem: Problem; children?: ComponentChildren }) {
  return (
    <div class="problem" role="alert">
      <p class="problem-title">{problem.title}</p>
      {problem.detail && (
        <p>
          <Coded text={problem.detail} />
        </p>
      )}
      {problem.advice && <p>{problem.advice}</p>}
      {children && <div class="actions">{children}</div>}
      {problem.facts && (
        <details>
          <summary>Details</summary>
          <p class="mono">{problem.facts}</p>
        </details>
      )}
    </div>
  );
}

interface ViolationsProps {
  id?: string;
  of: readonly Violation[];
  words: Vocabulary<string>;
  /** What was written in the place that a violation is about. */
  written?: ((violation: Violation) => string | undefined) | undefined;
  /** Whether the fields are named, because the list is beside none of them. */
  named?: boolean;
}

/** What the rules say about a field, and what to do. */
export function Violations({ id, of, words, written, named = false }: ViolationsProps) {
  if (of.length === 0) return null;
  return (
    <ul class="violations" id={id}>
      {of.map((violation) => {
        const value = written?.(violation);
        const title = value === undefined ? (named ? words.title(violation.field) : undefined) : `“${value}”`;
        return <li key={`${violation.field} ${violation.code}`}>{words.rule(violation, title)}</li>;
      })}
    </ul>
  );
}

/** Text with `names` in backticks. */
function Coded({ text }: { text: string }) {
  return <>{text.split("`").map((part, at) => (at % 2 === 1 ? <code key={part}>{part}</code> : part))}</>;
}

/** A picture that leaves nothing behind when it cannot be shown. */
export function Picture(props: { src: string; size: number; instead?: ComponentChildren }) {
  const [broken, setBroken] = useState(false);
  if (broken) return <>{props.instead}</>;
  const { src, size } = props;
  return <img src={src} alt="" width={size} height={size} loading="lazy" onError={() => setBroken(true)} />;
}

/** A modal dialog. The browser keeps the focus in it, closes it on Esc and gives the focus back. */
export function Modal(props: { title: string; onClose: () => void; children: ComponentChildren }) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
    >
      <h2 id={id}>{props.title}</h2>
      {props.children}
    </dialog>
  );
}
