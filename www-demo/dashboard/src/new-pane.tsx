/** Opening a ticket for order units of one order. */
import { batch, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { OpenTicketParams, Violation } from "seller-tickets";
import { TicketError } from "seller-tickets";
import { kaufland, problemOf } from "./api";
import { load as loadInbox } from "./inbox";
import { Icon, ProblemBox, Violations } from "./parts";
import { go, href } from "./route";
import { say } from "./say";
import { explanation, label, type Problem, values } from "./words";

// Kept while the reader looks something up in the inbox.
const units = signal("");
const reason = signal("");
const message = signal("");
const strict = signal(false);
const violations = signal<Violation[]>([]);
const problem = signal<Problem | null>(null);
const sending = signal(false);

/** Digits become numbers; anything else goes to the rules as it is, which say what is wrong with it. */
function unitNumbers(text: string): unknown[] {
  return text
    .split(/[\s,;]+/)
    .filter((part) => part !== "")
    .map((part) => (/^\d+$/.test(part) ? exact(part) : part));
}

/** A number where it is exact, else a `bigint`. */
function exact(digits: string): number | bigint {
  return Number.isSafeInteger(Number(digits)) ? Number(digits) : BigInt(digits);
}

/** The unit that a violation of `id_order_unit[n]` is about, as it was written. */
function writtenUnit({ field }: Violation): string | undefined {
  const at = /^id_order_unit\[(\d+)\]/.exec(field)?.[1];
  return at === undefined ? undefined : String(unitNumbers(units.peek())[Number(at)]);
}

function body(): OpenTicketParams {
  return {
    id_order_unit: unitNumbers(units.peek()),
    ...(reason.peek() === "" ? {} : { reason: reason.peek() }),
    message: message.peek(),
  } as OpenTicketParams;
}

function check(): Violation[] {
  const found = kaufland.validate("openTicket", body());
  const filled: Record<string, boolean> = {
    id_order_unit: units.peek() !== "",
    reason: reason.peek() !== "",
    message: message.peek() !== "",
  };
  violations.value = found.filter((violation) => strict.peek() || filled[root(violation.field)] === true);
  return found;
}

const root = (field: string) => field.split(/[.[]/)[0] ?? "";
const of = (field: string) => violations.value.filter((violation) => root(violation.field) === field);

async function open(): Promise<void> {
  if (sending.peek()) return;
  strict.value = true;
  if (check().length > 0) {
    focusFault();
    return;
  }
  sending.value = true;
  problem.value = null;
  try {
    const { id_ticket } = await kaufland.openTicket(body());
    batch(() => {
      units.value = "";
      reason.value = "";
      message.value = "";
      strict.value = false;
      violations.value = [];
    });
    say("Ticket opened.");
    go({ view: { name: "ticket", id: id_ticket } }, "replace");
    void loadInbox(true);
  } catch (error) {
    if (error instanceof TicketError && error.kind === "validation") violations.value = [...(error.violations ?? [])];
    problem.value = problemOf(error, "open");
  } finally {
    sending.value = false;
  }
}

function focusFault(): void {
  const first = violations.peek()[0];
  if (!first) return;
  const field = root(first.field);
  document.querySelector<HTMLElement>(`.new-form [name="${field}"]`)?.focus();
}

export function NewPane({ given }: { given: string }) {
  useEffect(() => {
    if (given !== "") {
      units.value = given.split(",").join(", ");
      check();
    }
  }, [given]);
  return (
    <section class="ticket" aria-labelledby="ticket-title">
      <header class="ticket-head">
        <a class="back" href={href({ name: "inbox" })}>
          <Icon name="back" /> Inbox
        </a>
        <h2 id="ticket-title" tabIndex={-1}>
          Open a ticket
        </h2>
      </header>
      <form
        class="new-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void open();
        }}
      >
        <label for="units">Order units</label>
        <p class="quiet" id="units-help">
          One or more order unit numbers of the same order, with commas or spaces between them.
        </p>
        <input
          id="units"
          name="id_order_unit"
          inputMode="numeric"
          autocomplete="off"
          value={units.value}
          aria-invalid={of("id_order_unit").length > 0}
          aria-describedby="units-faults units-help"
          onInput={(event) => {
            units.value = event.currentTarget.value;
            check();
          }}
        />
        <Violations id="units-faults" of={of("id_order_unit")} written={writtenUnit} />

        <fieldset aria-describedby="reason-faults">
          <legend>Reason</legend>
          {values("TicketReason").map((value) => (
            <label key={value} class="reason">
              <input
                type="radio"
                name="reason"
                value={value}
                checked={reason.value === value}
                onChange={() => {
                  reason.value = value;
                  check();
                }}
              />
              <span>
                {label(value)}
                <span class="quiet">{explanation("TicketReason", value)}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <Violations id="reason-faults" of={of("reason")} />

        <label for="message">Message to the customer</label>
        <textarea
          id="message"
          name="message"
          rows={6}
          value={message.value}
          aria-invalid={of("message").length > 0}
          aria-describedby="message-faults message-help"
          onInput={(event) => {
            message.value = event.currentTarget.value;
            check();
          }}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            void open();
          }}
        />
        <Violations id="message-faults" of={of("message")} />
        <p class="quiet" id="message-help">
          Files can be sent with the first reply; the marketplace takes none with the opening.
        </p>

        {problem.value && (
          <ProblemBox problem={problem.value}>
            {problem.value.unsure && (
              <button type="button" onClick={() => void loadInbox(true)}>
                Reload the inbox
              </button>
            )}
          </ProblemBox>
        )}
        <div class="actions">
          <button type="submit" class="primary" aria-disabled={sending.value}>
            {sending.value ? "Opening…" : "Open ticket"}
          </button>
          <a class="button" href={href({ name: "inbox" })}>
            Cancel
          </a>
        </div>
      </form>
    </section>
  );
}
