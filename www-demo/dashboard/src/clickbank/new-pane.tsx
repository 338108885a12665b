/**
 * A new ticket for a receipt. It can pay the customer back at once, so it is asked for twice: here,
 * and in words of money.
 */
import { effect, signal, untracked } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type {
  ClickBankCreateTicketParams,
  ClickBankGetRefundAmountsParams,
  ClickBankRefundAmounts,
} from "seller-tickets";
import { ConfirmDialog } from "../dialog";
import { Choice, FormFoot, FormPane, TextField } from "../fields";
import { Form, focusFault } from "../form";
import { ProblemBox } from "../parts";
import { Reading } from "../reading";
import { say } from "../say";
import { clickbank, words } from "./client";
import { moneyOfNew } from "./money";
import { go, href } from "./route";
import { Money } from "./ticket-pane";
import { load as loadList } from "./tickets";

const EMPTY = {
  receipt: "",
  sku: "",
  type: "",
  reason: "",
  refundType: "",
  refundAmount: "",
  comment: "",
  retainSubscription: false,
};
type Values = typeof EMPTY;

const isPartial = ({ refundType }: Values) => refundType.startsWith("PARTIAL");

function paramsOf(values: Values): ClickBankCreateTicketParams {
  const { type, reason, sku, comment, refundType, refundAmount, retainSubscription } = values;
  const isRefund = type === "rfnd";
  const given = {
    type,
    reason,
    sku,
    comment,
    refundType: isRefund ? refundType : "",
    refundAmount: isRefund && isPartial(values) ? refundAmount : "",
  };
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== "")),
    ...(isRefund && retainSubscription ? { retainSubscription } : {}),
  } as ClickBankCreateTicketParams;
}

// Kept while the reader looks something up in the list.
const form = new Form<Values>(EMPTY, {
  validate: (values) => clickbank.validate("createTicket", values.receipt, paramsOf(values)),
});

/** The reasons that the rules allow with a type. */
function reasonsOf(type: string): readonly string[] {
  return words.values("Reason").filter((reason) => {
    const params = { type, reason } as ClickBankCreateTicketParams;
    return !clickbank.validate("createTicket", "-", params).some(({ field }) => field === "reason");
  });
}

const amounts = new Reading<ClickBankRefundAmounts>();
const asking = signal(false);

/**
 * What is asked about a refund's amounts, as text, so that only a change of it asks again; empty
 * when there is nothing to ask.
 */
function amountsQuestion(): string {
  const { receipt, type } = form.values.value;
  const { refundType, refundAmount, sku } = paramsOf(form.values.value);
  if (type !== "rfnd" || refundType === undefined) return "";
  const params: ClickBankGetRefundAmountsParams = {
    refundType,
    ...(refundAmount === undefined ? {} : { refundAmount }),
    ...(sku === undefined ? {} : { sku }),
  };
  return clickbank.validate("getRefundAmounts", receipt, params).length > 0 ? "" : JSON.stringify([receipt, params]);
}

const question = signal("");
effect(() => {
  question.value = amountsQuestion();
});
let timer: ReturnType<typeof setTimeout> | undefined;
effect(() => {
  const asked = question.value;
  clearTimeout(timer);
  untracked(() => amounts.clear());
  if (asked === "") return;
  const [receipt, params] = JSON.parse(asked) as [string, ClickBankGetRefundAmountsParams];
  // A moment's patience while an amount or a receipt is being written.
  timer = setTimeout(() => void amounts.read((signal) => clickbank.getRefundAmounts(receipt, params, { signal })), 500);
});

function submit(): void {
  if (form.sending.peek()) return;
  if (form.isReady()) asking.value = true;
  else focusFault(form);
}

async function create(): Promise<null> {
  asking.value = false;
  const done = await form.submit("open", async () => {
    const { receipt, ...values } = form.values.peek();
    const { ticketid } = await clickbank.createTicket(receipt, paramsOf({ receipt, ...values }));
    form.reset();
    say("Ticket created.");
    go({ view: { name: "ticket", id: ticketid } }, "replace");
    void loadList();
  });
  if (!done) focusFault(form);
  return null;
}

export function NewPane({ receipt }: { receipt: string }) {
  useEffect(() => {
    if (receipt !== "") form.set({ receipt });
  }, [receipt]);
  const values = form.values.value;
  const { type } = values;
  return (
    <FormPane title="Create a ticket" back={{ href: href({ name: "inbox" }), name: "Tickets" }} onSubmit={submit}>
      <TextField form={form} words={words} name="receipt" label="Receipt" help="As the order has it: ABCD1234." />
      <TextField form={form} words={words} name="sku" label="Item" help="Only for a receipt with several items." />
      <Choice
        form={form}
        words={words}
        name="type"
        label="Type"
        of="TypeCode"
        change={(chosen) => ({ type: chosen, reason: "" })}
      />
      {type !== "" && (
        <Choice form={form} words={words} name="reason" label="Reason" of="Reason" values={reasonsOf(type)} />
      )}
      {type === "rfnd" && (
        <>
          <Choice form={form} words={words} name="refundType" label="How much is paid back" of="RefundType" />
          {isPartial(values) && (
            <TextField
              form={form}
              words={words}
              name="refundAmount"
              label={values.refundType === "PARTIAL_PERCENT" ? "Per cent" : "Amount in the customer's currency"}
              input={{ inputMode: "decimal" }}
            />
          )}
          <label class="check">
            <input
              type="checkbox"
              checked={values.retainSubscription}
              onChange={(event) => form.set({ retainSubscription: event.currentTarget.checked })}
            />
            Leave the subscription as it is
          </label>
          <Amounts />
        </>
      )}
      <TextField form={form} words={words} name="comment" label="Comment" rows={4} onSubmit={submit} />
      <FormFoot
        form={form}
        act={["Create ticket", "Creating…"]}
        cancel={href({ name: "inbox" })}
        unsure={
          <a class="button" href={href({ name: "inbox" }, receiptFilter(values.receipt))}>
            Look at the receipt's tickets
          </a>
        }
      />
      {asking.value && (
        <ConfirmDialog
          title={`Create this ticket: ${words.label(type)}?`}
          keep="Not yet"
          act={["Create ticket", "Creating…"]}
          run={create}
          onClose={() => {
            asking.value = false;
          }}
          onUnsure={() => {}}
        >
          <Money text={moneyOfNew(values)} />
          <Amounts />
        </ConfirmDialog>
      )}
    </FormPane>
  );
}

const receiptFilter = (receipt: string) => ({
  type: "",
  status: "",
  receipt,
  from: "",
  to: "",
  dateField: "create" as const,
  page: 1,
});

/** The amount of the refund, as ClickBank calculates it. */
function Amounts() {
  const found = amounts.value.value;
  const failure = amounts.failure.value;
  if (failure) return <ProblemBox problem={failure} />;
  if (found === null) return amounts.loading.value ? <p class="quiet">Asking what that comes to…</p> : null;
  const { customerAmount, customerCurrency, productAmount, productCurrency, usdAmount } = found;
  const lines: [string, string | null | undefined, string | null | undefined][] = [
    ["The customer gets", customerAmount, customerCurrency],
    ["In the product's currency", productAmount, productCurrency],
    ["In US dollars", usdAmount, "USD"],
  ];
  return (
    <dl class="money preview" aria-label="What the refund comes to">
      {lines.map(([name, amount, currency]) =>
        amount === null || amount === undefined ? null : (
          <>
            <dt>{name}</dt>
            <dd>
              {amount} {currency}
            </dd>
          </>
        ),
      )}
    </dl>
  );
}
