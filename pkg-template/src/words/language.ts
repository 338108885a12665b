import { PROGRAM_CODES } from "../generated/codes.js";
import type { Catalogue, Locale } from "./catalogue.js";
import { filled } from "./figures.js";

/** Makes a language of its words. */
export function language(words: Catalogue): Locale {
  return {
    ...words,
    fill(sentence, given, label) {
      return filled(this, sentence, given, label);
    },
    say(code, params, label) {
      const name = String(code);
      const sentences: Readonly<Record<string, string>> = this.violations;
      const sentence = Object.hasOwn(sentences, name) ? sentences[name] : undefined;
      const said = sentence === undefined ? undefined : this.fill(sentence, params, label);
      return said ?? (PROGRAM_CODES.split(" ").includes(name) ? this.program : this.rule);
    },
  };
}
