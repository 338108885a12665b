/**
 * Probo's pages: a complaint, the tickets that it becomes, and what became of them. Its API has
 * nothing to read.
 */
import { useRef, useState } from "preact/hooks";
import type { Complaint, Violation } from "seller-tickets";
import { Choice, FormPane, PaneHead, TextField } from "../fields";
import { focusFault } from "../form";
import type { Market } from "../market";
import { Icon, ProblemBox, Violations } from "../parts";
import { storesPhotos } from "../session";
import { count } from "../words";
import { words } from "./client";
import {
  addProduct,
  addresses,
  backToForm,
  changeProduct,
  type Delivery,
  deliveries,
  form,
  newComplaint,
  type Product,
  preview,
  removeProduct,
  send,
  sendAgain,
} from "./complaint";
import { storePhoto } from "./photos";

async function submit(): Promise<void> {
  if (await send()) document.getElementById("ticket-title")?.focus();
  else focusFault(form);
}

function Write() {
  const { products } = form.values.value;
  return (
    <FormPane title="Complain about an order" onSubmit={() => void submit()}>
      <TextField
        form={form}
        words={words}
        name="order_id"
        label="Order"
        help="Your own id of the order, as you gave it to Probo; not its supplier order number."
      />
      <TextField
        form={form}
        words={words}
        name="id"
        label="Id of the complaint"
        help="One that no other complaint has. Its tickets are numbered: CMP-2041-1, CMP-2041-2."
      />
      <TextField
        form={form}
        words={words}
        name="contact_email"
        label="Contact"
        help="Somebody of your company. Not your customer."
        input={{ type: "email" }}
      />
      <Choice form={form} words={words} name="reason" label="Reason" of="ComplaintReason" />
      <Choice form={form} words={words} name="suggested_solution" label="Suggested solution" of="ComplaintSolution" />
      <TextField
        form={form}
        words={words}
        name="description"
        label="Description"
        rows={4}
        onSubmit={() => void submit()}
      />
      <fieldset>
        <legend>Products</legend>
        <p class="quiet">One that has two faults is listed twice, each time with its own reason.</p>
        {products.map((product, at) => (
          <ProductFields key={product.key} product={product} at={at} isOnly={products.length === 1} />
        ))}
      </fieldset>
      <Violations of={form.violations.value.filter(({ field }) => field === "products")} words={words} />
      <button type="button" class="own-width" onClick={addProduct}>
        <Icon name="plus" /> Add a product
      </button>
      <Preview tickets={preview.value} />
      <div class="actions">
        <button type="submit" class="primary">
          {preview.value.length > 1 ? `Send ${count(preview.value.length, "ticket")}` : "Send"}
        </button>
      </div>
    </FormPane>
  );
}

function ProductFields({ product, at, isOnly }: { product: Product; at: number; isOnly: boolean }) {
  const { key, id, amount, reason, suggested_solution, group, photos } = product;
  const field = `products[${at}]`;
  const set = (change: Partial<Product>) => changeProduct(key, change);
  const text = (name: "id" | "amount" | "group", label: string, value: string, numeric = false) => (
    <label>
      <span>{label}</span>
      <input
        name={`${field}.${name}`}
        autocomplete="off"
        inputMode={numeric ? "numeric" : undefined}
        value={value}
        aria-invalid={form.of(`${field}.${name}`).length > 0}
        onInput={(event) => set({ [name]: event.currentTarget.value })}
      />
      <Violations of={form.of(`${field}.${name}`)} words={words} />
    </label>
  );
  const choice = (
    name: "reason" | "suggested_solution",
    of: "ComplaintReason" | "ComplaintSolution",
    label: string,
  ) => (
    <label>
      <span>{label}</span>
      <select
        name={`${field}.${name}`}
        value={name === "reason" ? reason : suggested_solution}
        onChange={(event) => set({ [name]: event.currentTarget.value })}
      >
        <option value="">As above</option>
        {words.values(of).map((value) => (
          <option key={value} value={value}>
            {words.label(value)}
          </option>
        ))}
      </select>
      <Violations of={form.of(`${field}.${name}`)} words={words} />
    </label>
  );
  return (
    <fieldset class="card">
      <legend>Product {at + 1}</legend>
      <div class="columns">
        {text("id", "Id", id)}
        {text("amount", "Amount", amount, true)}
        {choice("reason", "ComplaintReason", "Reason")}
        {choice("suggested_solution", "ComplaintSolution", "Solution")}
        {text("group", "Group", group)}
      </div>
      <p class="quiet">Products of different groups never share a ticket; the group is not sent.</p>
      <Photos product={product} field={`${field}.files`} photos={photos} />
      {!isOnly && (
        <button type="button" class="plain own-width" onClick={() => removeProduct(key)}>
          <Icon name="close" /> Remove product {at + 1}
        </button>
      )}
    </fieldset>
  );
}

