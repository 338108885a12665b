/** The codes of errors and violations, as the sources have them. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "./lib.mjs";

const CODE = /"([a-z]+(?:_[a-z]+)*)"/g;

/**
 * Each is a place where a code stands; what it matches holds the code as its last literal, or, with
 * `any`, all of its literals.
 */
const IN_RUST = [
  // Straight before its words: `("required", "is empty")`, `refused("no_such_route", "the gateway
  // …")`.
  /"[a-z]+(?:_[a-z]+)*"(?=,\s*(?:format!\(|"[^"\n]* |(?:message|text), ))/g,
  /(?:TicketError::local|Self::local|\blocal|\.error|DecodeError::new)\(\s*[^"();]{0,60}?"[a-z]+(?:_[a-z]+)*"/g,
  /\(ErrorKind::[A-Z]\w+,\s*"[a-z]+(?:_[a-z]+)*"/g,
  /\bwords!\(\s*"[a-z_]+"/g,
  /const INVALID: &str = "[a-z_]+"/g,
  /Some\(\("[a-z_]+", [A-Z_]+\)\)/g,
  /"[a-z_]+"\.to_owned\(\),\s*format!\(/g,
  /Some\("[a-z_]+"\.to_owned\(\)\)/g,
  /let \(code, \w+\) = if [^;]*;/g,
];
const IN_TYPESCRIPT = [
  /\bcode: "[a-z_]+"/g,
  /\? "invalid_[a-z]+" : "invalid_[a-z]+"/g,
  /\b(?:fail|refuse)\("[a-z_]+",/g,
  /\b(?:broken|notFound)\(\w+, "[a-z_]+"/g,
];

async function sources(folder, extension) {
  const paths = (await readdir(join(ROOT, folder), { recursive: true })).filter(
    (path) => path.endsWith(extension) && !/(?:^|_|\/)tests\.rs$/.test(path) && !path.includes("generated"),
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
