/** ClickBank: what a refund comes to, before it is paid back. */

import { useEffect, useState } from "preact/hooks";
import type { ClickBankGetRefundAmountsParams, ClickBankRefundAmounts } from "seller-tickets";
import { AskFoot } from "../parts/ask-foot";
import { Field, Pick, Tick } from "../parts/field";
import { Modal } from "../parts/modal";
import { ProblemBox } from "../parts/problem";
import { asking } from "../state/asking";
import { now } from "../state/clock";
import { act, endTicket } from "../state/deeds";
import { type Problem, problemOf } from "../state/desk";
import { fill, formOf } from "../state/forms";
import { nameOf } from "../state/keys";
import { moment, money, t } from "../words";
import { meaningOf, valuesOf } from "../words/meanings";
import { decimalText } from "../words/numbers";
import { refundWords } from "../words/ticket";
import type { AskProps, NewProps, Panel, SideProps } from "./contract";
import { Create } from "./create";

/** The client is loaded with its module when amounts are asked for. */
async function amountsOf(account: string, receipt: string, params: ClickBankGetRefundAmountsParams) {
  const { ClickBank } = await import("seller-tickets/clickbank");
  // A longer wait is counted down on the screen, and not sat through.
  const client = new ClickBank({ gateway: `/api/accounts/${account}`, totalTimeoutMs: 10_000 });
  return client.getRefundAmounts(receipt, params);
}

interface Asked {
  account: string;
  receipt: string;
  extent: string;
  amount: string;
}

/** What a refund comes to, as ClickBank says it. */
function Amounts({ account, receipt, extent, amount }: Asked) {
  const [found, setFound] = useState<ClickBankRefundAmounts | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    let isOver = false;
    setFound(null);
    setProblem(null);
    if (receipt === "" || extent === "" || (extent !== "FULL" && amount === "")) return;
    const params = { refundType: extent, ...(extent === "FULL" ? {} : { refundAmount: amount }) };
    // Whoever types an amount is not asked for at every digit.
    const timer = setTimeout(() => {
      amountsOf(account, receipt, params as ClickBankGetRefundAmountsParams).then(
        (amounts) => isOver || setFound(amounts),
        (error: unknown) => isOver || setProblem(problemOf(error)),
      );
    }, 400);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [account, receipt, extent, amount, round]);
  if (problem !== null) return <ProblemBox of={problem} onRetry={() => setRound(round + 1)} />;
  if (found === null) return null;
  const { customerAmount, customerCurrency, productAmount, productCurrency, usdAmount } = found;
  const lines = [
    [t("clickbank.customerGets"), customerAmount, customerCurrency],
    [t("clickbank.productCurrency"), productAmount, productCurrency],
    [t("clickbank.dollars"), usdAmount, "USD"],
  ] as const;
  return (
    <dl class="money" aria-label={t("clickbank.comesTo")}>
      {lines.map(([name, value, currency]) =>
        value == null ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{money(value, currency)}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

function Side({ read, account }: SideProps) {
  const { ticket } = read;
  const { refund, due, order } = ticket;
  const [isShown, setShown] = useState(false);
  if (ticket.state === "closed" || ticket.kind !== "refund" || refund === null || due === null) return null;
  return (
    <section class="ask-money">
      <p>
        {t(due.at < now.value ? "clickbank.wasDue" : "clickbank.paidBack", {
          refund: refundWords(refund),
          when: moment(due.at),
        })}
      </p>
      {isShown ? (
        <Amounts account={account} receipt={order?.number ?? ""} extent={refund.type} amount={refund.value ?? ""} />
      ) : (
        <button type="button" onClick={() => setShown(true)}>
          {t("clickbank.showAmounts")}
        </button>
      )}
      <div class="row2">
        <button type="button" onClick={() => (asking.value = "close")}>
          {t("clickbank.payNothing")}
        </button>
        <button type="button" onClick={() => endTicket(true)}>
          {t("clickbank.letItBe")}
        </button>
      </div>
    </section>
  );
}

const EMPTY = { receipt: "", sku: "", type: "rfnd", reason: "", extent: "", amount: "", text: "", keeps: false };
type Values = typeof EMPTY;

const PREFIX: Record<string, string> = {
  rfnd: "ticket.type.refund.",
  cncl: "ticket.type.cancel.",
  tech: "ticket.type.tech_support.",
};

/** The fields of a new ticket as the method takes them. */
function moreOf({ sku, type, reason, extent, amount, keeps }: Values): Record<string, unknown> {
  const isRefund = type === "rfnd";
  const given = {
    sku,
    reason,
    refundType: isRefund ? extent : "",
    refundAmount: isRefund && extent.startsWith("PARTIAL") ? decimalText(amount) : "",
  };
  const filled = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ""));
  return isRefund && keeps ? { ...filled, retainSubscription: true } : filled;
}

interface FieldsProps {
  values: Values;
  set: (change: Partial<Values>) => void;
  account: string;
  receipt: string;
  extents: readonly string[];
  fault: (field: string) => string | undefined;
}

function Fields({ values, set, account, receipt, extents, fault }: FieldsProps) {
  const reasons = valuesOf("clickbank", "Reason").filter((one) => one.startsWith(PREFIX[values.type] ?? "-"));
  const isPart = values.extent.startsWith("PARTIAL");
  return (
    <>
      <Pick
        label={t("new.reason")}
        none={t("ask.choose")}
        value={values.reason}
        fault={fault("reason")}
        onChange={(reason) => set({ reason })}
        options={reasons.map((one) => [one, meaningOf("clickbank", "Reason", one)])}
      />
      {values.type === "rfnd" && (
        <>
          <Pick
            label={t("clickbank.howMuch")}
            none={t("ask.choose")}
            value={values.extent}
            fault={fault("refundType")}
            onChange={(extent) => set({ extent })}
            options={extents.map((one) => [one, meaningOf("clickbank", "RefundType", one)])}
          />
          {isPart && (
            <Field
              label={values.extent === "PARTIAL_PERCENT" ? t("clickbank.percent") : t("clickbank.amount")}
              value={values.amount}
              fault={fault("refundAmount")}
              onChange={(amount) => set({ amount })}
              mode="decimal"
            />
          )}
          <Tick checked={values.keeps} onChange={(keeps) => set({ keeps })}>
            {t("clickbank.keepSubscription")}
          </Tick>
          <Amounts account={account} receipt={receipt} extent={values.extent} amount={decimalText(values.amount)} />
        </>
      )}
      <Field
        label={t("ask.textOptional")}
        value={values.text}
        fault={fault("comment") ?? fault("text")}
        rows={3}
        onChange={(text) => set({ text })}
      />
    </>
  );
}

/** A refund for the receipt of a ticket: it pays back, so what it comes to is shown before. */
function Refund({ read, choice, onClose }: AskProps) {
  const { ticket } = read;
  const name = `ask ${nameOf(ticket.key)} refund`;
  const values = formOf(name, EMPTY);
  const [isStrict, setStrict] = useState(false);
  const set = (change: Partial<Values>) => fill<Values>(name, change);
  const missing: Record<string, boolean> = {
    reason: values.reason === "",
    refundType: values.extent === "",
    refundAmount: values.extent.startsWith("PARTIAL") && values.amount === "",
  };
  const run = () => {
    setStrict(true);
    if (Object.values(missing).includes(true)) return;
    onClose();
    const { refundType: _, ...more } = moreOf(values);
    const text = values.text === "" ? {} : { text: values.text };
    void act("refund", { ...text, choice: values.extent, more }, { name, values });
  };
  return (
    <Modal title={t("clickbank.refundTitle")} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          run();
        }}
      >
        <p class="money-words">{t("effect.clickbank.refund")}</p>
        <Fields
          values={values}
          set={set}
          account={ticket.key.account}
          receipt={ticket.order?.number ?? ""}
          extents={choice.limits.choices}
          fault={(field) => (isStrict && missing[field] === true ? t("ask.choose") : undefined)}
        />
        <AskFoot words={t("action.clickbank.refund")} onClose={onClose} />
      </form>
    </Modal>
  );
}

