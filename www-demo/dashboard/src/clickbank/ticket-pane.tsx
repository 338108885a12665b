/**
 * One ticket: what was said and done, the sale, and what can be done. What that does to money is
 * said before it is done.
 */
import { useState } from "preact/hooks";
import type { ClickBankTicket, ClickBankTicketComment, ClickBankUpdateTicketParams, Violation } from "seller-tickets";
import { Composer, focusReply } from "../composer";
import { ConfirmDialog } from "../dialog";
import { PaneHead } from "../fields";
import { Icon, ProblemBox, Time, Tip, Violations } from "../parts";
import { clickbank, words } from "./client";
import { customerOf } from "./list-pane";
import { MONEY_OF_RETURN, moneyOfChange, moneyOfClose, moneyOfReopen } from "./money";
import { href } from "./route";
import { asking, change, commentOn, confirmReturn, failure, loading, loadTicket, ticket } from "./tickets";

export const isClosed = ({ status }: ClickBankTicket): boolean => status === "CLOSED";

export const titleOf = ({ type, ticketid }: ClickBankTicket): string =>
  type ? words.label(type) : `Ticket ${ticketid}`;

export function TicketPane({ id }: { id: string }) {
  const found = ticket.value?.ticketid === id ? ticket.value : null;
  const broken = failure.value;
  return (
    <article class="ticket" aria-busy={loading.value} aria-labelledby="ticket-title">
      <PaneHead
        title={found ? titleOf(found) : `Ticket ${id}`}
        back={{ href: href({ name: "inbox" }), name: "Tickets" }}
      >
        {found && <Actions found={found} />}
        {found && <Facts found={found} />}
      </PaneHead>
      {broken && (
        <div class="pad">
          <ProblemBox problem={broken}>
            <button type="button" onClick={() => void loadTicket(id)}>
              Try again
            </button>
          </ProblemBox>
          {broken.kind === "forbidden" && (
            <p class="quiet">ClickBank gives the same answer for a ticket that does not exist.</p>
          )}
        </div>
      )}
      {!found && !broken && <p class="quiet pad">Reading the ticket…</p>}
      {found && (
        <>
          <div class="ticket-body">
            <Thread found={found} />
            <aside class="beside" aria-label="Sale and refund">
              <Sale found={found} />
            </aside>
          </div>
          <CommentForm key={id} id={id} />
          <Question found={found} />
        </>
      )}
    </article>
  );
}

function Actions({ found }: { found: ClickBankTicket }) {
  const ask = (what: NonNullable<typeof asking.value>) => () => {
    asking.value = what;
  };
  return (
    <div class="actions head-actions">
      <button type="button" class="to-reply" onClick={focusReply} title="Comment (r)">
        <Icon name="reply" /> Comment
      </button>
      {isClosed(found) ? (
        <button type="button" onClick={ask("reopen")}>
          Reopen
        </button>
      ) : (
        <>
          <button type="button" onClick={ask("change")}>
            Change type
          </button>
          {found.type === "REFUND" && (
            <button type="button" onClick={ask("return")}>
              Goods are back
            </button>
          )}
          <button type="button" onClick={ask("close")} title="Close the ticket (x)">
            <Icon name="check" /> Close ticket
          </button>
        </>
      )}
      <button
        type="button"
        class="plain square"
        onClick={() => void loadTicket(found.ticketid)}
        title="Read the ticket again (u)"
      >
        <Icon name="reload" />
        <span class="hidden">Read the ticket again</span>
      </button>
    </div>
  );
}

function Facts({ found }: { found: ClickBankTicket }) {
  const { ticketid, status, type, source, openedDate, updateTime, email } = found;
  const customer = customerOf(found);
  return (
    <>
      <div class="badges">
        {status && <Tip of={words} name="TicketStatus" value={status} kind={isClosed(found) ? "" : "open"} />}
        {type && <Tip of={words} name="TicketType" value={type} before="About" />}
        {source && <Tip of={words} name="TicketSource" value={source} before="From" />}
      </div>
      <p class="quiet facts">
        <span class="id">{ticketid}</span>
        {openedDate && (
          <>
            {" · opened "}
            <Time iso={openedDate} />
          </>
        )}
        {updateTime && (
          <>
            {" · changed "}
            <Time iso={updateTime} />
          </>
        )}
        {customer && ` · ${customer}`}
        {email && ` · ${email}`}
      </p>
    </>
  );
}

