/** The meanings of the marketplaces' values in English. Their texts are those of the Rust models. */

import { CLICKBANK, JTL_SCX, KAUFLAND, MAGALU, PROBO } from "../../generated/meanings.js";
import { type AllMeanings, catalogue, type Meanings } from "../../ground/meanings.js";

export const clickbank: Meanings<"clickbank"> = /* @__PURE__ */ catalogue<"clickbank">(CLICKBANK);
export const jtlScx: Meanings<"jtl-scx"> = /* @__PURE__ */ catalogue<"jtl-scx">(JTL_SCX);
export const kaufland: Meanings<"kaufland"> = /* @__PURE__ */ catalogue<"kaufland">(KAUFLAND);
export const magalu: Meanings<"magalu"> = /* @__PURE__ */ catalogue<"magalu">(MAGALU);
export const probo: Meanings<"probo"> = /* @__PURE__ */ catalogue<"probo">(PROBO);

export const byMarketplace: AllMeanings = { clickbank, "jtl-scx": jtlScx, kaufland, magalu, probo };
export default byMarketplace;
