/** The codes of errors and violations that the sources use; `src/rules/codes` declares them. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "./lib.mjs";

const CODE = /"([a-z][a-z0-9]*(?:_[a-z0-9]+)*)"/g;

/**
 * Each is a place where a code stands; what it matches holds the code as its last literal, or, with
 * `any`, all of its literals.
 */
const IN_RUST = [
  /\bcode!\("[a-z0-9_]+"/g,
  /\bwords!\(\s*"[a-z0-9_]+"/g,
  // The faults of an address are told below the room of codes.
  /const INVALID: &str = "[a-z0-9_]+"/g,
  /Some\(\("[a-z0-9_]+", [A-Z_]+\)\)/g,
  /Some\(\("[a-z0-9_]+", "[^"]*"\)\)/g,
  /Some\("[a-z0-9_]+"\.to_owned\(\)\)/g,
  /matches!\(error\.code\.as_str\(\), [^)]*\)/g,
];
const IN_TYPESCRIPT = [
  /\bcode: "[a-z0-9_]+"/g,
  /\? "invalid_[a-z0-9]+" : "invalid_[a-z0-9]+"/g,
  /\b(?:fail|refuse)\("[a-z0-9_]+",/g,
  /\b(?:broken|notFound)\([\w.]+, "[a-z0-9_]+"/g,
];

async function sources(folder, extension) {
  const paths = (await readdir(join(ROOT, folder), { recursive: true })).filter(
    (path) =>
      path.endsWith(extension) && !/(?:^|_|\/)tests\.rs$|^rules\/codes\//.test(path) && !path.includes("generated"),
  );
  return Promise.all(paths.map((path) => readFile(join(ROOT, folder, path), "utf8")));
}

/** All of them. */
export async function codesOfSources() {
  const found = new Set();
  const collect = (text, places) => {
    for (const place of places)
      for (const [match] of text.matchAll(place)) for (const [, code] of match.matchAll(CODE)) found.add(code);
  };
  for (const text of await sources("src", ".rs"))
    collect(text.split(/^#\[cfg\(test\)\]\n(?:mod|pub mod) /m)[0], IN_RUST);
  for (const text of await sources("pkg-template/src", ".ts")) collect(text, IN_TYPESCRIPT);
  return found;
}
