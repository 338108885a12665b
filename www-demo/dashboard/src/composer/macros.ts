/** Texts that are used again and again. A person's own are kept with the drafts. */
import type { DeskTicket } from "seller-tickets/desk";
import { fill, formOf } from "../state/forms";
import { session } from "../state/session";
import { buyerOf, languageOf } from "../words/ticket";

export interface Macro {
  name: string;
  text: string;
  /** The language that it is written in; empty for one of the person's own. */
  language: string;
}

const READY: readonly Macro[] = [
  {
    name: "Teile nachsenden",
    language: "de",
    text: "Guten Tag,\n\nbitte entschuldigen Sie die Umstände. Die fehlenden Teile gehen heute an Sie. Ihre Sendungsnummer: ‹Sendungsnummer›.\n\nFreundliche Grüße\n{me}",
  },
  {
    name: "Lieferung verfolgen",
    language: "de",
    text: "Guten Tag,\n\nIhre Bestellung {order} ist unterwegs. Sie können sie hier verfolgen: ‹Link zur Sendung›.\n\nFreundliche Grüße\n{me}",
  },
  {
    name: "Missing parts",
    language: "en",
    text: "Hello {buyer},\n\nwe are sorry for the trouble. The missing parts leave today. Your tracking number: ‹tracking number›.\n\nKind regards\n{me}",
  },
  {
    name: "Ask for details",
    language: "en",
    text: "Hello {buyer},\n\nthank you for writing. So that we can help, please tell us ‹question›.\n\nKind regards\n{me}",
  },
  {
    name: "Devolução",
    language: "pt",
    text: "Olá, {buyer}!\n\nSentimos muito pelo ocorrido. O código de devolução é ‹código de devolução›. Assim que o produto chegar, seguimos com a solução.\n\nAtenciosamente,\n{me}",
  },
  {
    name: "Rastreio",
    language: "pt",
    text: "Olá, {buyer}!\n\nSeu pedido {order} está a caminho. O código de rastreio é ‹código de rastreio›.\n\nAtenciosamente,\n{me}",
  },
  {
    name: "Onderdelen nasturen",
    language: "nl",
    text: "Beste {buyer},\n\nexcuses voor het ongemak. De ontbrekende onderdelen gaan vandaag op de post. Uw trackingnummer: ‹trackingnummer›.\n\nMet vriendelijke groet,\n{me}",
  },
];

const NAME = "macros";
const EMPTY: { own: Macro[] } = { own: [] };

/** The macros, those in the buyer's language first. */
export function macrosFor(ticket: DeskTicket | undefined): Macro[] {
  const language = ticket === undefined ? "" : (languageOf(ticket) ?? "").slice(0, 2);
  const rank = (macro: Macro) => (macro.language === "" ? 0 : macro.language === language ? 1 : 2);
  return [...formOf(NAME, EMPTY).own, ...READY].sort((a, b) => rank(a) - rank(b));
}

/** Returns a macro's text for this ticket. Unknown values stay blanks. */
export function filled({ text }: Macro, ticket: DeskTicket | undefined): string {
  const known: Record<string, string | null | undefined> = {
    buyer: ticket?.buyer.name == null ? null : buyerOf(ticket),
    order: ticket?.order?.number,
    number: ticket?.number,
    me: session.peek()?.person,
  };
  return text.replace(/\{(\w+)\}/g, (_, name: string) => known[name] ?? `‹${name}›`);
}

/** Keeps a text as a macro of the person's own, under its first words; many letters begin alike. */
export function addMacro(text: string): void {
  const { own } = formOf(NAME, EMPTY);
  if (own.some((macro) => macro.text === text)) return;
  const begin = text.trim().split(/\s+/).slice(0, 6).join(" ").slice(0, 40);
  const names = new Set([...own, ...READY].map(({ name }) => name));
  let name = begin;
  for (let count = 2; names.has(name); count += 1) name = `${begin} ${count}`;
  fill(NAME, { own: [...own, { name, text, language: "" }] });
}

export function removeMacro(name: string): void {
  fill(NAME, { own: formOf(NAME, EMPTY).own.filter((macro) => macro.name !== name) });
}
