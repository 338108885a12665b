/** The fields that forms are made of. Each says what the rules have against it. */
import type { ComponentChildren, InputHTMLAttributes } from "preact";
import type { Form } from "./form";
import { Icon, ProblemBox, Violations } from "./parts";
import { sentence, type Vocabulary } from "./words";

type TextKey<V> = { [K in keyof V]: V[K] extends string ? K : never }[keyof V] & string;

interface FieldProps<V extends object> {
  form: Form<V>;
  words: Vocabulary<string>;
  /** The value's name in the form, and the field's in violations. */
  name: TextKey<V>;
  label: string;
  /** The element's id; by default its name. */
  id?: string;
  help?: string;
  /** Lines of text; without it a single one. */
  rows?: number;
  onSubmit?: () => void;
  input?: InputHTMLAttributes<HTMLInputElement>;
  /** The text of the field that a violation is about. */
  written?: Parameters<typeof Violations>[0]["written"];
}

/** A text. */
export function TextField<V extends object>(props: FieldProps<V>) {
  const { form, words, name, label, id = name, help, rows, onSubmit, input, written } = props;
  const broken = form.of(name);
  const common = {
    id,
    name,
    value: form.values.value[name] as string,
    readOnly: form.sending.value,
    "aria-invalid": broken.length > 0,
    "aria-describedby": `${id}-faults ${id}-help`,
    onInput: (event: { currentTarget: { value: string } }) =>
      form.set({ [name]: event.currentTarget.value } as unknown as Partial<V>),
  };
  const explained = help && (
    <p class="quiet" id={`${id}-help`}>
      {help}
    </p>
  );
  return (
    <>
      <label for={id}>{label}</label>
      {rows === undefined && explained}
      {rows === undefined ? (
        <input autocomplete="off" {...input} {...common} />
      ) : (
        <textarea
          rows={rows}
          {...common}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || onSubmit === undefined) return;
            event.preventDefault();
            onSubmit();
          }}
        />
      )}
      <Violations id={`${id}-faults`} of={broken} words={words} written={written} />
      {rows !== undefined && explained}
    </>
  );
}

interface ChoiceProps<V extends object, Name extends string> {
  form: Form<V>;
  words: Vocabulary<Name>;
  name: TextKey<V>;
  label: string;
  /** The enum whose values and meanings are shown. */
  of: Name;
  values?: readonly string[];
  /** The fields to change when a value is chosen; by default its own alone. */
  change?: (value: string) => Partial<V>;
}

/** One of few values, each with its meaning. */
export function Choice<V extends object, Name extends string>(props: ChoiceProps<V, Name>) {
  const { form, words, name, label, of, values = words.values(of), change } = props;
  return (
    <>
      <fieldset aria-describedby={`${name}-faults`} disabled={form.sending.value}>
        <legend>{label}</legend>
        {values.map((value) => (
          <label key={value} class="reason">
            <input
              type="radio"
              name={name}
              value={value}
              checked={form.values.value[name] === value}
              onChange={() => form.set(change?.(value) ?? ({ [name]: value } as unknown as Partial<V>))}
            />
            <span>
              {words.label(value)}
              <span class="quiet">{beside(words.label(value), words.explanation(of, value))}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <Violations id={`${name}-faults`} of={form.of(name)} words={words} />
    </>
  );
}

/** An explanation without what the label beside it says already. */
function beside(label: string, explanation: string): string {
  const said = label.toLowerCase();
  const text = explanation.toLowerCase();
  if (text.replace(/^(?:an?|the) /, "").replace(/\.$/, "") === said.replace(/\.$/, "")) return "";
  return text.startsWith(`${said}: `) ? sentence(explanation.slice(said.length + 2)) : explanation;
}

interface FormFootProps {
  form: Form<never> | { problem: Form<never>["problem"]; sending: Form<never>["sending"] };
  act: [name: string, busy: string];
  /** The remedy when it is not known whether it was stored. */
  unsure?: ComponentChildren;
  /** Where cancelling leads. */
  cancel?: string;
}

/** The error, and the buttons. */
export function FormFoot({ form, act, unsure, cancel }: FormFootProps) {
  const problem = form.problem.value;
  return (
    <>
      {problem && <ProblemBox problem={problem}>{problem.unsure && unsure}</ProblemBox>}
      <div class="actions">
        <button type="submit" class="primary" aria-disabled={form.sending.value}>
          {form.sending.value ? act[1] : act[0]}
        </button>
        {cancel !== undefined && (
          <a class="button" href={cancel}>
            Cancel
          </a>
        )}
      </div>
    </>
  );
}

interface FormPaneProps {
  title: string;
  /** The way back to the list, where there is one. */
  back?: { href: string; name: string };
  onSubmit: () => void;
  children: ComponentChildren;
}

/** A form as a page. */
export function FormPane({ title, back, onSubmit, children }: FormPaneProps) {
  return (
    <section class="ticket" aria-labelledby="ticket-title">
      <PaneHead title={title} {...(back ? { back } : {})} />
      <form
        class="new-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        {children}
      </form>
    </section>
  );
}

interface PaneHeadProps {
  title: string;
  back?: { href: string; name: string };
  children?: ComponentChildren;
}

/** The head of what is open: its title, the way back, and what belongs beside them. */
export function PaneHead({ title, back, children }: PaneHeadProps) {
  return (
    <header class="ticket-head">
      {back && (
        <a class="back" href={back.href}>
          <Icon name="back" /> {back.name}
        </a>
      )}
      <h2 id="ticket-title" tabIndex={-1}>
        {title}
      </h2>
      {children}
    </header>
  );
}
