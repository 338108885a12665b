/** What a ticket is called, in words. */
import type { DeskRefund, DeskTicket } from "seller-tickets/desk";
import { label, money, number, percent, t, tFirst } from "./index";

/** The buyer, by the best name there is. */
export function buyerOf({ buyer, role, marketplace }: DeskTicket): string {
  const name = buyer.name ?? buyer.email ?? (buyer.id === null ? null : t("buyer.id", { id: buyer.id }));
  return name ?? (role === "requester" ? tFirst([`requester.${marketplace}`, "requester"]) : t("buyer.unknown"));
}

/** What the ticket is about: its kind, or the marketplace's own word for an unknown one. */
export function kindOf({ kind, remoteReason }: DeskTicket): string {
  return kind === "unknown" && remoteReason !== null ? label("kind", remoteReason) : label("kind", kind);
}

const STOREFRONTS: Record<string, string> = { at: "de", cz: "cs", de: "de", fr: "fr", it: "it", pl: "pl", sk: "sk" };

/** The language that the buyer writes, as far as it is told; for screen readers and spelling. */
export function languageOf({ locale, storefront, marketplace }: DeskTicket): string | undefined {
  if (locale !== null) return locale.replace("_", "-");
  if (marketplace === "magalu") return "pt-BR";
  return storefront === null ? undefined : STOREFRONTS[storefront];
}

/** What a refund asks for. */
export function refundWords({ type, value, unit, currency }: DeskRefund): string {
  if (value === null || unit === "unknown") return label("refund", type);
  if (unit === "percent") return percent(value);
  return unit === "money" ? money(value, currency) : number(Number(value));
}

const THANKS =
  /^(super|vielen dank|danke|dankesch.n|thank(s| you)|perfect|great|obrigad[oa]|valeu|bedankt|dank je|top)\b/i;

/** Whether the buyer's last words are short thanks, so that most likely no answer is needed. */
export function looksDone({ preview, turn }: DeskTicket): boolean {
  if (preview === null || preview.from !== "buyer" || turn !== "seller") return false;
  const text = preview.text.trim();
  return text.length < 60 && !text.includes("?") && THANKS.test(text);
}
