/** Words for the person at the screen, in their language. */

import { READS } from "../generated/codes.js";
import type { ErrorKind, Sent, Violation } from "../generated/types.js";
import { localError } from "../ground/errors.js";
import type { Label, Locale } from "./catalogue.js";

/** A language: what `import de from "seller-tickets/locales/de"` gives, or the whole module. */
export type LocaleGiven = Locale | { readonly locale: Locale };

export interface DescribeOptions {
  /** The language: the default export of `seller-tickets/locales/<locale>`. */
  locale: LocaleGiven;
  /**
   * The label that the field with this path has on your page. With it, the words begin with the
   * label, so that they can stand apart from their field.
   */
  label?: Label | undefined;
}

/** What `describeError` reads of a `TicketError`, or of its JSON. */
type ErrorParts = Partial<{
  kind: ErrorKind;
  code: string;
  sent: Sent;
  endpoint: string;
  marketplace: string;
  retryable: boolean;
  retryAfterMs: number;
  violations: readonly Violation[];
}>;

/** What else changes nothing at a marketplace: methods of this side, and those of a desk. */
const OWN_READS =
  "downloadFile followTransaction session ticketReplies desk.actions desk.changed desk.changes desk.check desk.counts desk.file desk.list desk.read";

/** A method of a newer version counts as a write: its failure must not ask to repeat it unseen. */
const changesNothing = (endpoint: string): boolean => ` ${READS} ${OWN_READS} `.includes(` ${endpoint} `);

const own = <T>(table: Readonly<Record<string, T>>, name: unknown): T | undefined =>
  typeof name === "string" && Object.hasOwn(table, name) ? table[name] : undefined;

function localeOf(given: unknown): Locale {
  const locale = partsOf(given).locale ?? given;
  const found = locale as Partial<Locale> | null | undefined;
  if (typeof found?.say === "function" && typeof found.fill === "function") return found as Locale;
  const message = "`locale` is no catalogue: give the default export of `seller-tickets/locales/<locale>`";
  throw localError(undefined, { kind: "configuration", code: "invalid_options", message });
}

function partsOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/**
 * Returns what is wrong with an input, in words for the person who gave it: without paths of
 * fields, and without the names of options.
 *
 * ```ts
 * import { describe, validate } from "seller-tickets/kaufland";
 * import de from "seller-tickets/locales/de";
 *
 * const words = validate("kaufland", "createTicketMessage", id, { text }).map((violation) =>
 *   describe(violation, { locale: de }),
 * );
 * ```
 *
 * The code of a newer gateway gets general words.
 */
export function describe(violation: Violation, { locale, label }: DescribeOptions): string {
  const language = localeOf(locale);
  const { code, params, field } = partsOf(violation);
  const words = language.say(code, partsOf(params), label);
  const name = typeof field === "string" && field !== "" ? label?.(field) : undefined;
  return name ? language.labelled.replace(/\{(label|words)\}/g, (_, slot) => (slot === "label" ? name : words)) : words;
}

/** Mistakes in the set-up that have another kind. */
const SET_UP = /^(?:foreign_origin|no_route|not_a_gateway|redirect|request_refused|url_changed)$/;

/** The most violations that an error's words list. */
const MOST = 3;

function whatOf(locale: Locale, error: ErrorParts): string {
  const { kind, code, violations } = error;
  const sentences = Array.isArray(violations)
    ? violations.map((each) => locale.say(partsOf(each).code, partsOf(partsOf(each).params)))
    : [];
  // Those of options are for whoever wrote the program.
  if (kind === "validation" && sentences.length > 0) return [...new Set(sentences)].slice(0, MOST).join(" ");
  const group = typeof code === "string" && SET_UP.test(code) ? "configuration" : kind;
  const sentence = own(locale.errors, code) ?? own(locale.kinds, group) ?? locale.failure;
  return locale.fill(sentence, error) ?? locale.failure;
}

/**
 * Returns why a call failed and, after a write, whether the marketplace received it, in words for
 * the person at the screen. Anything that is not this package's error gets general words.
 */
export function describeError(error: unknown, { locale }: Pick<DescribeOptions, "locale">): string {
  const language = localeOf(locale);
  const parts = partsOf(error) as ErrorParts;
  const { code, endpoint, kind, retryable, sent } = parts;
  const final = own(language.finals, code);
  if (final !== undefined) return language.fill(final, parts) ?? language.failure;
  const sentences = [whatOf(language, parts)];
  const isWrite = typeof endpoint === "string" && endpoint !== "" && !changesNothing(endpoint);
  const told = isWrite ? own(language.sent, sent) : undefined;
  if (told !== undefined) sentences.push(told);
  // A write that may have been received must not be repeated unseen.
  const mayRepeat = retryable === true && (!isWrite || sent === "no");
  if (mayRepeat && kind !== "rate_limited") sentences.push(language.again);
  return sentences.join(" ");
}
