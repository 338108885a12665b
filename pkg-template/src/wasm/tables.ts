/** The shape of the generated tables, which hold what the facade knows about each operation. */

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

/** The facade's data about an operation. */
export interface Row {
  method: string;
  path: string;
  access: "read" | "write";
  /** The names of the arguments before the last, which is an object. */
  positional: string[];
  /** The number of all arguments. */
  arity: number;
  rules?: Param[];
  answer?: Table;
  /**
   * The field with a list's items and the field with an item's time, if the list is read by time.
   */
  times?: [string, string];
}

/** The operations of a marketplace by their names. */
export type Tables = Record<string, Row>;
