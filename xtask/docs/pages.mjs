/**
 * The pages of the documentation: which files they are, and their text with links that hold among
 * them. The site and the package's docs/ are made from this.
 */
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Pages outside of docs/: where they are, and where they go. */
const OTHERS = {
  "SECURITY.md": "security.md",
  "CHANGELOG.md": "changelog.md",
  "pkg-marketplaces/README.md": "local-marketplaces.md",
};

/** The files of the pages, each with its place in the documentation. */
export async function places() {
  const below = await readdir(join(root, "docs"), { recursive: true });
  const own = below.map((path) => path.replaceAll("\\", "/")).filter((path) => path.endsWith(".md"));
  return new Map([...own.sort().map((path) => [`docs/${path}`, path]), ...Object.entries(OTHERS)]);
}

/** The text of each page, by its place in the documentation. */
export async function pages() {
  const known = await places();
  const out = new Map();
  for (const [file, place] of known) {
    out.set(place, relinked(await readFile(join(root, file), "utf8"), file, known));
  }
  return out;
}

/**
 * The text of a file with its links as they are in the documentation. A link to a file of the
 * repository that is no page becomes plain text: the repository has no address.
 */
export function relinked(text, file, known) {
  const parts = text.split(/^(```.*?^```$)/gms);
  const here = posix.dirname(known.get(file));
  return parts
    .map((part, index) => {
      if (index % 2 === 1) return part;
      return part.replaceAll(/(!?)\[((?:[^\][]|\[[^\]]*\])*)\]\(([^()\s]+)\)/g, (link, picture, label, target) => {
        if (/^[a-z]+:|^#/.test(target)) return link;
        const [path, anchor] = target.split("#");
        const place = known.get(posix.normalize(posix.join(posix.dirname(file), path)));
        if (place === undefined) return picture === "" ? label : "";
        return `[${label}](${posix.relative(here, place)}${anchor === undefined ? "" : `#${anchor}`})`;
      });
    })
    .join("");
}
