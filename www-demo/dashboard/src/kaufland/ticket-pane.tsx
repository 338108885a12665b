/** One ticket: what it is about, its thread, order units and files. */
import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { OrderUnit, TicketFile, TicketMessage, TicketWithEmbedded } from "seller-tickets";
import { Composer, focusReply } from "../composer";
import { ConfirmDialog } from "../dialog";
import { Icon, Picture, ProblemBox, Time, Tip, Word } from "../parts";
import { count, money, type Problem } from "../words";
import { href } from "./route";
import { close, download, failure, load, loading, replyTo, ticket } from "./ticket";
import { titleOf, words } from "./words";

export const closing = signal(false);

/** Statuses in which the seller can still close. */
const CLOSABLE = ["opened", "buyer_closed"];
/** No message is taken any more in this status. */
const FINAL = "customer_service_closed_final";

export function canClose(found: TicketWithEmbedded): boolean {
  return CLOSABLE.includes(found.status);
}

export function TicketPane({ id }: { id: string }) {
  const found = ticket.value?.id_ticket === id ? ticket.value : null;
  const broken = failure.value;
  return (
    <article class="ticket" aria-busy={loading.value} aria-labelledby="ticket-title">
      <header class="ticket-head">
        <a class="back" href={href({ name: "inbox" })}>
          <Icon name="back" /> Inbox
        </a>
        <h2 id="ticket-title" tabIndex={-1}>
          {found ? titleOf(found) : `Ticket ${id}`}
        </h2>
        {found && <Actions found={found} />}
        {found && <Facts found={found} />}
      </header>
      {broken && (
        <div class="pad">
          <ProblemBox problem={broken}>
            <button type="button" onClick={() => void load(id)}>
              Try again
            </button>
          </ProblemBox>
        </div>
      )}
      {!found && !broken && <p class="quiet pad">Reading the ticket…</p>}
      {found && (
        <div class="ticket-body">
          <Thread found={found} />
          <aside class="beside" aria-label="Order units and files">
            <OrderUnits found={found} />
            <Files files={found.files ?? []} />
          </aside>
        </div>
      )}
      {found &&
        (found.status === FINAL ? (
          <p class="final">Customer service has closed this ticket for good: it takes no more messages.</p>
        ) : (
          <ReplyForm key={id} id={id} />
        ))}
      {closing.value && found && <CloseDialog id={id} />}
    </article>
  );
}

function Actions({ found }: { found: TicketWithEmbedded }) {
  return (
    <div class="actions head-actions">
      {found.status !== FINAL && (
        <button type="button" class="to-reply" onClick={focusReply} title="Reply (r)">
          <Icon name="reply" /> Reply
        </button>
      )}
      {canClose(found) && (
        <button
          type="button"
          onClick={() => {
            closing.value = true;
          }}
          title="Close the ticket (x)"
        >
          <Icon name="check" /> Close ticket
        </button>
      )}
      <button
        type="button"
        class="plain square"
        onClick={() => void load(found.id_ticket)}
        title="Reload the thread (u)"
      >
        <Icon name="reload" />
        <span class="hidden">Reload the thread</span>
      </button>
    </div>
  );
}

function Facts({ found }: { found: TicketWithEmbedded }) {
  return (
    <>
      <div class="badges">
        {found.is_seller_responsible ? (
          <span class="badge attention">You must answer</span>
        ) : (
          <span class="badge">{found.status === "opened" ? "Waiting for the customer" : "Nothing to answer"}</span>
        )}
        <Tip of={words} name="TicketStatus" value={found.status} kind={found.status === "opened" ? "open" : ""} />
        <Tip of={words} name="TicketReason" value={found.open_reason} before="Reason" />
        {found.topic !== null && <Tip of={words} name="TicketTopic" value={found.topic} before="Topic" />}
        {found.storefront && (
          <Tip of={words} name="Storefront" value={found.storefront.toLowerCase()} before="Storefront" />
        )}
        <Tip of={words} name="FulfillmentType" value={found.fulfillment_type} />
      </div>
      <p class="quiet facts">
        <span class="id">{found.id_ticket}</span> · opened <Time iso={found.ts_created_iso} /> · changed{" "}
        <Time iso={found.ts_updated_iso} />
        {found.buyer?.email ? (
          <>
            {" · "}
            <span class="clip">{found.buyer.email}</span>
          </>
        ) : (
          found.id_buyer !== null && ` · buyer ${found.id_buyer}`
        )}
      </p>
    </>
  );
}

const ROLES: Record<string, string> = {
  seller: "You",
  buyer: "Customer",
  system: "System",
  customer_service: "Customer service",
};

