/** The pages of each account. */
import type { AccountId } from "../../worker/accounts";
import { market as clickbank } from "./clickbank";
import { market as jtlScx } from "./jtl-scx";
import { market as kaufland } from "./kaufland";
import { market as magalu } from "./magalu";
import type { Market } from "./market";
import { market as probo } from "./probo";

export const MARKETS: Record<AccountId, Market> = {
  "kf-de": kaufland,
  cb: clickbank,
  mg: magalu,
  jtl: jtlScx,
  pb: probo,
};
