/** One ticket: its messages, events, returns and order, and what can be done. */
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { MagaluAttachment, MagaluMessage, MagaluNewEvent, MagaluTicket } from "seller-tickets";
import { Composer, focusReply } from "../composer";
import { ConfirmDialog } from "../dialog";
import { PaneHead } from "../fields";
import { Icon, ProblemBox, Time, Tip, Word } from "../parts";
import { count, type Problem } from "../words";
import { isoOf, words } from "./client";
import { href } from "./route";
import {
  type Case,
  createEvent,
  createReturn,
  download,
  failure,
  found,
  isCancellation,
  isClosed,
  lateProblem,
  loading,
  loadTicket,
  owner,
  replyTo,
  setOwner,
  underWay,
} from "./tickets";

/** The question before it is done. */
export const asking = signal<"event" | "return" | null>(null);

export const titleOf = ({ reason, type }: MagaluTicket): string => words.label(reason ?? type);

export function TicketPane({ id }: { id: string }) {
  const open = found.value?.ticket.id === id ? found.value : null;
  const broken = failure.value;
  useEffect(() => stopAsking, []);
  const late = lateProblem.value?.ticket === id ? lateProblem.value.problem : null;
  return (
    <article class="ticket" aria-busy={loading.value} aria-labelledby="ticket-title">
      <PaneHead
        title={open ? titleOf(open.ticket) : "Ticket"}
        back={{ href: href({ name: "inbox" }), name: "Tickets" }}
      >
        {open && <Actions open={open} />}
        {open && <Facts ticket={open.ticket} />}
      </PaneHead>
      {[broken, late].map(
        (problem) =>
          problem && (
            <div key={problem.title} class="pad">
              <ProblemBox problem={problem}>
                <button type="button" onClick={() => void loadTicket(id)}>
                  Try to read it again
                </button>
              </ProblemBox>
            </div>
          ),
      )}
      {!open && !broken && <p class="quiet pad">Reading the ticket…</p>}
      {open && (
        <>
          <div class="ticket-body">
            <Thread open={open} />
            <aside class="beside" aria-label="Events, returns and order">
              <UnderWay id={id} />
              <Events open={open} />
              {isCancellation(open.ticket) && <Returns open={open} />}
              <Order ticket={open.ticket} />
            </aside>
          </div>
          {isClosed(open.ticket) ? <p class="final">This ticket is closed.</p> : <ReplyForm key={id} id={id} />}
          {asking.value === "event" && <EventDialog open={open} />}
          {asking.value === "return" && <ReturnDialog open={open} />}
        </>
      )}
    </article>
  );
}

function Actions({ open: { ticket } }: { open: Case }) {
  const canAct = isCancellation(ticket) && !isClosed(ticket);
  return (
    <div class="actions head-actions">
      {!isClosed(ticket) && (
        <button type="button" class="to-reply" onClick={focusReply} title="Reply (r)">
          <Icon name="reply" /> Reply
        </button>
      )}
      {canAct && (
        <>
          <button
            type="button"
            onClick={() => {
              asking.value = "event";
            }}
          >
            Tell what happened
          </button>
          <button
            type="button"
            onClick={() => {
              asking.value = "return";
            }}
          >
            Let it be sent back
          </button>
        </>
      )}
      <button
        type="button"
        class="plain square"
        onClick={() => void loadTicket(ticket.id)}
        title="Read the ticket again (u)"
      >
        <Icon name="reload" />
        <span class="hidden">Read the ticket again</span>
      </button>
    </div>
  );
}

function Facts({ ticket }: { ticket: MagaluTicket }) {
  const { status, type, reason, protocol, origin, created_at, updated_at, due_date } = ticket;
  return (
    <>
      <div class="badges">
        <Tip
          of={words}
          name="TicketStatus"
          value={status}
          kind={status === "waiting_seller" && !isClosed(ticket) ? "attention" : ""}
        />
        <Tip of={words} name="TicketType" value={type} before="About" />
        {reason && <Tip of={words} name="TicketReason" value={reason} before="Reason" />}
        {due_date && !isClosed(ticket) && (
          <span class="badge">
            Due <Time iso={isoOf(due_date)} />
          </span>
        )}
      </div>
      <p class="quiet facts">
        {protocol && (
          <>
            <span class="id">{protocol}</span> ·{" "}
          </>
        )}
        opened {origin && `by ${words.label(origin).toLowerCase()} `}
        <Time iso={isoOf(created_at)} /> · changed <Time iso={isoOf(updated_at)} />
      </p>
    </>
  );
}

