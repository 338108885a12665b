/** Kaufland: a new ticket about units of an order. */
import { Field, Pick } from "../parts/field";
import { fill, formOf } from "../state/forms";
import { t } from "../words";
import { meaningOf, valuesOf } from "../words/meanings";
import { wholeNumber } from "../words/numbers";
import type { NewProps, Panel } from "./contract";
import { Create } from "./create";

const EMPTY = { units: "", reason: "", text: "" };
type Values = typeof EMPTY;

function New({ account }: NewProps) {
  const name = `new ${account}`;
  const values = formOf(name, EMPTY);
  const set = (change: Partial<Values>) => fill<Values>(name, change);
  const args = () => ({
    ...(values.text === "" ? {} : { text: values.text }),
    ...(values.reason === "" ? {} : { choice: values.reason }),
    more: {
      id_order_unit: values.units
        .split(/[\s,;]+/)
        .filter((part) => part !== "")
        .map(wholeNumber),
    },
  });
  const labels = { id_order_unit: t("new.units"), reason: t("new.reason"), message: t("new.message") };
  return (
    <Create account={account} title={t("new.ticket")} form={{ name, values }} make={() => [args()]} labels={labels}>
      {(fault) => (
        <>
          <Field
            label={labels.id_order_unit}
            hint={t("new.unitsHint")}
            value={values.units}
            fault={fault("id_order_unit")}
            onChange={(units) => set({ units })}
            mode="numeric"
          />
          <Pick
            label={labels.reason}
            none={t("ask.choose")}
            value={values.reason}
            fault={fault("reason")}
            onChange={(reason) => set({ reason })}
            options={valuesOf("kaufland", "TicketReason").map((one) => [
              one,
              meaningOf("kaufland", "TicketReason", one),
            ])}
          />
          <Field
            label={labels.message}
            value={values.text}
            fault={fault("message") ?? fault("text")}
            rows={6}
            onChange={(text) => set({ text })}
          />
        </>
      )}
    </Create>
  );
}

export const panel: Panel = { New };