function New({ account }: NewProps) {
  const name = `new ${account}`;
  const values = formOf(name, { ...EMPTY, type: "" });
  const set = (change: Partial<Values>) => fill<Values>(name, change);
  const labels = {
    ...{
      receipt: t("clickbank.receipt"),
      sku: t("clickbank.item"),
      type: t("clickbank.type"),
      reason: t("new.reason"),
    },
    ...{ refundType: t("clickbank.howMuch"), refundAmount: t("clickbank.amount"), comment: t("ask.textOptional") },
  };
  const make = () => [
    {
      ...(values.text === "" ? {} : { text: values.text }),
      ...(values.type === "" ? {} : { choice: values.type }),
      more: { receipt: values.receipt, ...moreOf(values) },
    },
  ];
  return (
    <Create account={account} title={t("new.ticket")} form={{ name, values }} make={make} labels={labels}>
      {(fault) => (
        <>
          <Field
            label={labels.receipt}
            value={values.receipt}
            fault={fault("receipt")}
            onChange={(receipt) => set({ receipt })}
          />
          <Field
            label={labels.sku}
            hint={t("clickbank.itemHint")}
            value={values.sku}
            fault={fault("sku")}
            onChange={(sku) => set({ sku })}
          />
          <Pick
            label={labels.type}
            none={t("ask.choose")}
            value={values.type}
            fault={fault("type")}
            onChange={(type) => set({ type, reason: "" })}
            options={valuesOf("clickbank", "TypeCode").map((one) => [one, meaningOf("clickbank", "TypeCode", one)])}
          />
          <Fields
            values={values}
            set={set}
            account={account}
            receipt={values.receipt}
            extents={valuesOf("clickbank", "RefundType")}
            fault={fault}
          />
        </>
      )}
    </Create>
  );
}

/** What the refund of a ticket comes to, where an action pays it or takes it back. */
function Money({ read, choice }: AskProps) {
  const { refund, order, key } = read.ticket;
  const isFull = choice.action === "changeType" || refund === null;
  if (choice.effect !== "money" || choice.action === "create" || order === null) return null;
  const [extent, amount] = isFull ? ["FULL", ""] : [refund.type, refund.value ?? ""];
  return (
    <div>
      <p>{t("clickbank.refundOf")}</p>
      <Amounts account={key.account} receipt={order.number ?? ""} extent={extent} amount={amount} />
    </div>
  );
}

export const panel: Panel = { Side, Money, asks: { refund: Refund }, New };
