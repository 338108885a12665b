/** Headers as they cross to the module and back. */

/**
 * Returns one name and one value a line: a text crosses faster than each of them. A value has no
 * line breaks in HTTP, where those of old count as spaces.
 */
export function headerLines(headers: Iterable<[string, string]>): string {
  let lines = "";
  for (const [name, value] of headers) {
    const text = String(value);
    const isBroken = text.includes("\n") || text.includes("\r");
    lines += `${name}\n${isBroken ? text.replace(/[\r\n]/g, " ") : text}\n`;
  }
  return lines;
}

/** Returns the headers of such a text, for a `fetch`. */
export function headersOf(lines: string): Record<string, string> {
  const texts = lines.split("\n");
  const headers: Record<string, string> = {};
  for (let at = 1; at < texts.length; at += 2) headers[texts[at - 1] as string] = texts[at] as string;
  return headers;
}