function Thread({ open: { ticket, messages } }: { open: Case }) {
  const sorted = [...messages].sort((a, b) => momentOf(a) - momentOf(b));
  return (
    <section class="thread" aria-label="Messages">
      {sorted.length === 0 && <p class="quiet">No messages.</p>}
      <ol>
        {sorted.map((message) => (
          <li key={message.id}>
            <Letter ticket={ticket.id} message={message} />
          </li>
        ))}
      </ol>
    </section>
  );
}

const momentOf = ({ created_at }: MagaluMessage): number => (created_at ? Date.parse(isoOf(created_at)) : 0) || 0;

function Letter({ ticket, message }: { ticket: string; message: MagaluMessage }) {
  const { id, sender, destination, moderation, created_at, attachments } = message;
  const side = sender?.type;
  const status = moderation?.status;
  return (
    <article class={`letter ${side === "seller" ? "own" : ""}`}>
      <header>
        <strong>{sender?.name ?? (side ? words.label(side) : "Somebody")}</strong>
        <span class="role">
          {side && words.label(side)}
          {destination && ` to ${words.label(destination)}`}
        </span>
        {status && status !== "approved" && (
          <span class="badge attention" title={words.explanation("ModerationStatus", status) || undefined}>
            {words.label(status)}
          </span>
        )}
        {created_at && <Time iso={isoOf(created_at)} />}
      </header>
      <p class="text">{message.message}</p>
      {attachments && attachments.length > 0 && (
        <ul class="files">
          {attachments.map((file) => (
            <li key={file.id}>
              <Download ticket={ticket} message={id} file={file} />
            </li>
          ))}
        </ul>
      )}
    </article>
  );
}

function Download(props: { ticket: string; message: string; file: MagaluAttachment }) {
  const { ticket, message, file } = props;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const fetchIt = async () => {
    setBusy(true);
    setProblem(await download(ticket, message, file));
    setBusy(false);
  };
  return (
    <>
      <button type="button" class="file" onClick={() => void fetchIt()} aria-disabled={busy}>
        <Icon name="save" />
        <span class="file-name">{[file.file_name ?? "file", file.file_extension].filter(Boolean).join(".")}</span>
        <span class="quiet">
          {busy ? "fetching…" : file.file_type}
          <span class="hidden">, download</span>
        </span>
      </button>
      {problem && <ProblemBox problem={problem} />}
    </>
  );
}

