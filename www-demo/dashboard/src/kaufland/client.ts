import { Kaufland } from "seller-tickets";
import type { AccountId } from "../../../worker/accounts";

export const ACCOUNT = "kf-de" satisfies AccountId;

/** No keys are in the page: the gateway signs. */
export const kaufland = new Kaufland({ gateway: `/api/accounts/${ACCOUNT}` });
