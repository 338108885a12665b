import type { Catalogue } from "./catalogue.js";

/** The formats that people know by name, in the order of a list. The name of plain text is a word. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/jpe?g/, "JPEG"],
  [/png/, "PNG"],
  [/gif/, "GIF"],
  [/tiff?/, "TIFF"],
  [/webp/, "WebP"],
  [/hei[cf]/, "HEIC"],
  [/avif/, "AVIF"],
  [/bmp/, "BMP"],
  [/svg/, "SVG"],
  [/^image\/\*/, ""],
  [/pdf/, "PDF"],
  [/^text\/plain/, ""],
  [/rtf/, "RTF"],
  [/word/, "Word"],
  [/excel|spreadsheetml/, "Excel"],
  [/powerpoint|presentationml/, "PowerPoint"],
  [/oasis/, "OpenDocument"],
  [/outlook/, "Outlook"],
  [/zip/, "ZIP"],
  [/mp4/, "MP4"],
  [/quicktime/, "QuickTime"],
];

/** The endings by which the older and the newer formats of Office differ. */
const ENDINGS: Record<string, string> = { Word: "doc", Excel: "xls", PowerPoint: "ppt" };

const placeOf = (mime: string): number => NAMES.findIndex(([pattern]) => pattern.test(mime));

function nameOf(locale: Catalogue, mime: string): string {
  const found = NAMES[placeOf(mime)];
  if (found === undefined) return /^\w+\/(?:x-)?([a-z0-9]{2,5})$/.exec(mime)?.[1]?.toUpperCase() ?? "";
  return found[1] || (mime.startsWith("image/") ? locale.files.pictures : locale.files.text);
}

/** The kind of a file with its article: "a HEIC picture". */
export function kindOf(locale: Catalogue, type: string): string {
  const { files } = locale;
  const mime = type.toLowerCase().split(";", 1)[0] ?? "";
  const name = nameOf(locale, mime);
  if (name === "" || mime.endsWith("*")) return files.other;
  const family = mime.startsWith("image/") ? files.picture : mime.startsWith("video/") ? files.video : files.file;
  const phrase = family.replace("{name}", () => name);
  const ending = ENDINGS[name];
  const newer = /macroenabled/.test(mime) ? (/binary/.test(mime) ? "b" : "m") : /openxml/.test(mime) ? "x" : "";
  return (locale.phrase?.(phrase) ?? phrase) + (ending === undefined ? "" : ` (${ending}${newer})`);
}

/** The kinds of files in a list: "JPEG, PNG and Word". */
export function kindsOf(locale: Catalogue, types: readonly string[]): string {
  const mimes = types.map((type) => type.toLowerCase());
  const place = (mime: string) => (placeOf(mime) + NAMES.length) % NAMES.length;
  const sorted = mimes.sort((a, b) => place(a) - place(b));
  const names = new Set(sorted.map((mime) => nameOf(locale, mime)).filter((name) => name !== ""));
  return new Intl.ListFormat(locale.tag, { type: "conjunction" }).format(names);
}
