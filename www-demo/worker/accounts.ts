/**
 * The accounts that this demo can have, known to the Worker and to the pages. An account's id is
 * the last part of its gateway path and the first of its pages' addresses. The Worker has those
 * that it was given keys for.
 */
export const ACCOUNTS = {
  "kf-de": "Kaufland",
  cb: "ClickBank",
  mg: "Magalu",
  jtl: "JTL-SCX",
  pb: "Probo",
} as const;

export type AccountId = keyof typeof ACCOUNTS;

/** The accounts' ids, in the order in which they are shown. */
export const ACCOUNT_IDS = Object.keys(ACCOUNTS) as AccountId[];

export function isAccount(id: unknown): id is AccountId {
  return typeof id === "string" && Object.hasOwn(ACCOUNTS, id);
}
