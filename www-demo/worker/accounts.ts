import type { DeskCounts, DeskListOptions, DeskPage, DeskTicket } from "seller-tickets/desk";

/**
 * The accounts that this demo can have, known to the Worker and to the page. The Worker has those
 * that it was given keys for. An account's id is the last part of its gateway path.
 */
export const ACCOUNTS = {
  "kf-de": { marketplace: "kaufland", label: "Kaufland" },
  cb: { marketplace: "clickbank", label: "ClickBank" },
  mg: { marketplace: "magalu", label: "Magalu" },
  jtl: { marketplace: "jtl-scx", label: "JTL-SCX" },
  pb: { marketplace: "probo", label: "Probo" },
} as const;

export type AccountId = keyof typeof ACCOUNTS;

/** The accounts' ids, in the order in which they are shown. */
export const ACCOUNT_IDS = Object.keys(ACCOUNTS) as AccountId[];

/** An account as a page is told of it. */
export interface OpenAccount {
  id: AccountId;
  marketplace: (typeof ACCOUNTS)[AccountId]["marketplace"];
  label: string;
}

/** What `/session` answers: who is signed in, until when, and what that opens. */
export type SessionAnswer =
  | { signed_in: false }
  | {
      signed_in: true;
      /** The name that was given at the sign-in. */
      person: string;
      /** ISO 8601. */
      expires: string;
      accounts: OpenAccount[];
      /** Whether photos for complaints can be uploaded. */
      photos: boolean;
    };

/** The list that the page shows first: a screen full of tickets. */
export const FIRST = { view: "todo", limit: 24 } as const satisfies DeskListOptions;

/**
 * What `/start` answers: who is signed in, and what the page shows that person first, so that it is
 * there after one request.
 */
export interface StartAnswer {
  session: SessionAnswer;
  /** `null` for no one, and when it could not be read: the page asks for it again then. */
  first: { asked: DeskListOptions; list: DeskPage<DeskTicket>; counts: DeskCounts } | null;
}

export function isAccount(id: unknown): id is AccountId {
  return typeof id === "string" && Object.hasOwn(ACCOUNTS, id);
}
