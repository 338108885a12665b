/** Opening a ticket for order units of one order. */
import { useEffect } from "preact/hooks";
import type { OpenTicketParams, Violation } from "seller-tickets";
import { Choice, FormFoot, FormPane, TextField } from "../fields";
import { Form, focusFault } from "../form";
import { wholeNumber } from "../numbers";
import { say } from "../say";
import { kaufland } from "./client";
import { load as loadInbox } from "./inbox";
import { go, href } from "./route";
import { words } from "./words";

function unitNumbers(text: string): unknown[] {
  return text
    .split(/[\s,;]+/)
    .filter((part) => part !== "")
    .map(wholeNumber);
}

const EMPTY = { id_order_unit: "", reason: "", message: "" };

// Kept while the reader looks something up in the inbox.
const form = new Form(EMPTY, { validate: (values) => kaufland.validate("openTicket", bodyOf(values)) });

function bodyOf({ id_order_unit, reason, message }: typeof EMPTY): OpenTicketParams {
  return {
    id_order_unit: unitNumbers(id_order_unit),
    ...(reason === "" ? {} : { reason }),
    message,
  } as OpenTicketParams;
}

/** The unit that a violation of `id_order_unit[n]` is about, as it was written. */
function writtenUnit({ field }: Violation): string | undefined {
  const at = /^id_order_unit\[(\d+)\]/.exec(field)?.[1];
  return at === undefined ? undefined : String(unitNumbers(form.values.peek().id_order_unit)[Number(at)]);
}

async function open(): Promise<void> {
  const done = await form.submit("open", async () => {
    const { id_ticket } = await kaufland.openTicket(bodyOf(form.values.peek()));
    form.reset();
    say("Ticket opened.");
    go({ view: { name: "ticket", id: id_ticket } }, "replace");
    void loadInbox(true);
  });
  if (!done) focusFault(form);
}

export function NewPane({ given }: { given: string }) {
  useEffect(() => {
    if (given !== "") form.set({ id_order_unit: given.split(",").join(", ") });
  }, [given]);
  return (
    <FormPane
      title="Open a ticket"
      back={{ href: href({ name: "inbox" }), name: "Inbox" }}
      onSubmit={() => void open()}
    >
      <TextField
        form={form}
        words={words}
        name="id_order_unit"
        id="units"
        label="Order units"
        help="One or more order unit numbers of the same order, with commas or spaces between them."
        input={{ inputMode: "numeric" }}
        written={writtenUnit}
      />
      <Choice form={form} words={words} name="reason" label="Reason" of="TicketReason" />
      <TextField
        form={form}
        words={words}
        name="message"
        label="Message to the customer"
        help="Files can be sent with the first reply; the marketplace takes none with the opening."
        rows={6}
        onSubmit={() => void open()}
      />
      <FormFoot
        form={form}
        act={["Open ticket", "Opening…"]}
        cancel={href({ name: "inbox" })}
        unsure={
          <button type="button" onClick={() => void loadInbox(true)}>
            Reload the inbox
          </button>
        }
      />
    </FormPane>
  );
}