function Photos({ product, field, photos }: { product: Product; field: string; photos: string }) {
  const picker = useRef<HTMLInputElement>(null);
  const [storing, setStoring] = useState(0);
  const [faults, setFaults] = useState<string[]>([]);
  const broken = form.of(field);
  const written = ({ field }: Violation) => addresses(photos)[Number(/files\[(\d+)\]/.exec(field)?.[1])];
  const store = async (files: File[]) => {
    setFaults([]);
    setStoring(files.length);
    for (const file of files) {
      const stored = await storePhoto(file);
      setStoring((left) => left - 1);
      if ("fault" in stored) {
        setFaults((before) => [...before, stored.fault]);
        continue;
      }
      // What is there by now: the field may have been changed meanwhile.
      const now = form.values.peek().products.find(({ key }) => key === product.key);
      if (now) changeProduct(now.key, { photos: [...addresses(now.photos), stored.url].join("\n") });
    }
  };
  return (
    <>
      <label>
        <span>Photos</span>
        <textarea
          name={field}
          rows={2}
          placeholder="https://… one address on each line, open to everyone"
          value={photos}
          aria-invalid={broken.length > 0}
          onInput={(event) => changeProduct(product.key, { photos: event.currentTarget.value })}
        />
      </label>
      <Violations of={broken} words={words} written={written} />
      {storesPhotos.value && (
        <>
          <input
            ref={picker}
            type="file"
            multiple
            accept="image/jpeg,image/png,image/tiff,application/pdf"
            class="hidden"
            tabIndex={-1}
            aria-label="Photos to upload"
            onChange={(event) => {
              void store([...(event.currentTarget.files ?? [])]);
              event.currentTarget.value = "";
            }}
          />
          <button
            type="button"
            class="own-width"
            aria-disabled={storing > 0}
            onClick={() => storing === 0 && picker.current?.click()}
          >
            <Icon name="clip" /> {storing > 0 ? `Uploading ${count(storing, "photo")}…` : "Upload photos"}
          </button>
        </>
      )}
      {faults.map((fault) => (
        <p key={fault} class="fault" role="alert">
          {fault}
        </p>
      ))}
    </>
  );
}

function Preview({ tickets }: { tickets: Complaint[] }) {
  if (tickets.length === 0) return null;
  return (
    <section class="preview" aria-label="Tickets that will be sent">
      <h3>{tickets.length === 1 ? "Will be sent as one ticket" : `Will be sent as ${tickets.length} tickets`}</h3>
      <ul>
        {tickets.map((ticket) => (
          <li key={ticket.id}>
            <TicketLine ticket={ticket} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function TicketLine({ ticket }: { ticket: Complaint }) {
  return (
    <>
      <strong class="id">{ticket.id}</strong> {words.label(ticket.reason)} · {words.label(ticket.suggested_solution)} ·{" "}
      {count(ticket.products.length, "product")}:{" "}
      <span class="id">{ticket.products.map(({ id }) => id).join(", ")}</span>
    </>
  );
}

const STATES = { waiting: "Waiting", sending: "Sending…", sent: "Sent", failed: "Not sent" };

function Sent({ list }: { list: Delivery[] }) {
  const busy = list.some(({ state }) => state === "waiting" || state === "sending");
  const isUntouched = list.every(({ state, problem }) => state === "failed" && problem?.unsure === false);
  const { order_id } = list[0]?.ticket ?? {};
  return (
    <section class="ticket" aria-labelledby="ticket-title" aria-busy={busy}>
      <PaneHead title={`Complaint about ${order_id}`} />
      <div class="new-form">
        <ol class="steps" aria-label="Tickets">
          {list.map((delivery, at) => (
            <li key={delivery.ticket.id}>
              <p>
                <span class={`badge ${delivery.state === "sent" ? "open" : ""}`}>
                  {delivery.problem?.unsure ? "Not known" : STATES[delivery.state]}
                </span>{" "}
                <TicketLine ticket={delivery.ticket} />
              </p>
              {delivery.answer && <Answer of={delivery.answer} />}
              {delivery.problem && (
                <ProblemBox problem={delivery.problem}>
                  <button type="button" onClick={() => void sendAgain(at)}>
                    Send {delivery.ticket.id} again
                  </button>
                </ProblemBox>
              )}
            </li>
          ))}
        </ol>
        {!busy && (
          <div class="actions">
            <button type="button" class="primary" onClick={newComplaint}>
              New complaint
            </button>
            {isUntouched && (
              <button type="button" onClick={backToForm}>
                Change it
              </button>
            )}
          </div>
        )}
      </div>
    </section>
  );
}

/** What Probo said. Nothing of it is documented, so what is not understood is shown as it came. */
function Answer({ of }: { of: NonNullable<Delivery["answer"]> }) {
  const { id, status, message, raw } = of;
  return (
    <>
      {(id ?? status ?? message) !== undefined && (
        <p>
          {id !== undefined && (
            <>
              Probo's id <span class="id">{id}</span>.{" "}
            </>
          )}
          {status !== undefined && (
            <span title={words.explanation("ComplaintStatus", status) || undefined}>{words.label(status)}. </span>
          )}
          {message}
        </p>
      )}
      {raw !== undefined && (
        <details>
          <summary>The whole answer</summary>
          <pre class="mono">
            {JSON.stringify(raw, (_, value) => (typeof value === "bigint" ? String(value) : value), 2)}
          </pre>
        </details>
      )}
    </>
  );
}

function Panes() {
  const list = deliveries.value;
  return <div class="detail alone">{list === null ? <Write /> : <Sent list={list} />}</div>;
}

export const market: Market = {
  title: () => (deliveries.value === null ? "Complaint" : "Complaint sent"),
  viewKey: () => (deliveries.value === null ? "write" : "sent"),
  isDetail: () => true,
  Panes,
  create: null,
  keys: {},
};
