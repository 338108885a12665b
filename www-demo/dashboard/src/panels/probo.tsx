/** Probo: a complaint, which becomes one ticket for each reason, solution and group of products. */

import { useState } from "preact/hooks";
import type { MixedComplaint } from "seller-tickets";
import { Field, Pick } from "../parts/field";
import { fill, formOf } from "../state/forms";
import { session } from "../state/session";
import { sayError, t } from "../words";
import { meaningOf, valuesOf } from "../words/meanings";
import { wholeNumber } from "../words/numbers";
import type { NewProps, Panel } from "./contract";
import { Create, type Given } from "./create";

const PRODUCT = { id: "", amount: "1", reason: "", suggested_solution: "", photos: "" };
const EMPTY = { order_id: "", id: "", contact_email: "", description: "", products: [PRODUCT] };
type Values = typeof EMPTY;
type Product = typeof PRODUCT;

/** What was filled in, without what was left empty. */
const filled = (values: Record<string, string>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim() !== ""));

function mixedOf({ order_id, id, products, ...rest }: Values): MixedComplaint {
  return {
    order_id,
    id,
    ...filled(rest),
    products: products.map(({ id: number, amount, photos, ...own }) => {
      const files = photos.split(/\s+/).filter((address) => address !== "");
      return {
        // An id with a leading zero is text.
        id: number.startsWith("0") ? number : wholeNumber(number),
        amount: wholeNumber(amount),
        ...filled(own),
        ...(files.length > 0 ? { files: files.map((uri) => ({ uri })) } : {}),
      };
    }),
  } as MixedComplaint;
}

/** The package knows how a mixed complaint is split; all rules are checked with it. */
async function make(account: string, values: Values): Promise<Given[]> {
  const { Probo } = await import("seller-tickets/probo");
  const complaints = new Probo({ gateway: `/api/accounts/${account}` }).splitComplaints(mixedOf(values));
  return complaints.map(({ description, reason, ...more }) => ({
    ...(description === undefined ? {} : { text: description }),
    choice: reason,
    more: { ...more },
  }));
}

function New({ account }: NewProps) {
  const name = `new ${account}`;
  const values = formOf(name, EMPTY);
  const set = (change: Partial<Values>) => fill<Values>(name, change);
  // A photo may arrive when the rest has been written on.
  const changeBy = (at: number, by: (product: Product) => Partial<Product>) => {
    const { products } = formOf(name, EMPTY);
    set({ products: products.map((one, index) => (index === at ? { ...one, ...by(one) } : one)) });
  };
  const change = (at: number, change: Partial<Product>) => changeBy(at, () => change);
  const addPhoto = (at: number, address: string) =>
    changeBy(at, ({ photos }) => ({ photos: [photos, address].filter((line) => line !== "").join("\n") }));
  const labels = {
    ...{ order_id: t("probo.order"), id: t("probo.id"), contact_email: t("probo.email") },
    ...{ description: t("probo.description"), products: t("probo.products") },
  };
  return (
    <Create
      account={account}
      title={t("probo.title")}
      form={{ name, values }}
      make={() => make(account, values)}
      labels={labels}
    >
      {(fault) => (
        <>
          <Field
            label={labels.order_id}
            hint={t("probo.orderHint")}
            value={values.order_id}
            fault={fault("order_id")}
            onChange={(order_id) => set({ order_id })}
          />
          <Field
            label={labels.id}
            hint={t("probo.idHint")}
            value={values.id}
            fault={fault("id")}
            onChange={(id) => set({ id })}
          />
          <Field
            label={labels.contact_email}
            hint={t("probo.emailHint")}
            value={values.contact_email}
            fault={fault("contact_email")}
            onChange={(contact_email) => set({ contact_email })}
            mode="email"
          />
          <Field
            label={labels.description}
            value={values.description}
            fault={fault("description") ?? fault("text")}
            rows={4}
            onChange={(description) => set({ description })}
          />
          {values.products.map((product, at) => (
            <fieldset key={at} class="card">
              <legend>{t("probo.product", { n: at + 1 })}</legend>
              <Field
                label={t("probo.productId")}
                value={product.id}
                fault={fault(`products[${at}].id`)}
                onChange={(id) => change(at, { id })}
              />
              <Field
                label={t("probo.amount")}
                value={product.amount}
                fault={fault(`products[${at}].amount`)}
                onChange={(amount) => change(at, { amount })}
                mode="numeric"
              />
              <Pick
                label={t("new.reason")}
                none={t("ask.choose")}
                value={product.reason}
                fault={fault(`products[${at}].reason`)}
                onChange={(reason) => change(at, { reason })}
                options={valuesOf("probo", "ComplaintReason").map((one) => [
                  one,
                  meaningOf("probo", "ComplaintReason", one),
                ])}
              />
              <Pick
                label={t("probo.solution")}
                none={t("ask.choose")}
                value={product.suggested_solution}
                fault={fault(`products[${at}].suggested_solution`)}
                onChange={(suggested_solution) => change(at, { suggested_solution })}
                options={valuesOf("probo", "ComplaintSolution").map((one) => [
                  one,
                  meaningOf("probo", "ComplaintSolution", one),
                ])}
              />
              <Photos
                product={product}
                fault={fault(`products[${at}].files`)}
                onChange={(photos) => change(at, { photos })}
                onAdd={(address) => addPhoto(at, address)}
              />
              {values.products.length > 1 && (
                <button
                  type="button"
                  onClick={() => set({ products: values.products.filter((_, index) => index !== at) })}
                >
                  {t("probo.removeProduct")}
                </button>
              )}
            </fieldset>
          ))}
          <button type="button" onClick={() => set({ products: [...values.products, PRODUCT] })}>
            {t("probo.addProduct")}
          </button>
        </>
      )}
    </Create>
  );
}

/** Stores a photo, and returns the address under which Probo can fetch it. */
async function storePhoto(file: File): Promise<string> {
  const response = await fetch("/photos", { method: "POST", body: file });
  const body = (await response.json()) as { url?: string; error?: unknown };
  if (!response.ok || body.url === undefined) throw body.error;
  return body.url;
}

interface PhotosProps {
  product: Product;
  fault: string | undefined;
  onChange: (photos: string) => void;
  /** Adds the address of a photo that was stored. */
  onAdd: (address: string) => void;
}

function Photos({ product, fault, onChange, onAdd }: PhotosProps) {
  const [said, setSaid] = useState("");
  const [isBusy, setBusy] = useState(false);
  const store = async (files: readonly File[]) => {
    setBusy(true);
    setSaid("");
    for (const file of files) {
      try {
        onAdd(await storePhoto(file));
      } catch (error) {
        setSaid(`${file.name}: ${sayError(error)}`);
      }
    }
    setBusy(false);
  };
  return (
    <>
      <Field
        label={t("probo.photos")}
        hint={t("probo.photosHint")}
        value={product.photos}
        fault={fault}
        rows={2}
        onChange={onChange}
      />
      {session.value?.photos === true && (
        <label class="button">
          {isBusy ? t("probo.uploading") : t("probo.upload")}
          <input
            type="file"
            class="hidden"
            multiple
            accept="image/jpeg,image/png,image/tiff,application/pdf"
            onChange={(event) => {
              void store([...(event.currentTarget.files ?? [])]);
              event.currentTarget.value = "";
            }}
          />
        </label>
      )}
      {said !== "" && (
        <p class="fault" role="alert">
          {said}
        </p>
      )}
    </>
  );
}

export const panel: Panel = { New };
