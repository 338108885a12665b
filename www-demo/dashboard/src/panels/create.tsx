/** What all forms for something new have in common: they are checked, handed over, and kept. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Violation } from "seller-tickets";
import { TicketError } from "seller-tickets";
import { Icon } from "../parts/icon";
import { ProblemBox } from "../parts/problem";
import { asked, desk, type Problem, problemOf } from "../state/desk";
import { clearForm, takeWaiting } from "../state/forms";
import { type Handover, handOver } from "../state/handover";
import { nameOf } from "../state/keys";
import { go } from "../state/route";
import { say as tell } from "../state/say";
import { accountOf } from "../state/session";
import { say, t } from "../words";

export type Given = Handover["args"];

interface CreateProps {
  account: string;
  title: string;
  form: { name: string; values: object };
  /** Returns the actions to hand over, one for each new ticket, or the rules that are broken. */
  make: () => Promise<Given[]> | Given[];
  /** The fields by the names that the rules have for them. */
  labels: Record<string, string>;
  children: (faultOf: (field: string) => string | undefined) => ComponentChildren;
}

/** What the desk says about something that is not sent yet. */
async function check(account: string, all: readonly Given[]): Promise<Violation[]> {
  const found = await Promise.all(all.map((args) => asked(desk.check({ account, id: "" }, "create", args))));
  return found.flat();
}

export function Create({ account, title, form, make, labels, children }: CreateProps) {
  const [violations, setViolations] = useState<readonly Violation[]>([]);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => takeWaiting(form.name), [form.name]);
  const [isBusy, setBusy] = useState(false);
  const nameIn = (field: string) => labels[field] ?? labels[field.replace(/\[\d+\].*$/, "")];
  /** What stands beside its field. The rest is listed below the form. */
  const shown = new Set<Violation>();
  const faultOf = (field: string) => {
    const found = violations.filter((one) => one.field === field || one.field.endsWith(`.${field}`));
    for (const one of found) shown.add(one);
    return found[0] === undefined ? undefined : say(found[0]);
  };
  const fields = children(faultOf);
  const submit = async () => {
    if (isBusy) return;
    setBusy(true);
    setProblem(null);
    try {
      const all = await make();
      const found = await check(account, all);
      setViolations(found);
      if (found.length === 0) {
        const at = Date.now();
        const who = accountOf(account)?.label ?? account;
        const decision = { name: nameOf({ account, id: "" }), who, action: "create", takesDraft: false } as const;
        for (const args of all) await handOver({ ...decision, args, seenAt: at, form });
        clearForm(form.name);
        tell(t("new.handedOver", { n: all.length }));
        go({ view: "outbox", open: "" });
      }
    } catch (error) {
      if (error instanceof TicketError && error.kind === "validation") setViolations(error.violations ?? []);
      else setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  const others = violations.filter((one) => !shown.has(one));
  return (
    <section class="case" aria-labelledby="title">
      <header class="case-head">
        <button type="button" class="link back-to" onClick={() => go({ create: "" })}>
          <Icon name="back" /> {t("back")}
        </button>
        <h2 id="title" tabIndex={-1}>
          {title}
        </h2>
      </header>
      <form
        class="form new-form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {fields}
        {others.length > 0 && (
          <ul class="problem" role="alert">
            {others.map((one) => (
              <li key={`${one.field} ${one.code}`}>{say(one, nameIn)}</li>
            ))}
          </ul>
        )}
        {problem !== null && <ProblemBox of={problem} />}
        <div class="actions end">
          <button type="button" onClick={() => clearForm(form.name)}>
            {t("new.clear")}
          </button>
          <button type="submit" class="primary" aria-disabled={isBusy}>
            {t("new.send")}
          </button>
        </div>
      </form>
    </section>
  );
}
