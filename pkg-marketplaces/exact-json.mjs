/** What stands before and after a number within a text. No answer of a marketplace has it. */
const MARK = `\u0000${crypto.randomUUID()}`;
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const MARKED = new RegExp(`"${JSON.stringify(MARK).slice(1, -1).replaceAll("\\", "\\\\")}([^"]*)"`, "g");

/** A number that is written as its text. */
class Raw {
  constructor(text) {
    this.text = text;
  }

  toJSON() {
    return `${MARK}${this.text}`;
  }
}

/**
 * The part of `JSON` that the marketplaces use, with the text of each number, as workerd has it.
 * Node 20 has neither `rawJSON` nor a source for revivers, except behind a flag with which its
 * answers are broken at times.
 */
export const exactJson =
  typeof JSON.rawJSON === "function"
    ? JSON
    : {
        rawJSON: (text) => new Raw(text),
        stringify: (value, ...more) => JSON.stringify(value, ...more)?.replaceAll(MARKED, "$1"),
        parse(text, reviver) {
          const whole = JSON.parse(text);
          if (reviver === undefined) return whole;
          const marked = String(text).replaceAll(TOKEN, (token) =>
            token.startsWith('"') ? token : JSON.stringify(MARK + token),
          );
          return JSON.parse(marked, function (key, value) {
            if (typeof value !== "string" || !value.startsWith(MARK)) return reviver.call(this, key, value, {});
            const source = value.slice(MARK.length);
            return reviver.call(this, key, Number(source), { source });
          });
        },
      };
