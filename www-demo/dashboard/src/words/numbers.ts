/** Numbers as people type them. */

/**
 * The decimal text of a number as it was typed: `5,50`, `1.234,56` and `1,234.56` are numbers in
 * their languages. Other text stays as it is, and the rules say what is wrong with it.
 */
export function decimalText(typed: string): string {
  const text = typed.replace(/[\s\u00a0\u202f']/g, "");
  const last = Math.max(text.lastIndexOf(","), text.lastIndexOf("."));
  if (last < 0 || !/^\d[\d.,]*$/.test(text)) return text;
  const mark = text.charAt(last);
  const [whole, rest] = [text.slice(0, last), text.slice(last + 1)];
  // A mark that repeats groups thousands.
  if (whole.includes(mark)) return text.replaceAll(mark, "");
  return `${whole.replace(/[.,]/g, "")}.${rest}`;
}

/** A whole number where it is exact, a `bigint` where it is not, and any other text as it is. */
export function wholeNumber(typed: string): number | bigint | string {
  const text = typed.trim();
  if (!/^\d+$/.test(text)) return text;
  return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text);
}
