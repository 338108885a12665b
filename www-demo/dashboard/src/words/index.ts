/** The page's words, and how a language writes dates, money and numbers. */
import { computed, signal } from "@preact/signals";
import { describe, describeError, type Locale, type Violation } from "seller-tickets";
import { say as announce } from "../state/say";
import type { Key, Words } from "./catalogue";
import { en } from "./en";

export type { Key };

/** The languages, each by its own name. */
export const LANGUAGES = { en: "English", de: "Deutsch", "pt-BR": "Português", nl: "Nederlands" } as const;
export type Language = keyof typeof LANGUAGES;

/** English comes with the page, so that it is there at once; the others are loaded when wanted. */
const LOADERS: Record<Language, () => Promise<Words>> = {
  en: () => Promise.resolve(en),
  de: () => import("./de").then((module) => module.de),
  "pt-BR": () => import("./pt-BR").then((module) => module.ptBR),
  nl: () => import("./nl").then((module) => module.nl),
};

/** The package's own words for rules and errors. */
const CATALOGUES: Record<Language, () => Promise<{ default: Locale }>> = {
  en: () => import("seller-tickets/locales/en"),
  de: () => import("seller-tickets/locales/de"),
  "pt-BR": () => import("seller-tickets/locales/pt-BR"),
  nl: () => import("seller-tickets/locales/nl"),
};

const STORED = "language";

/** The browser's first language that there are words for. */
function preferred(): Language {
  const all = Object.keys(LANGUAGES) as Language[];
  for (const wanted of [localStorage.getItem(STORED) ?? "", ...navigator.languages]) {
    const same = (one: string) => one.toLowerCase().split("-")[0] === wanted.toLowerCase().split("-")[0];
    const found = all.find((one) => one === wanted) ?? all.find(same);
    if (found !== undefined) return found;
  }
  return "en";
}

export const language = signal<Language>("en");
const words = signal<Words | null>(null);
const catalogue = signal<Locale | null>(null);

/** Loads the words of a language, and then the package's, which are needed later. */
export async function useLanguage(chosen: Language = preferred()): Promise<void> {
  const loaded = await LOADERS[chosen]();
  language.value = chosen;
  words.value = loaded;
  document.documentElement.lang = chosen;
  void CATALOGUES[chosen]().then(
    (module) => {
      catalogue.value = module.default;
    },
    () => {},
  );
}

/** Switches the language, and remembers it in this browser, unless its words cannot be loaded. */
export async function switchLanguage(chosen: Language): Promise<void> {
  try {
    await useLanguage(chosen);
    localStorage.setItem(STORED, chosen);
  } catch {
    announce(t("wrong"));
  }
}

export type Figures = Readonly<Record<string, string | number>>;

/** The words of a key. A number among the figures is written as the language writes it. */
export function t(key: Key, figures: Figures = {}): string {
  const sentence = words.value?.[key] ?? "";
  const { n } = figures;
  const isOne = typeof n === "number" && plural.value.select(n) === "one";
  const text = typeof sentence === "string" ? sentence : isOne ? (sentence.one ?? sentence.other) : sentence.other;
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = figures[name];
    return typeof value === "number" ? number(value) : (value ?? "");
  });
}

/** The words of the first of these keys that there is. */
export function tFirst(keys: readonly string[], figures: Figures = {}): string {
  const known = keys.find((key) => words.value !== null && Object.hasOwn(words.value, key));
  return known === undefined ? "" : t(known as Key, figures);
}

/** A wire value as words: those of the page, or the value itself without its dashes. */
export function label(group: string, value: string): string {
  const known = tFirst([`${group}.${value}`]);
  if (known !== "") return known;
  const text = value.replace(/[_-]+/g, " ").trim();
  const lower = text === text.toUpperCase() ? text.toLowerCase() : text;
  return lower.charAt(0).toUpperCase() + lower.slice(1);
}

/** Returns the words for a mistake in an input. */
export function say(violation: Violation, nameOf?: (field: string) => string | undefined): string {
  const locale = catalogue.value;
  return locale === null ? t("wrong") : describe(violation, { locale, label: nameOf });
}

/** Why a call failed. */
export function sayError(error: unknown): string {
  const locale = catalogue.value;
  return locale === null ? t("wrong") : describeError(error, { locale });
}

