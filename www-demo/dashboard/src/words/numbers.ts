/** Numbers as people type them. */

/** Thousands in groups of three with one mark between them, and another mark before what is less than one. */
const GROUPED = /^(\d{1,3}(?:(?<mark>[.,'’\s])\d{3})(?:\k<mark>\d{3})*)(?:(?!\k<mark>)[.,](\d*))?$/;

/**
 * The decimal text of a number as it was typed: `5,50`, `1.234,56` and `1,234.56` are numbers in
 * their languages. Other text stays as it is, and the rules say what is wrong with it: `5,,50` is
 * not five hundred and fifty.
 */
export function decimalText(typed: string): string {
  const text = typed.trim();
  // With one mark alone, what stands after it is less than one.
  if (/^\d+[.,]\d*$/.test(text)) return text.replace(",", ".");
  const [, whole, , rest] = GROUPED.exec(text) ?? [];
  if (whole === undefined) return text;
  return whole.replace(/\D/g, "") + (rest === undefined ? "" : `.${rest}`);
}

/** A whole number where it is exact, a `bigint` where it is not, and any other text as it is. */
export function wholeNumber(typed: string): number | bigint | string {
  const text = typed.trim();
  if (!/^\d+$/.test(text)) return text;
  return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text);
}