function Thread({ found }: { found: ClickBankTicket }) {
  const comments = [...found.comments].sort((a, b) => momentOf(a) - momentOf(b));
  return (
    <section class="thread" aria-label="Comments">
      <ol>
        {found.description && (
          <li>
            <article class="letter system">
              <p class="text">{found.description}</p>
            </article>
          </li>
        )}
        {comments.length === 0 && <li class="quiet">No comments.</li>}
        {comments.map((comment, at) => (
          <li key={comment.commentId ?? `at ${at}`}>
            <Letter of={comment} />
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Times come with different offsets, so their text has no order. */
const momentOf = ({ date }: ClickBankTicketComment): number => (date ? Date.parse(date) : 0) || 0;

function Letter({ of }: { of: ClickBankTicketComment }) {
  const { comment, commentRole: role, action, date } = of;
  return (
    <article class={`letter ${role === "VENDOR" ? "own" : ""} ${role === "CBSYSTEM" ? "system" : ""}`}>
      <header>
        {role && <strong title={words.explanation("CommentRole", role) || undefined}>{words.label(role)}</strong>}
        {action && (
          <span class="role" title={words.explanation("CommentAction", action) || undefined}>
            {words.label(action)}
          </span>
        )}
        {date && <Time iso={date} />}
      </header>
      {comment && <p class="text">{comment}</p>}
    </article>
  );
}

function Sale({ found }: { found: ClickBankTicket }) {
  const { receipt, productItemNo, refundType, refundAmount, locale, emailAtOrderTime, email } = found;
  const { closedDate, expirationDate, note } = found;
  return (
    <section>
      <h3>Sale</h3>
      <dl class="money">
        <Fact name="Receipt" value={receipt} />
        <Fact name="Item" value={productItemNo} />
        <Fact name="Pays back" value={refundType && words.label(refundType)} />
        <Fact
          name={refundType === "PARTIAL_PERCENT" ? "Per cent" : "Amount"}
          value={refundType === "FULL" ? undefined : refundAmount}
        />
        <Fact name="Language" value={locale} />
        {emailAtOrderTime !== email && <Fact name="Ordered as" value={emailAtOrderTime} />}
        {expirationDate && (
          <>
            <dt>Expires</dt>
            <dd>
              <Time iso={expirationDate} />
            </dd>
          </>
        )}
        {closedDate && (
          <>
            <dt>Closed</dt>
            <dd>
              <Time iso={closedDate} />
            </dd>
          </>
        )}
      </dl>
      {note && <p class="text">{note}</p>}
      {receipt && (
        <p>
          <a href={href({ name: "new", receipt })}>New ticket for this receipt</a>
        </p>
      )}
    </section>
  );
}

function Fact({ name, value }: { name: string; value: string | null | undefined }) {
  if (value === undefined || value === null || value === "") return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

function CommentForm({ id }: { id: string }) {
  const draft = commentOn(id);
  return (
    <Composer
      draft={draft}
      words={words}
      label="Comment"
      placeholder="Write a comment, as if the customer read it."
      sendLabel="Add comment"
      onUnsure={() => void draft.lookAgain()}
    />
  );
}

const QUESTIONS = {
  close: {
    title: "Close this ticket?",
    keep: "Keep it open",
    act: ["Close ticket", "Closing…"],
    news: "Ticket closed.",
  },
  reopen: {
    title: "Reopen this ticket?",
    keep: "Keep it closed",
    act: ["Reopen", "Reopening…"],
    news: "Ticket reopened.",
  },
  change: {
    title: "Change the type?",
    keep: "Keep the type",
    act: ["Change type", "Changing…"],
    news: "Type changed.",
  },
} as const;

function Question({ found }: { found: ClickBankTicket }) {
  const what = asking.value;
  if (what === null) return null;
  if (what !== "return") return <Ask key={what} what={what} found={found} />;
  const id = found.ticketid;
  return (
    <ConfirmDialog
      title="Are the goods back?"
      keep="Not yet"
      act={["Confirm return", "Confirming…"]}
      run={() => confirmReturn(id)}
      onClose={stopAsking}
      onUnsure={() => void loadTicket(id)}
    >
      <Money text={MONEY_OF_RETURN} />
    </ConfirmDialog>
  );
}

const stopAsking = () => {
  asking.value = null;
};

function Ask({ what, found }: { what: keyof typeof QUESTIONS; found: ClickBankTicket }) {
  const [comment, setComment] = useState("");
  const [type, setType] = useState("");
  const [strict, setStrict] = useState(false);
  const id = found.ticketid;
  const params = {
    action: what,
    ...(comment === "" ? {} : { comment }),
    ...(what === "change" && type !== "" ? { type } : {}),
  } as ClickBankUpdateTicketParams;
  const broken = clickbank.validate("updateTicket", id, params);
  const of = (name: string, isFilled: boolean): Violation[] =>
    broken.filter(({ field }) => field === name && (strict || isFilled));
  const { title, keep, act, news } = QUESTIONS[what];
  const money = what === "close" ? moneyOfClose(found) : what === "reopen" ? moneyOfReopen(found) : moneyOfChange(type);
  const faults = of("comment", comment !== "");
  return (
    <ConfirmDialog
      title={title}
      keep={keep}
      act={[...act]}
      run={async () => {
        setStrict(true);
        return broken.length > 0 ? false : change(id, params, news);
      }}
      onClose={stopAsking}
      onUnsure={() => void loadTicket(id)}
    >
      {what === "change" && (
        <fieldset>
          <legend>It becomes</legend>
          {words
            .values("TypeCode")
            .filter((value) => words.label(value) !== titleOf(found))
            .map((value) => (
              <label key={value} class="reason">
                <input type="radio" name="new-type" checked={type === value} onChange={() => setType(value)} />
                <span>{words.label(value)}</span>
              </label>
            ))}
          <Violations of={of("type", type !== "")} words={words} />
        </fieldset>
      )}
      <Money text={money} />
      <label for="ask-comment">Comment{what === "reopen" ? "" : " (may stay empty)"}</label>
      <textarea
        id="ask-comment"
        rows={3}
        value={comment}
        aria-invalid={faults.length > 0}
        aria-describedby="ask-faults"
        onInput={(event) => setComment(event.currentTarget.value)}
      />
      <Violations id="ask-faults" of={faults} words={words} />
    </ConfirmDialog>
  );
}

/** The coming effect on money. */
export function Money({ text }: { text: string }) {
  return (
    <p class="money-words" role="status">
      {text}
    </p>
  );
}
