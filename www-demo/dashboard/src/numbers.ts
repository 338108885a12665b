/** Numbers that are typed in. */

/** A number where it is exact, else a `bigint`. */
export function exact(digits: string): number | bigint {
  return Number.isSafeInteger(Number(digits)) ? Number(digits) : BigInt(digits);
}

/**
 * Digits become a number; anything else goes to the rules as it is, which say what is wrong with
 * it.
 */
export function wholeNumber(text: string): number | bigint | string {
  return /^\d+$/.test(text) ? exact(text) : text;
}