/** The requests that Magalu has accepted and not finished. */
function UnderWay({ id }: { id: string }) {
  const mine = underWay.value.filter(({ ticket }) => ticket === id);
  if (mine.length === 0) return null;
  return (
    <section role="status">
      <h3>Under way</h3>
      <ul>
        {mine.map(({ transaction, what, status }) => (
          <li key={transaction}>
            {what}: {words.label(status).toLowerCase()}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Events({ open: { events } }: { open: Case }) {
  return (
    <section>
      <h3>{events.length === 0 ? "No events" : count(events.length, "event")}</h3>
      <ul class="units">
        {events.map(({ id, type, created_at }) => (
          <li key={id}>
            <Word of={words} name="EventType" value={type} />{" "}
            {created_at && (
              <span class="quiet">
                <Time iso={isoOf(created_at)} />
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Returns({ open: { returns } }: { open: Case }) {
  return (
    <section>
      <h3>{returns.length === 0 ? "No returns" : count(returns.length, "return")}</h3>
      <ul class="units">
        {returns.map(({ id, reverse_code, created_at }) => (
          <li key={id}>
            Code <strong class="id">{reverse_code ?? "not known yet"}</strong>{" "}
            {created_at && (
              <span class="quiet">
                <Time iso={isoOf(created_at)} />
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Order({ ticket }: { ticket: MagaluTicket }) {
  const { order, channel, id } = ticket;
  return (
    <section>
      <h3>{order?.code ? `Order ${order.code}` : "Order"}</h3>
      <ul class="units">
        {(order?.delivery?.items ?? []).map((item, at) => (
          <li key={item.id ?? at}>
            <strong>{item.name ?? item.sku ?? "Article"}</strong>
            <dl class="money">
              <dt>Quantity</dt>
              <dd>{String(item.quantity ?? "")}</dd>
              {item.external_sku && (
                <>
                  <dt>Your SKU</dt>
                  <dd>{item.external_sku}</dd>
                </>
              )}
            </dl>
          </li>
        ))}
      </ul>
      {channel?.alias && <p class="quiet">Sold on {channel.alias}</p>}
      <p>
        <a href={href({ name: "new", like: id })}>New ticket for this order</a>
      </p>
    </section>
  );
}

function ReplyForm({ id }: { id: string }) {
  const reply = replyTo(id);
  const { name, code } = owner.value;
  const who = (field: "name" | "code", label: string, value: string) => (
    <label class="short">
      <span class="hidden">{label}</span>
      <input
        placeholder={label}
        value={value}
        aria-invalid={reply.violations.value.some((violation) => violation.field === `owner.${field}`)}
        onInput={(event) => {
          setOwner({ [field]: event.currentTarget.value });
          reply.check();
        }}
      />
    </label>
  );
  return (
    <Composer
      draft={reply}
      words={words}
      label="Message"
      placeholder="Write a message. Drop or paste a file here. CPF, Pix, e-mail and telephone get it rejected."
      accept={words.values("AttachmentType").join(",")}
      sendLabel="Send"
      onUnsure={() => void reply.lookAgain()}
    >
      <label class="inline">
        <span class="hidden">For whom</span>
        <select
          value={reply.destination.value}
          onChange={(event) => {
            reply.destination.value = event.currentTarget.value;
            reply.check();
          }}
        >
          {words
            .values("Destination")
            .filter((value) => value !== "seller")
            .map((value) => (
              <option key={value} value={value}>
                To {words.label(value)}
              </option>
            ))}
        </select>
      </label>
      {who("name", "Your name", name)}
      {who("code", "Your code", code)}
      <span class="spring" />
    </Composer>
  );
}

const stopAsking = () => {
  asking.value = null;
};

function EventDialog({ open: { ticket } }: { open: Case }) {
  const [type, setType] = useState("");
  return (
    <ConfirmDialog
      title="What happened?"
      keep="Nothing yet"
      act={["Tell Magalu", "Telling…"]}
      run={async () => (type === "" ? false : createEvent(ticket.id, { type } as MagaluNewEvent))}
      onClose={stopAsking}
      onUnsure={() => void loadTicket(ticket.id)}
    >
      <fieldset>
        <legend class="hidden">What happened</legend>
        {words.values("NewEventType").map((value) => (
          <label key={value} class="reason">
            <input type="radio" name="event" value={value} checked={type === value} onChange={() => setType(value)} />
            <span>
              {words.label(value)}
              <span class="quiet">{words.explanation("NewEventType", value)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {type !== "" && (
        <p class="money-words" role="status">
          {type === "authorize_refund" ? "The customer is paid back." : "This moves no money."}
        </p>
      )}
    </ConfirmDialog>
  );
}

function ReturnDialog({ open: { ticket } }: { open: Case }) {
  return (
    <ConfirmDialog
      title="Let the goods be sent back?"
      keep="Not yet"
      act={["Make a return code", "Asking…"]}
      run={() => createReturn(ticket.id)}
      onClose={stopAsking}
      onUnsure={() => void loadTicket(ticket.id)}
    >
      <p>Magalu makes a code with which the customer sends the goods back. There can be one at a time.</p>
    </ConfirmDialog>
  );
}
