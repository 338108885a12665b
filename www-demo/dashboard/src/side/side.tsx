/** Beside the thread: what is special, the order, the buyer's other tickets, the actions. */
import { computed } from "@preact/signals";
import type { DeskChoice, DeskRead, DeskStamp, DeskTicket } from "seller-tickets/desk";
import { panelOf } from "../panels/panel";
import { Copy } from "../parts/copy";
import { Icon } from "../parts/icon";
import { Stamp } from "../parts/time";
import { asking, sideOpen } from "../state/asking";
import { now } from "../state/clock";
import { nameOf } from "../state/keys";
import { peekTicket, shown, ticketOf } from "../state/list";
import { go, openName } from "../state/route";
import { opened } from "../state/ticket";
import { label, money, t, tFirst } from "../words";
import { buyerOf, kindOf, refundWords } from "../words/ticket";
import { addressLines } from "./address";
import { actionWords, effectWords } from "./ask";

export function Side() {
  const name = openName.value;
  const read = opened.value;
  const ticket = read?.ticket ?? ticketOf(name);
  if (name === "" || ticket === undefined) return null;
  const Own = panelOf(ticket.marketplace)?.Side;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard has to reach what scrolls
    <aside class="side" aria-label={t("side")} tabIndex={0}>
      <h2 class="hidden">{t("side")}</h2>
      <button type="button" class="link side-close" onClick={() => (sideOpen.value = false)}>
        <Icon name="back" /> {t("side.hide")}
      </button>
      {read !== null && Own !== undefined && <Own key={name} read={read} account={ticket.key.account} />}
      {ticket.order !== null && <Order ticket={ticket} />}
      <SameBuyer ticket={ticket} />
      {read !== null && <Can read={read} />}
    </aside>
  );
}

function Order({ ticket }: { ticket: DeskTicket }) {
  const { order, price, refund, marketplace } = ticket;
  if (order === null) return null;
  const { number, units, orderedAt, promisedAt, receivedAt, shipTo } = order;
  const lines = addressLines(shipTo);
  const isLate = promisedAt?.at != null && (receivedAt?.at ?? now.value) > promisedAt.at;
  return (
    <>
      <section>
        <h3>
          <span>{tFirst([`order.${marketplace}`, "order"], { number: number ?? "" })}</span>
          {number !== null && <Copy text={number} what={t("order.number")} />}
        </h3>
        {(orderedAt ?? promisedAt ?? receivedAt) !== null && (
          <dl class="steps2">
            <Step name={t("order.ordered")} at={orderedAt} />
            <Step name={t("order.promised")} at={promisedAt} kind={isLate ? "late" : ""} />
            <Step name={t("order.received")} at={receivedAt} kind={receivedAt === null ? "not" : ""} />
          </dl>
        )}
        <ul class="units">
          {units.map(({ id, title, sku, quantity, status }, at) => {
            const own = price !== null && price.length === units.length ? price[at] : undefined;
            return (
              <li key={`${id} ${at}`} class="line">
                <div>
                  <p>{title ?? (sku === null ? t("order.unit", { id: id ?? "" }) : t("order.item", { sku }))}</p>
                  <p>
                    {[title === null ? null : sku, status === null ? null : label("unit", status)]
                      .filter((part) => part !== null)
                      .join(" · ")}
                    {(quantity ?? 1) !== 1 && ` · ${t("order.pieces", { n: quantity ?? 1 })}`}
                  </p>
                </div>
                {own !== undefined && <span class="sum">{money(own.amount, own.currency)}</span>}
              </li>
            );
          })}
        </ul>
        {refund !== null && (
          <dl class="money">
            <dt>{t("order.refund")}</dt>
            <dd>{refundWords(refund)}</dd>
          </dl>
        )}
      </section>
      {lines.length > 0 && (
        <section class="addr">
          <address>
            {lines.map((line) => (
              <span key={line}>{line}</span>
            ))}
          </address>
          <Copy text={lines.join("\n")} what={t("order.address")} />
        </section>
      )}
    </>
  );
}

function Step({ name, at, kind = "" }: { name: string; at: DeskStamp | null; kind?: string }) {
  return (
    <div class={at === null ? "not" : kind}>
      <dt>{name}</dt>
      <dd>{at === null ? t("order.notYet") : <Stamp of={at} isShort />}</dd>
    </div>
  );
}

