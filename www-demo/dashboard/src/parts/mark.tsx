import type { MarketplaceId } from "seller-tickets";
import { accountOf } from "../state/session";

const MARKS: Record<MarketplaceId, [letters: string, class_: string]> = {
  kaufland: ["KF", "kf"],
  clickbank: ["CB", "cb"],
  magalu: ["MG", "mg"],
  "jtl-scx": ["JT", "jt"],
  probo: ["PB", "pb"],
};

const NAMES: Record<MarketplaceId, string> = {
  kaufland: "Kaufland",
  clickbank: "ClickBank",
  magalu: "Magalu",
  "jtl-scx": "JTL-SCX",
  probo: "Probo",
};

export const marketplaceName = (id: MarketplaceId): string => NAMES[id] ?? id;

/** The account's marketplace in two letters and a colour. */
export function Mark({ account, isSmall = false }: { account: string; isSmall?: boolean }) {
  const info = accountOf(account);
  const [letters, own] = MARKS[info?.marketplace ?? "kaufland"] ?? ["??", ""];
  const name = info?.label ?? account;
  return (
    <span class={`mark ${own} ${isSmall ? "small" : ""}`} role="img" aria-label={name} title={name}>
      {letters}
    </span>
  );
}
