/** The shape of the generated tables: what the facade knows of each operation. */

/** A table as the module writes it: `"text"`, `[…]`, `{ name: ["text", optional] }`. */
export type Table = string | [Table] | { [name: string]: [Table, boolean] };

/**
 * A rule as the module writes it: `["text", 1, 65535]`,
 * `["list", ["one_of", ["de", "cz"]], false, false]`; see `src/rules/rule.rs`.
 */
export type Rule =
  | ["code" | "flag"]
  | ["text" | "integer", number, number]
  | ["like", string]
  | ["one_of", string[]]
  | ["list", Rule, boolean, boolean]
  | ["object", Param[]];

/** A parameter's name, its rule, and whether it may be left out. */
export type Param = [string, Rule, boolean];

/** What the facade knows of an operation. */
export interface Row {
  method: string;
  path: string;
  access: "read" | "write";
  /** The names of its arguments before the last, which is an object. */
  positional: string[];
  /** How many arguments it has in all. */
  arity: number;
  rules?: Param[];
  answer?: Table;
  /** The field that holds a list's items, and the one that holds an item's time, where the list goes by times. */
  times?: [string, string];
}

/** The operations of a marketplace by their names. */
export type Tables = Record<string, Row>;