/** By what a buyer is known again in an account. */
const marksOf = ({ key: { account }, buyer: { id, email } }: DeskTicket): string[] =>
  [id === null ? "" : `id ${id}`, email === null ? "" : `email ${email}`]
    .filter((mark) => mark !== "")
    .map((mark) => `${account} ${mark}`);

/** The tickets of the list, by their buyers. */
const byBuyer = computed(() => {
  const found = new Map<string, string[]>();
  for (const name of shown.value) {
    const ticket = peekTicket(name);
    for (const mark of ticket === undefined ? [] : marksOf(ticket)) {
      const known = found.get(mark);
      if (known === undefined) found.set(mark, [name]);
      else known.push(name);
    }
  }
  return found;
});

/** Other tickets of the buyer, as far as the list has them; the rest is a search away. */
function SameBuyer({ ticket }: { ticket: DeskTicket }) {
  const { buyer, key } = ticket;
  const own = nameOf(key);
  const same = new Set(marksOf(ticket).flatMap((mark) => byBuyer.value.get(mark) ?? []));
  same.delete(own);
  const found = [...same]
    .slice(0, 5)
    .map((name) => ticketOf(name))
    .filter((other) => other !== undefined);
  const words = buyer.email ?? buyer.name ?? buyer.id;
  if (words === null) return null;
  return (
    <section>
      <h3>{t("sameBuyer")}</h3>
      <ul class="same">
        {found.map((other) => (
          <li key={nameOf(other.key)}>
            <button type="button" class="link" onClick={() => go({ open: nameOf(other.key) })}>
              {kindOf(other)}
            </button>
            <span class="quiet">{other.updated !== null && <Stamp of={other.updated} isShort />}</span>
          </li>
        ))}
        <li>
          <button type="button" class="link" onClick={() => go({ query: words, open: own })}>
            {t("sameBuyer.all", { who: buyerOf(ticket) })}
          </button>
        </li>
      </ul>
    </section>
  );
}

/** Actions that no marketplace without them is expected to have. */
const SELDOM = new Set([
  "changeType",
  "confirmReturn",
  "sentForReturn",
  "returnInfo",
  "returnCode",
  "create",
  "interimNotice",
]);
/** What has a place of its own on the page. */
const ELSEWHERE = new Set(["reply", "done", "snooze", "note", "assign"]);

function Can({ read }: { read: DeskRead }) {
  const rank = ({ allowed }: DeskChoice) => (allowed === true ? 0 : allowed === "maybe" ? 1 : 2);
  const all = read.actions
    .filter(
      ({ action, allowed, why }) =>
        !ELSEWHERE.has(action) &&
        !(allowed === false && (why === "not_offered" || why === "wrong_type") && SELDOM.has(action)),
    )
    .sort((a, b) => rank(a) - rank(b));
  return (
    <section>
      <h3>{t("can")}</h3>
      <ul class="can">
        {all.map((choice) => (
          <Able key={choice.action} read={read} choice={choice} />
        ))}
      </ul>
    </section>
  );
}

function Able({ read, choice }: { read: DeskRead; choice: DeskChoice }) {
  const { action, allowed, why, effect } = choice;
  const { marketplace } = read.ticket;
  const words = actionWords(marketplace, action);
  const reason = tFirst([`why.${marketplace}.${action}.${why}`, `why.${marketplace}.${action}`, `why.${why}`]);
  if (allowed === false) {
    return (
      <li class="no">
        <Icon name="no" />
        <span>
          {words}
          <small>{reason}</small>
        </span>
      </li>
    );
  }
  const isGrave = effect === "money" || effect === "final";
  return (
    <li class={isGrave ? "money-act" : ""}>
      <Icon name={effect === "money" ? "coin" : "done"} />
      <span>
        <button type="button" onClick={() => open(choice)}>
          {words}
        </button>
        <small>{effectWords(read, choice)}</small>
        {allowed === "maybe" && <small class="quiet">{reason}</small>}
      </span>
    </li>
  );
}

function open({ action }: DeskChoice): void {
  if (action === "interimNotice") {
    document.querySelector<HTMLElement>(".write-tabs button:nth-child(2)")?.click();
  } else {
    asking.value = action;
  }
}
