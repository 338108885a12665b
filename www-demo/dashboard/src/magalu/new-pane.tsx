/** A new ticket, and the transaction in which Magalu makes it. */
import { useEffect } from "preact/hooks";
import type {
  MagaluCreation,
  MagaluItem,
  MagaluNewTicket,
  MagaluTransaction,
  MagaluTransactionEvent,
} from "seller-tickets";
import { Choice, FormFoot, FormPane, PaneHead, TextField } from "../fields";
import { Form, focusFault } from "../form";
import { wholeNumber } from "../numbers";
import { Icon, ProblemBox, Time, Violations } from "../parts";
import { say } from "../say";
import { isoOf, magalu, words } from "./client";
import { go, href } from "./route";
import { following, followToTicket, load as loadList, stopFollowing } from "./tickets";

const ITEM = { id: "", sku: "", external_sku: "", name: "", description: "", image: "", quantity: "1" };
type Item = typeof ITEM & { key: number };

let keys = 0;
const newItem = (): Item => ({ ...ITEM, key: ++keys });

const EMPTY = {
  type: "",
  reason: "",
  code: "",
  "channel.id": "",
  "channel.alias": "",
  "order.id": "",
  "order.code": "",
  "order.delivery.id": "",
  "order.delivery.seller.id": "",
  "order.delivery.seller.name": "",
  items: [newItem()],
};
type Values = typeof EMPTY;

function ticketOf(values: Values): MagaluNewTicket {
  const { type, reason, code, items } = values;
  return {
    ...(type === "" ? {} : { type }),
    ...(reason === "" ? {} : { reason }),
    ...(code === "" ? {} : { code }),
    channel: { id: values["channel.id"], alias: values["channel.alias"] },
    order: {
      id: values["order.id"],
      code: values["order.code"],
      delivery: {
        id: values["order.delivery.id"],
        seller: { id: values["order.delivery.seller.id"], name: values["order.delivery.seller.name"] },
        items: items.map(({ key, quantity, ...item }) => ({ ...item, quantity: wholeNumber(quantity) })),
      },
    },
  } as MagaluNewTicket;
}

const ITEMS = "order.delivery.items";

// Kept while the reader looks something up in the list.
const form = new Form<Values>(EMPTY, {
  validate: (values) => magalu.validate("createTicket", ticketOf(values)),
  isFilled(values, field) {
    const [, at, own] = /items\[(\d+)\]\.(\w+)/.exec(field) ?? [];
    if (at !== undefined && own !== undefined) return Boolean(values.items[Number(at)]?.[own as keyof Item]);
    return Boolean(values[field as keyof Values]);
  },
});

/** New tickets by their transaction, until this page is left. */
const creations = new Map<string, MagaluCreation>();

async function submit(): Promise<void> {
  const done = await form.submit("open", async () => {
    const creation = magalu.createTicket(ticketOf(form.values.peek()));
    const { transaction_id } = await creation;
    creations.set(transaction_id, creation);
    form.reset();
    // The address has the transaction, so that it can be followed after a reload.
    go({ view: { name: "transaction", id: transaction_id } }, "replace");
  });
  if (!done) focusFault(form);
}

/** Fills in what is known from another ticket of the order. */
async function fillLike(id: string): Promise<void> {
  const { channel, order } = await magalu.getTicket(id);
  const delivery = order?.delivery;
  const known: Partial<MagaluItem>[] = delivery?.items?.length ? delivery.items : [{}];
  form.set({
    "channel.id": channel?.id ?? "",
    "channel.alias": channel?.alias ?? "",
    "order.id": order?.id ?? "",
    "order.code": order?.code ?? "",
    "order.delivery.id": delivery?.id ?? "",
    "order.delivery.seller.id": delivery?.seller?.id ?? "",
    "order.delivery.seller.name": delivery?.seller?.name ?? "",
    items: known.map((item) => ({
      key: ++keys,
      id: item.id ?? "",
      sku: item.sku ?? "",
      external_sku: item.external_sku ?? "",
      name: item.name ?? "",
      description: item.description ?? "",
      image: item.image ?? "",
      quantity: String(item.quantity ?? "1"),
    })),
  });
}

const BACK = () => ({ href: href({ name: "inbox" }), name: "Tickets" });

