/** Addresses. */

/**
 * Returns the address that a text is, relative to `base` if one is given; `undefined` if it is
 * none.
 */
export function urlOf(text: string, base?: string | URL): URL | undefined {
  // Safari 16 and the jsdom of Jest 29 lack it. In Chromium, an error of a large script takes
  // milliseconds, because the position in the script is looked up.
  const { canParse } = URL as { canParse?: typeof URL.canParse };
  if (canParse?.(text, base) === false) return undefined;
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}