function Thread({ found }: { found: TicketWithEmbedded }) {
  const end = useRef<HTMLLIElement>(null);
  const messages = [...(found.messages ?? [])].sort((a, b) => a.ts_created_iso.localeCompare(b.ts_created_iso));
  // The newest message is the one to read first.
  useEffect(() => {
    end.current?.scrollIntoView({ block: "nearest" });
  }, [found.id_ticket, messages.length]);
  return (
    <section class="thread" aria-label="Messages">
      {messages.length === 0 && <p class="quiet">No messages.</p>}
      <ol>
        {messages.map((message, at) => (
          <li key={String(message.id_ticket_message)} ref={at === messages.length - 1 ? end : null}>
            <Letter message={message} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Letter({ message }: { message: TicketMessage }) {
  const { role, name } = message.author;
  const who = ROLES[role] ?? words.label(role);
  return (
    <article class={`letter ${role === "seller" ? "own" : ""} ${role === "system" ? "system" : ""}`}>
      <header>
        <strong>{name || who}</strong>
        {name !== who && (
          <span class="role" title={words.explanation("AuthorRole", role) || undefined}>
            {who}
          </span>
        )}
        <Time iso={message.ts_created_iso} />
      </header>
      <p class="text">{message.text}</p>
    </article>
  );
}

function OrderUnits({ found }: { found: TicketWithEmbedded }) {
  const units = found.order_units ?? [];
  return (
    <section>
      <h3>{count(units.length || found.ids_order_units.length, "order unit")}</h3>
      <ul class="units">
        {units.map((unit) => (
          <li key={String(unit.id_order_unit)}>
            <Unit unit={unit} />
          </li>
        ))}
      </ul>
      <p>
        <a href={href({ name: "new", units: found.ids_order_units.join(",") })}>Open another ticket for these</a>
      </p>
    </section>
  );
}

function Unit({ unit }: { unit: OrderUnit }) {
  const { product } = unit;
  return (
    <>
      <div class="product">
        {/^https?:\/\//i.test(product?.main_picture ?? "") && <Picture src={product?.main_picture ?? ""} size={44} />}
        <div>
          {product ? (
            <ProductTitle title={product.title ?? "Product without a title"} url={product.url ?? ""} />
          ) : (
            <em>Product not named</em>
          )}
          <p class="quiet">
            Unit <span class="id">{String(unit.id_order_unit)}</span>
            <br />
            Order <span class="id">{unit.id_order}</span>
          </p>
        </div>
      </div>
      <dl class="money">
        <Amount name="Price" minor={unit.price} currency={unit.currency} />
        <Amount name="Shipping" minor={unit.shipping_rate} currency={unit.currency} />
        <Amount name="Revenue, net" minor={unit.revenue_net} currency={unit.currency} />
        <dt>Status</dt>
        <dd>
          <Word of={words} name="OrderUnitStatus" value={unit.status} />
        </dd>
      </dl>
    </>
  );
}

interface AmountProps {
  name: string;
  minor: number | null | undefined;
  currency: string | null | undefined;
}

function Amount({ name, minor, currency }: AmountProps) {
  if (minor === null || minor === undefined) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>{money(minor, currency)}</dd>
    </>
  );
}

function ProductTitle({ title, url }: { title: string; url: string }) {
  // Only a web address becomes a link: the text comes from outside.
  if (!/^https?:\/\//i.test(url)) return <strong>{title}</strong>;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer">
      {title}
    </a>
  );
}

function Files({ files }: { files: readonly TicketFile[] }) {
  return (
    <section>
      <h3>{files.length === 0 ? "No files" : count(files.length, "file")}</h3>
      <ul class="files">
        {files.map((file) => (
          <li key={`${file.uri} ${file.filename} ${file.ts_created_iso}`}>
            <Download file={file} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Download({ file }: { file: TicketFile }) {
  const [state, setState] = useState<"ready" | "busy">("ready");
  const [problem, setProblem] = useState<Problem | null>(null);
  const fetchIt = async () => {
    setState("busy");
    setProblem(await download(file));
    setState("ready");
  };
  return (
    <>
      <button type="button" class="file" onClick={() => void fetchIt()} aria-disabled={state === "busy"}>
        <Icon name="save" />
        <span class="file-name">{file.filename}</span>
        <span class="quiet">
          {state === "busy" ? "fetching…" : <Time iso={file.ts_created_iso} />}
          <span class="hidden">, download</span>
        </span>
      </button>
      {problem && <ProblemBox problem={problem} />}
    </>
  );
}

function CloseDialog({ id }: { id: string }) {
  return (
    <ConfirmDialog
      title="Close this ticket?"
      keep="Keep it open"
      act={["Close ticket", "Closing…"]}
      run={() => close(id)}
      onClose={() => {
        closing.value = false;
      }}
      onUnsure={() => void load(id)}
    >
      <p>
        Ticket <span class="id">{id}</span> will be closed from your side. It cannot be opened again from here.
      </p>
    </ConfirmDialog>
  );
}

function ReplyForm({ id }: { id: string }) {
  const reply = replyTo(id);
  const interim = reply.interim.value;
  return (
    <Composer
      draft={reply}
      words={words}
      label="Message to the customer"
      placeholder="Write to the customer. Drop or paste files here."
      accept={words.values("AttachmentType").join(",")}
      sendLabel={interim ? "Send notice" : "Send"}
      onUnsure={() => void reply.lookAgain()}
    >
      <label class="interim">
        <input
          type="checkbox"
          checked={interim}
          aria-describedby="interim-help"
          onChange={(event) => {
            reply.interim.value = event.currentTarget.checked;
            reply.check();
          }}
        />
        <span>
          Interim notice
          <span class="quiet" id="interim-help">
            {interim
              ? "A message to the customer like any other; the ticket stays yours to answer."
              : "Tick to tell the customer you are working on it; the ticket stays yours to answer."}
          </span>
        </span>
      </label>
    </Composer>
  );
}