export function NewPane({ like }: { like: string }) {
  useEffect(() => {
    if (like === "") return;
    fillLike(like).then(
      () => say("Filled in from the ticket."),
      () => say("That ticket could not be read; fill the order in by hand."),
    );
  }, [like]);
  const { items } = form.values.value;
  const text = (name: Exclude<keyof Values, "items">, label: string, help?: string) => (
    <TextField form={form} words={words} name={name} label={label} {...(help === undefined ? {} : { help })} />
  );
  return (
    <FormPane title="Open a ticket" back={BACK()} onSubmit={() => void submit()}>
      <Choice form={form} words={words} name="type" label="Type" of="TicketType" />
      <label for="reason">Reason</label>
      <select
        id="reason"
        name="reason"
        class="own-width"
        value={form.values.value.reason}
        aria-describedby="reason-faults reason-meaning"
        onChange={(event) => form.set({ reason: event.currentTarget.value })}
      >
        <option value="">Choose one</option>
        {words.values("TicketReason").map((value) => (
          <option key={value} value={value}>
            {words.label(value)}
          </option>
        ))}
      </select>
      <p class="quiet" id="reason-meaning">
        {words.explanation("TicketReason", form.values.value.reason)}
      </p>
      <Violations id="reason-faults" of={form.of("reason")} words={words} />
      {text("code", "Your reference", "May stay empty.")}
      <fieldset class="card">
        <legend>Order</legend>
        {text("order.id", "Id of the order")}
        {text("order.code", "Number of the order")}
        {text("order.delivery.id", "Id of the delivery")}
        {text("order.delivery.seller.id", "Id of the seller")}
        {text("order.delivery.seller.name", "Name of the shop")}
        {text("channel.id", "Id of the channel")}
        {text("channel.alias", "Name of the channel")}
      </fieldset>
      {items.map((item, at) => (
        <ItemFields key={item.key} item={item} at={at} isOnly={items.length === 1} />
      ))}
      <Violations of={form.violations.value.filter(({ field }) => field === ITEMS)} words={words} />
      <button type="button" class="own-width" onClick={() => form.set({ items: [...items, newItem()] })}>
        <Icon name="plus" /> Add an article
      </button>
      <FormFoot
        form={form}
        act={["Open ticket", "Opening…"]}
        cancel={href({ name: "inbox" })}
        unsure={
          <button type="button" onClick={() => void loadList()}>
            Reload the list
          </button>
        }
      />
    </FormPane>
  );
}

const ITEM_LABELS: [keyof typeof ITEM, string][] = [
  ["id", "Id"],
  ["sku", "Magalu's SKU"],
  ["external_sku", "Your SKU"],
  ["name", "Name"],
  ["description", "Description"],
  ["image", "Address of the picture"],
  ["quantity", "Quantity"],
];

function ItemFields({ item, at, isOnly }: { item: Item; at: number; isOnly: boolean }) {
  const { items } = form.values.value;
  const set = (change: Partial<Item>) =>
    form.set({ items: items.map((one) => (one.key === item.key ? { ...one, ...change } : one)) });
  return (
    <fieldset class="card">
      <legend>Article {at + 1}</legend>
      <div class="columns">
        {ITEM_LABELS.map(([name, label]) => {
          const field = `${ITEMS}[${at}].${name}`;
          return (
            <label key={name}>
              <span>{label}</span>
              <input
                name={field}
                autocomplete="off"
                value={item[name]}
                aria-invalid={form.of(field).length > 0}
                onInput={(event) => set({ [name]: event.currentTarget.value })}
              />
              <Violations of={form.of(field)} words={words} />
            </label>
          );
        })}
      </div>
      {!isOnly && (
        <button
          type="button"
          class="plain own-width"
          onClick={() => form.set({ items: items.filter(({ key }) => key !== item.key) })}
        >
          <Icon name="close" /> Remove article {at + 1}
        </button>
      )}
    </fieldset>
  );
}

/** The steps of a transaction, from its acceptance to the ticket. */
export function TransactionPane({ id }: { id: string }) {
  useEffect(() => {
    const creation = creations.get(id);
    void followToTicket(id, (options) =>
      creation ? creation.completed(options) : magalu.followTransaction(id, options),
    ).then((ticket) => {
      if (ticket === null) return;
      say("Ticket opened.");
      go({ view: { name: "ticket", id: ticket } }, "replace");
      void loadList();
    });
    return stopFollowing;
  }, [id]);
  const now = following.value?.id === id ? following.value : null;
  const problem = now?.problem ?? null;
  return (
    <section class="ticket" aria-labelledby="ticket-title" aria-busy={!problem && now?.ticket === null}>
      <PaneHead title="Magalu opens the ticket" back={BACK()} />
      <div class="new-form">
        <p class="quiet">
          Transaction <span class="id">{id}</span>. This page can be left and found again under its address.
        </p>
        <Steps of={now?.transaction ?? null} />
        {problem && (
          <ProblemBox problem={problem}>
            <a class="button" href={href({ name: "new", like: "" })}>
              Open another ticket
            </a>
          </ProblemBox>
        )}
        {now?.ticket && (
          <p>
            <a href={href({ name: "ticket", id: now.ticket })}>To the ticket</a>
          </p>
        )}
      </div>
    </section>
  );
}

function Steps({ of }: { of: MagaluTransaction | null }) {
  const events: MagaluTransactionEvent[] = of?.events ?? [];
  return (
    <ol class="steps" aria-label="Steps" aria-live="polite">
      <li>
        <p>
          <span class="badge open">Accepted</span> Magalu has the ticket and works on it.
        </p>
      </li>
      {events.map(({ event, message, status, created_at }, at) => (
        <li key={`${created_at} ${at}`}>
          <p>
            {status && <span class={`badge ${status === "completed" ? "open" : ""}`}>{words.label(status)}</span>}{" "}
            {message ?? (event ? words.label(event) : "")}{" "}
            {created_at && (
              <span class="quiet">
                <Time iso={isoOf(created_at)} />
              </span>
            )}
          </p>
        </li>
      ))}
      {of && (
        <li>
          <p>
            Now: <strong>{words.label(of.status)}</strong>
          </p>
          <p class="quiet">{words.explanation("TransactionStatus", of.status)}</p>
        </li>
      )}
    </ol>
  );
}