const plural = computed(() => new Intl.PluralRules(language.value));
/** The language as the browser has it, with its country: British dates are not American ones. */
const region = computed(() => navigator.languages.find((one) => one.startsWith(language.value)) ?? language.value);
const dates = (options: Intl.DateTimeFormatOptions) => computed(() => new Intl.DateTimeFormat(region.value, options));
/** Each is made when it is used first, because that takes its time. */
const formats = {
  number: computed(() => new Intl.NumberFormat(region.value)),
  relative: computed(() => new Intl.RelativeTimeFormat(region.value, { numeric: "auto" })),
  time: dates({ hour: "2-digit", minute: "2-digit" }),
  day: dates({ weekday: "short", day: "numeric", month: "short" }),
  short: dates({ day: "numeric", month: "short" }),
  year: dates({ day: "numeric", month: "short", year: "numeric" }),
  full: dates({ dateStyle: "full", timeStyle: "short" }),
};

export const number = (value: number): string => formats.number.value.format(value);
export const fullDate = (at: number): string => formats.full.value.format(at);

/** The number of days from now, by the calendar. */
export function daysFrom(now: number, at: number): number {
  return Math.round((new Date(at).setHours(0, 0, 0, 0) - new Date(now).setHours(0, 0, 0, 0)) / 86_400_000);
}

/** A date without its time. */
export function shortDate(at: number, now = Date.now()): string {
  return Math.abs(now - at) > 300 * 86_400_000 ? formats.year.value.format(at) : formats.short.value.format(at);
}

/** A moment as a person says it: "today 17:00", "Fri, 4 Dec 05:08". */
export function moment(at: number, now = Date.now()): string {
  const days = daysFrom(now, at);
  const time = formats.time.value.format(at);
  if (Math.abs(days) <= 1) return `${formats.relative.value.format(days, "day")} ${time}`;
  return Math.abs(days) > 300 ? formats.year.value.format(at) : `${formats.day.value.format(at)} ${time}`;
}

/** A span of time: "7 h 18 min". */
export function span(ms: number): string {
  const minutes = Math.max(Math.round(Math.abs(ms) / 60_000), 0);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  if (days >= 10) return t("span.days", { n: days });
  if (days > 0) return t("span.daysHours", { days, hours });
  return hours > 0
    ? t("span.hours", { hours, minutes: String(rest).padStart(2, "0") })
    : t("span.minutes", { minutes });
}

/** How long ago something was. */
export function ago(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 60) return formats.relative.value.format(-seconds, "second");
  if (seconds < 5400) return formats.relative.value.format(-Math.round(seconds / 60), "minute");
  if (seconds < 129_600) return formats.relative.value.format(-Math.round(seconds / 3600), "hour");
  return formats.relative.value.format(-Math.round(seconds / 86_400), "day");
}

/** An amount as decimal text in its currency; nothing of it is rounded to a binary number. */
export function money(amount: string, currency: string | null | undefined): string {
  if (!/^-?\d+(\.\d+)?$/.test(amount)) return amount;
  try {
    const format = new Intl.NumberFormat(
      region.value,
      currency ? { style: "currency", currency } : { minimumFractionDigits: 2 },
    );
    return format.format(amount as `${number}`);
  } catch {
    return `${amount} ${currency}`;
  }
}

/** A share in hundredths. */
export function percent(text: string): string {
  const value = Number(text);
  const options = { style: "percent", maximumFractionDigits: 2 } as const;
  return Number.isFinite(value) ? new Intl.NumberFormat(region.value, options).format(value / 100) : text;
}

/** A number of bytes. */
export function bytes(size: number): string {
  const [unit, each] = size < 1000 ? ["byte", 1] : size < 1_000_000 ? ["kilobyte", 1000] : ["megabyte", 1_000_000];
  const options = { style: "unit", unit: String(unit), maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(region.value, options).format(size / Number(each));
}

/** A list of names, with the language's word before the last. */
export const listed = (names: readonly string[]): string =>
  new Intl.ListFormat(language.value, { type: "conjunction" }).format(names);

/** The name of a language, for "in Portuguese". */
export function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames([language.value], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
