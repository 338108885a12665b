/** Magalu: the events and return codes of a ticket, and a new one. */
import type { DeskStamp } from "seller-tickets/desk";
import { Copy } from "../parts/copy";
import { Field, Pick } from "../parts/field";
import { When } from "../parts/time";
import { fill, formOf } from "../state/forms";
import { t } from "../words";
import { meaningOf, valuesOf } from "../words/meanings";
import { wholeNumber } from "../words/numbers";
import type { NewProps, Panel, SideProps } from "./contract";
import { Create } from "./create";

interface Raw {
  events?: { type?: string; created_at?: DeskStamp["wire"] }[] | null;
  returns?: { reverse_code?: string; created_at?: string }[] | null;
}

/** A time of Magalu's; without a zone it is read as UTC, as the desk does. */
function Told({ time }: { time: string | undefined }) {
  if (time === undefined) return null;
  const at = Date.parse(/[Zz]|[+-]\d\d:?\d\d$/.test(time) ? time : `${time}Z`);
  return <span class="quiet">{Number.isNaN(at) ? time : <When at={at} isShort />}</span>;
}

function Side({ read }: SideProps) {
  const { events, returns } = (read.raw ?? {}) as Raw;
  const all = [...(events ?? [])];
  const codes = returns ?? [];
  return (
    <>
      {all.length > 0 && (
        <section>
          <h3>{t("magalu.events")}</h3>
          <ul class="same">
            {all.map(({ type = "", created_at }, at) => (
              <li key={`${type} ${at}`}>
                <span>{meaningOf("magalu", "EventType", type)}</span>
                <Told time={created_at} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {codes.length > 0 && (
        <section>
          <h3>{t("magalu.returns")}</h3>
          <ul class="same">
            {codes.map(({ reverse_code = "", created_at }) => (
              <li key={reverse_code}>
                <span>
                  <code>{reverse_code}</code> <Copy text={reverse_code} what={t("magalu.returnCode")} />
                </span>
                <Told time={created_at} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

const EMPTY = {
  ...{ type: "", reason: "", orderId: "", orderCode: "", deliveryId: "", sellerId: "", sellerName: "" },
  ...{ channelId: "", channelAlias: "", itemId: "", sku: "", itemName: "", quantity: "1" },
};
type Values = typeof EMPTY;

function moreOf(values: Values): Record<string, unknown> {
  const item = {
    ...{ id: values.itemId, sku: values.sku, external_sku: "", name: values.itemName, description: "", image: "" },
    quantity: wholeNumber(values.quantity),
  };
  return {
    ...(values.reason === "" ? {} : { reason: values.reason }),
    channel: { id: values.channelId, alias: values.channelAlias },
    order: {
      ...{ id: values.orderId, code: values.orderCode },
      delivery: { id: values.deliveryId, seller: { id: values.sellerId, name: values.sellerName }, items: [item] },
    },
  };
}

/** The texts of the form, with the fields that the rules know them by. */
const TEXTS = [
  ["orderId", "order.id"],
  ["orderCode", "order.code"],
  ["deliveryId", "order.delivery.id"],
  ["sellerId", "order.delivery.seller.id"],
  ["sellerName", "order.delivery.seller.name"],
  ["channelId", "channel.id"],
  ["channelAlias", "channel.alias"],
  ["itemId", "order.delivery.items[0].id"],
  ["sku", "order.delivery.items[0].sku"],
  ["itemName", "order.delivery.items[0].name"],
  ["quantity", "order.delivery.items[0].quantity"],
] as const;

function New({ account }: NewProps) {
  const name = `new ${account}`;
  const values = formOf(name, EMPTY);
  const set = (change: Partial<Values>) => fill<Values>(name, change);
  const labels: Record<string, string> = {
    ...{ type: t("magalu.type"), reason: t("new.reason") },
    ...Object.fromEntries(TEXTS.map(([own, field]) => [field, t(`magalu.${own}`)])),
  };
  const make = () => [{ ...(values.type === "" ? {} : { choice: values.type }), more: moreOf(values) }];
  const pick = (own: "type" | "reason", list: string) => (
    <Pick
      label={labels[own] ?? ""}
      none={t("ask.choose")}
      value={values[own]}
      onChange={(value) => set({ [own]: value })}
      options={valuesOf("magalu", list).map((one) => [one, meaningOf("magalu", list, one)])}
    />
  );
  return (
    <Create account={account} title={t("new.ticket")} form={{ name, values }} make={make} labels={labels}>
      {(fault) => (
        <>
          <p class="quiet">{t("magalu.newHint")}</p>
          {pick("type", "TicketType")}
          {pick("reason", "TicketReason")}
          {TEXTS.map(([own, field]) => (
            <Field
              key={own}
              label={labels[field] ?? ""}
              value={values[own]}
              fault={fault(field)}
              onChange={(value) => set({ [own]: value })}
            />
          ))}
        </>
      )}
    </Create>
  );
}

export const panel: Panel = { Side, New };
