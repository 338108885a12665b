/** Addresses. */

/**
 * The address that a text is, relative to `base` if one is given; `undefined` if it is none. Not
 * `URL.canParse`, which Safari 16 and the jsdom of Jest 29 lack.
 */
export function urlOf(text: string, base?: string | URL): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}
