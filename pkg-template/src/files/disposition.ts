/**
 * The file name in a `Content-Disposition` header, by the grammar of RFC 6266 and RFC 8187, and as
 * forgiving as browsers are about blanks.
 */

/** Returns the name that a header gives a file, without any folder. */
export function dispositionName(header: string): string | undefined {
  const params = parameters(header);
  const extended = params.get("filename*");
  const name = (extended === undefined ? undefined : extendedValue(extended)) ?? utf8(params.get("filename"));
  return lastPart(name);
}

/** Control characters, and those that turn the direction of a text: `fdp.exe` can look like `exe.pdf` then. */
const HIDDEN = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Returns the part of a name behind its folders (RFC 6266, 4.3), without characters that hide what
 * it is; `undefined` when nothing is left that can name a file.
 */
export function lastPart(name: string | undefined): string | undefined {
  const part = name?.split(/[/\\]/).pop() ?? "";
  const clean = part.replaceAll(HIDDEN, "").trim();
  return clean === "" || clean === "." || clean === ".." ? undefined : clean;
}

/** Returns the parameters by their names in lower case. The first of several with one name counts. */
function parameters(header: string): Map<string, string> {
  const params = new Map<string, string>();
  let at = 0;
  const until = (ends: string): string => {
    const start = at;
    while (at < header.length && !ends.includes(header[at] as string)) at += 1;
    return header.slice(start, at).trim();
  };
  while (at < header.length) {
    // The disposition type has no value. Some senders leave it out.
    const name = until("=;").toLowerCase();
    if (header[at] === "=") {
      at += 1;
      while (/\s/.test(header[at] ?? "")) at += 1;
      const value = header[at] === '"' ? quoted() : until(";");
      if (name !== "" && !params.has(name)) params.set(name, value);
      until(";");
    }
    at += 1;
  }
  return params;

  /** Reads a quoted text; a backslash stands before a character that is meant as it is. */
  function quoted(): string {
    let text = "";
    for (at += 1; at < header.length && header[at] !== '"'; at += 1) {
      if (header[at] === "\\" && at + 1 < header.length) at += 1;
      text += header[at];
    }
    at += 1;
    return text;
  }
}

/** Reads `UTF-8'en'%E2%82%AC.pdf`: a character set, a language, and percent-encoded bytes. */
function extendedValue(value: string): string | undefined {
  const [, charset = "", encoded = ""] = /^([^']*)'[^']*'(.*)$/s.exec(value) ?? [];
  if (encoded === "" || /%(?![0-9a-f]{2})/i.test(encoded)) return undefined;
  const bytes = encoded.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  switch (charset.toLowerCase()) {
    case "utf-8":
      return decoded(bytes);
    case "iso-8859-1":
      return bytes;
    default:
      return undefined;
  }
}

/** Hosts give the bytes of a header as one character each; UTF-8 among them is what was meant. */
function utf8(value: string | undefined): string | undefined {
  return value === undefined ? undefined : (decoded(value) ?? value);
}

function decoded(bytes: string): string | undefined {
  if ([...bytes].some((character) => character.charCodeAt(0) > 0xff)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
  } catch {
    return undefined;
  }
}
