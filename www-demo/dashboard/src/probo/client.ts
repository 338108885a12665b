import { Probo } from "seller-tickets";
import type { AccountId } from "../../../worker/accounts";
import { Vocabulary } from "../words";

export const ACCOUNT = "pb" satisfies AccountId;

/** No token is in the page: the gateway has it. */
export const probo = new Probo({ gateway: `/api/accounts/${ACCOUNT}` });

const FIELDS: Record<string, string> = {
  order_id: "the order",
  id: "the complaint's id",
  contact_email: "the contact address",
  reason: "the reason",
  suggested_solution: "the solution",
  products: "the list of products",
};
const PRODUCT_FIELDS: Record<string, string> = {
  id: "the product's id",
  amount: "the amount",
  reason: "the reason",
  suggested_solution: "the solution",
  files: "the list of photos",
};

/** A field of a complaint in words. */
function nameOf(field: string): string | undefined {
  if (/\.files\[\d+\]\.uri$/.test(field)) return "a photo's address";
  const own = /^products\[\d+\]\.(\w+)$/.exec(field)?.[1];
  return own === undefined ? FIELDS[field] : PRODUCT_FIELDS[own];
}

export const words = new Vocabulary<"ComplaintReason" | "ComplaintSolution" | "ComplaintStatus">("probo", { nameOf });
