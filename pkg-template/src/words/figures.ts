/** The figures of a sentence, as a language writes them. */

import type { Catalogue, Forms, Given, Label } from "./catalogue.js";
import { kindOf, kindsOf } from "./files.js";

const MARKETPLACES: Record<string, string> = {
  clickbank: "ClickBank",
  "jtl-scx": "JTL-SCX",
  kaufland: "Kaufland",
  magalu: "Magalu",
  probo: "Probo",
};

type Shower = (locale: Catalogue, value: unknown, name: string, label?: Label) => string | undefined;

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isNumber = (value: unknown): value is number | bigint =>
  typeof value === "bigint" || (typeof value === "number" && Number.isFinite(value));

const number = ({ tag }: Catalogue, value: number | bigint, options?: Intl.NumberFormatOptions): string =>
  new Intl.NumberFormat(tag, options).format(value);

/** A decimal number that came as text. What is none stays as it is. */
function decimal(locale: Catalogue, value: unknown, percent: boolean): string | undefined {
  const given = isText(value) && /^\d{1,15}(?:\.\d{1,9})?$/.test(value) ? Number(value) : value;
  if (!isNumber(given)) return isText(given) ? given : undefined;
  const options = { maximumFractionDigits: 9 };
  return percent
    ? number(locale, Number(given) / 100, { ...options, style: "percent" })
    : number(locale, given, options);
}

/** A size. A limit is rounded down and a size up, so that they differ whenever they do. */
function bytes(locale: Catalogue, value: unknown, name: string): string | undefined {
  if (!isNumber(value)) return undefined;
  const size = Number(value);
  const [unit, each] = size < 1_000_000 ? ["kilobyte", 1000] : ["megabyte", 1_000_000];
  const round = name === "max" ? Math.floor : Math.ceil;
  const shown = round((size / Number(each)) * 10) / 10;
  return number(locale, shown, { style: "unit", unit: String(unit), maximumFractionDigits: 1 });
}

/** A time from now. */
function later({ tag }: Catalogue, value: unknown): string | undefined {
  if (!isNumber(value)) return undefined;
  const seconds = Math.max(1, Math.ceil(Number(value) / 1000));
  const format = new Intl.RelativeTimeFormat(tag);
  if (seconds <= 90) return format.format(seconds, "second");
  return seconds <= 5400
    ? format.format(Math.ceil(seconds / 60), "minute")
    : format.format(Math.ceil(seconds / 3600), "hour");
}

const FORMS: Record<string, Shower> = {
  bytes,
  decimal: (locale, value) => decimal(locale, value, false),
  percent: (locale, value) => decimal(locale, value, true),
  in: later,
  kind: (locale, value) => (isText(value) ? kindOf(locale, value) : undefined),
  kinds: (locale, value) => (Array.isArray(value) && kindsOf(locale, value.filter(isText))) || undefined,
  field: (locale, value, _, label) => (isText(value) ? label?.(value) || locale.field : undefined),
};

/** What a name that is missing is called. */
function missing(locale: Catalogue, name: string): string | undefined {
  return name === "file" || name === "marketplace" ? locale.missing[name] : undefined;
}

function counted(locale: Catalogue, value: unknown, forms: Forms): string | undefined {
  if (!isNumber(value)) return undefined;
  const category = new Intl.PluralRules(locale.tag).select(Number(value));
  return `${number(locale, value)} ${forms[category] ?? forms.other}`;
}

/** One figure, or `undefined` if it is missing or is no figure of this form. */
function shown(locale: Catalogue, given: Given, slot: string, label?: Label): string | undefined {
  const [name = "", form] = slot.split(" ");
  const value = Object.hasOwn(given, name) ? given[name] : undefined;
  if (form !== undefined) {
    const forms = Object.hasOwn(locale.nouns, form) ? locale.nouns[form] : undefined;
    return forms === undefined ? FORMS[form]?.(locale, value, name, label) : counted(locale, value, forms);
  }
  if (isNumber(value)) return number(locale, value);
  if (!isText(value)) return missing(locale, name);
  return name === "marketplace" ? (MARKETPLACES[value] ?? value) : value;
}

/** The sentence with its figures, or `undefined` if one is missing. */
export function filled(locale: Catalogue, sentence: string, given: Given, label?: Label): string | undefined {
  let isWhole = true;
  const fill = (part: string): string =>
    part.replace(/\{([^}]*)\}/g, (_, slot: string) => {
      const text = shown(locale, given, slot, label);
      isWhole &&= text !== undefined;
      return text ?? "";
    });
  const parts = sentence.split(/(\[[^\]]*\])/).map((part) => {
    if (!part.startsWith("[")) return fill(part);
    const before = isWhole;
    const [first = "", second = ""] = part.slice(1, -1).split("|");
    const text = fill(first);
    if (isWhole || !before) return text;
    isWhole = true;
    return fill(second);
  });
  return isWhole ? parts.join("") : undefined;
}
