/** What a catalogue of words must hold. One without a sentence or a figure does not compile. */

import type { ViolationSlots } from "../generated/codes.js";
import type { ErrorKind, OwnErrorCode, Sent } from "../generated/types.js";

type All<U> = (U extends unknown ? (each: U) => void : never) extends (all: infer I) => void ? I : never;

/** A sentence that holds each of these. */
type Holds<S extends string> = [S] extends [never] ? string : All<S extends string ? `${string}${S}${string}` : never>;

/** The forms of a noun, by the category of its number in `Intl.PluralRules`. */
export type Forms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>;

/** The nouns that every catalogue counts with. */
type Noun = "characters" | "digits" | "decimals" | "items" | "files" | "days" | "mistakes";

/** The errors that have words of their own; all others have those of their kind. */
type SpokenCode = Extract<
  OwnErrorCode,
  | "already_read"
  | "body_broken"
  | "edge_page"
  | "no_connection"
  | "no_file"
  | "no_turn"
  | "not_allowed"
  | "not_authorized"
  | "not_resumable"
  | "not_stored"
  | "store_failed"
  | "ticket_changed"
  | "tokens_refused"
  | "too_late"
  | "unknown_letter"
  | "unknown_ticket"
>;

/** The errors whose words say themselves what became of the write. */
type FinalCode = Extract<
  OwnErrorCode,
  | "no_ticket_id"
  | "nonce_store_failed"
  | "repeated_request"
  | "transaction_cancelled"
  | "transaction_failed"
  | "transaction_pending"
  | "uploads_incomplete"
>;

/** The label of a field. */
export type Label = (field: string) => string | undefined;

/** The figures of a sentence by their names. */
export type Given = Readonly<Record<string, unknown>>;

/**
 * The words of one language. A sentence has its figures in
 * braces, each with the form in which it is shown:
 *
 * - `{value}`: a text as it is, or a number as the language writes it
 * - `{max characters}`: a number with its noun
 * - `{max bytes}`, `{min percent}`, `{value decimal}`: a size, a percentage, a decimal number
 * - `{file}`, `{marketplace}`: a name; where it is missing, the word for "the file" as at the
 *   beginning of a sentence, so a sentence begins with it
 * - `{found kind}`, `{allowed kinds}`: a kind of file, and a list of kinds
 * - `{other field}`: the label of another field
 * - `{retryAfterMs in}`: "in 5 minutes"
 *
 * A part in brackets drops out when one of its figures is missing; what stands behind a bar takes
 * its place.
 */
export interface Catalogue {
  /** The language, as `Intl` knows it. */
  readonly tag: string;
  /** Words for each rule that a person can break. */
  readonly violations: { readonly [C in keyof ViolationSlots]: Holds<ViolationSlots[C]> };
  /** Words for a rule that this version does not know. */
  readonly rule: string;
  /** Words for a rule that a program broke. */
  readonly program: string;
  /** A label and the words about its field. */
  readonly labelled: Holds<"{label}" | "{words}">;
  /** Words for an error by its kind. */
  readonly kinds: Readonly<Record<ErrorKind, string>>;
  readonly errors: Readonly<Record<SpokenCode, string>>;
  readonly finals: Readonly<Record<FinalCode, string>>;
  /** Words for anything else that went wrong. */
  readonly failure: string;
  /** Whether a write was received. */
  readonly sent: Readonly<Record<Sent, string>>;
  /** That the same can be tried again. */
  readonly again: string;
  readonly nouns: Readonly<Record<Noun, Forms> & Record<string, Forms>>;
  /** The kinds of files. `{name}` is the name of a format: JPEG, Word. */
  readonly files: {
    readonly picture: Holds<"{name}">;
    readonly video: Holds<"{name}">;
    readonly file: Holds<"{name}">;
    /** A file of another kind. */
    readonly other: string;
    /** All pictures, in a list of kinds. */
    readonly pictures: string;
    /** Plain text, as a name of a format. */
    readonly text: string;
  };
  /** "The file" and "The marketplace", as at the beginning of a sentence. */
  readonly missing: { readonly file: string; readonly marketplace: string };
  /** "this field", where there is no label for another field. */
  readonly field: string;
  /** Corrects the phrase for a kind of file: English has "a" and "an". */
  readonly phrase?: (phrase: string) => string;
}

/**
 * A language: its words, and how it writes figures. `describe` and `describeError` take it. It
 * brings the code that needs no more than the words, so that pages without a language do without.
 */
export interface Locale extends Catalogue {
  /** Returns the sentence with its figures, or `undefined` if one is missing. */
  fill(sentence: string, given: Given, label?: Label): string | undefined;
  /** Returns the words for a broken rule. */
  say(code: unknown, params: Given, label?: Label): string;
}
