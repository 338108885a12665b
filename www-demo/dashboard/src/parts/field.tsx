/** Fields of forms, each with its name, a hint and what is wrong with it. */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface FieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: string;
  fault?: string | undefined;
  rows?: number;
  mode?: "decimal" | "numeric" | "email" | "text";
}

export function Field({ label, value, onChange, hint, fault, rows, mode = "text" }: FieldProps) {
  const id = useId();
  const shared = {
    id,
    value,
    "aria-invalid": fault !== undefined,
    "aria-describedby": `${id}-hint`,
    onInput: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {rows === undefined ? (
        <input {...shared} inputMode={mode} autocomplete="off" />
      ) : (
        <textarea {...shared} rows={rows} />
      )}
      <p id={`${id}-hint`} class={fault === undefined ? "quiet" : "fault"}>
        {fault ?? hint}
      </p>
    </div>
  );
}

interface PickProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  options: readonly (readonly [value: string, words: string])[];
  /** What stands for no choice. */
  none: string;
  fault?: string | undefined;
}

export function Pick({ label, value, onChange, options, none, fault }: PickProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={value}
        aria-invalid={fault !== undefined}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        <option value="">{none}</option>
        {options.map(([one, words]) => (
          <option key={one} value={one}>
            {words}
          </option>
        ))}
      </select>
      {fault !== undefined && <p class="fault">{fault}</p>}
    </div>
  );
}

export function Tick({
  checked,
  onChange,
  children,
}: {
  checked: boolean;
  onChange: (to: boolean) => void;
  children: ComponentChildren;
}) {
  return (
    <label class="check">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.currentTarget.checked)} />
      {children}
    </label>
  );
}
