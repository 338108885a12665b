/**
 * A check that can only accept. `generated/tables.ts` holds the module's tables, and this file
 * compares the result of `JSON.parse` with them. A value that fits need not pass through the
 * module. Any other value goes to the module, which reports what is wrong.
 */
import type { MarketplaceId } from "../generated/types.js";
import type { Saw, Settings } from "./generated/boundary.js";
import { DENIAL_NAMES, MAX_ANSWER_DEPTH, PLAIN_HEADER, PLAIN_SETTINGS } from "./generated/tables.js";
import type { Param, Row, Rule, Table, Tables } from "./tables.js";

/** A table in a form that can be compared quickly. */
interface Shape {
  kind: string;
  /** An object's field names, their shapes, and whether each field may be `null` or missing. */
  names: string[];
  inner: Shape[];
  optional: boolean[];
  /** The index of each name. */
  places: Map<string, number>;
  /** The number of required fields. */
  required: number;
}

/** An answer that fits, as the host parsed it. */
export interface Accepted {
  value: unknown;
  saw: Saw;
}

function shapeOf(table: Table): Shape {
  const isObject = typeof table === "object" && !Array.isArray(table);
  const entries: [string, [Table, boolean]][] = isObject ? Object.entries(table) : [];
  return {
    kind: typeof table === "string" ? table : isObject ? "object" : "list",
    names: entries.map(([name]) => name),
    inner: Array.isArray(table) ? [shapeOf(table[0])] : entries.map(([, [inner]]) => shapeOf(inner)),
    optional: entries.map(([, [, optional]]) => optional),
    places: new Map(entries.map(([name], at) => [name, at])),
    required: entries.filter(([, [, optional]]) => !optional).length,
  };
}

/** A number beyond the safe range is always whole, and may have been another one in the text. */
const isSafe = (value: number): boolean => value <= Number.MAX_SAFE_INTEGER && value >= -Number.MAX_SAFE_INTEGER;

/** Returns whether no number in a value was rounded. */
function isExact(value: unknown, depth: number): boolean {
  if (typeof value === "number") return isSafe(value);
  if (typeof value !== "object" || value === null) return true;
  if (depth === 0) return false;
  // Properties that a foreign script added to all objects are read in vain, which is harmless.
  for (const key in value) {
    if (!isExact((value as Record<string, unknown>)[key], depth - 1)) return false;
  }
  return true;
}

/**
 * Returns whether a value fits. `counts` records integers and the lengths of lists; it is not used
 * inside a list.
 */
function fits(shape: Shape, value: unknown, depth: number, counts: Record<string, number> | undefined): boolean {
  switch (shape.kind) {
    case "text":
      return typeof value === "string";
    case "integer":
      // -0 does not count as an integer: it is a floating point number in every language.
      return Number.isSafeInteger(value) && !Object.is(value, -0);
    case "boolean":
      return typeof value === "boolean";
    case "number":
      return typeof value === "number" && isSafe(value);
    case "list": {
      if (!Array.isArray(value) || depth === 0) return false;
      const item = shape.inner[0] as Shape;
      for (let at = 0; at < value.length; at += 1) {
        if (!fits(item, value[at], depth - 1, undefined)) return false;
      }
      return true;
    }
    case "object":
      return fitsObject(shape, value, depth, counts);
    default:
      return isExact(value, depth);
  }
}

function fitsObject(
  { names, inner, optional, places, required }: Shape,
  value: unknown,
  depth: number,
  counts: Record<string, number> | undefined,
): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value) || depth === 0) return false;
  let seen = 0;
  // Fields mostly keep their order, so the next one is compared first.
  let next = 0;
  for (const key in value) {
    const field = (value as Record<string, unknown>)[key];
    const at = key === names[next] ? next : places.get(key);
    if (at === undefined) {
      if (!isExact(field, depth - 1)) return false;
      continue;
    }
    next = at + 1;
    if (!optional[at]) seen += 1;
    else if (field === null) continue;
    if (!fits(inner[at] as Shape, field, depth - 1, counts)) return false;
    if (counts !== undefined) {
      if (typeof field === "number") counts[key] = field;
      else if (Array.isArray(field)) counts[key] = field.length;
    }
  }
  return seen === required;
}

/** Returns a function that calls `make` once for each operation and keeps the result. */
function kept<T>(all: Readonly<Record<string, Tables>>, make: (row: Row) => T | undefined) {
  const known = new Map<Row, T | undefined>();
  return (marketplace: MarketplaceId, endpoint: string): T | undefined => {
    const rows = Object.hasOwn(all, marketplace) ? (all[marketplace] as Tables) : {};
    const row = Object.hasOwn(rows, endpoint) ? rows[endpoint] : undefined;
    // An unknown name is not kept.
    if (row === undefined) return undefined;
    if (!known.has(row)) known.set(row, make(row));
    return known.get(row);
  };
}

/** It is made at its first use: the jsdom of Jest has none when the package is imported. */
let decoder: TextDecoder | undefined;

/** Returns the text as `response.json()` reads it: without a byte order mark. */
function decoded(body: Uint8Array): string {
  decoder ??= new TextDecoder();
  return decoder.decode(body);
}

/** Returns whether a value certainly breaks no rule; it accepts only plain data. */
type Obeys = (value: unknown) => boolean;

function judge(rule: Rule): Obeys {
  switch (rule[0]) {
    case "text": {
      // Characters are counted as code points: at most as many as UTF-16 units, and at least half
      // as many.
      const [, min, max] = rule;
      const least = min > 1 ? 2 * min : min;
      return (value) => typeof value === "string" && value.length <= max && value.length >= least;
    }
    case "like": {
      const pattern = new RegExp(rule[1]);
      return (value) => typeof value === "string" && pattern.test(value);
    }
    case "flag":
      return (value) => typeof value === "boolean";
    case "integer": {
      const [, min, max] = rule;
      return (value) => Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
    }
    case "one_of":
      return (value) => rule[1].includes(value as string);
    case "list": {
      const [, inner, some, once] = rule;
      const obeys = judge(inner);
      return (value) => {
        if (!Array.isArray(value) || Object.getPrototypeOf(value) !== Array.prototype) return false;
        if (some && value.length === 0) return false;
        for (let at = 0; at < value.length; at += 1) {
          if (!obeys(value[at])) return false;
        }
        return !once || value.length < 2 || new Set(value).size === value.length;
      };
    }
    case "object":
      return judgeFields(rule[1]);
    default:
      return () => false;
  }
}

function judgeFields(params: Param[]): Obeys {
  const fields = new Map(params.map(([name, rule, optional]) => [name, { obeys: judge(rule), optional }]));
  const required = params.filter(([, , optional]) => !optional).length;
  return (value) => {
    if (typeof value !== "object" || value === null) return false;
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return false;
    let seen = 0;
    for (const name of Object.keys(value)) {
      const given = (value as Record<string, unknown>)[name];
      // A field without a value counts as missing.
      if (given === undefined || given === null) continue;
      const field = fields.get(name);
      if (field === undefined || !field.obeys(given)) return false;
      if (!field.optional) seen += 1;
    }
    return seen === required;
  };
}

/** Returns whether headers of a gateway's client certainly can be sent. */
function arePlain(headers: unknown): boolean {
  if (typeof headers !== "object" || headers === null || Object.getPrototypeOf(headers) !== Object.prototype) {
    return false;
  }
  const [name, value] = PLAIN_HEADER.map((pattern) => new RegExp(pattern)) as [RegExp, RegExp];
  const given = Object.entries(headers);
  const names = new Set(given.map(([one]) => one.toLowerCase()));
  return (
    names.size === given.length &&
    [...names].every((one) => name.test(one)) &&
    given.every(([, one]) => typeof one === "string" && value.test(one))
  );
}

/** The checks that need no module. */
export interface Acceptance {
  /** Returns the body of an answer, if it is as documented and `JSON.parse` lost nothing of it. */
  accept(marketplace: MarketplaceId, endpoint: string, status: number, body: Uint8Array): Accepted | undefined;
  /** Returns the number of a method's arguments; `undefined` when there is no such method. */
  arity(marketplace: MarketplaceId, endpoint: string): number | undefined;
  /** Returns whether a method certainly changes nothing. */
  isRead(marketplace: MarketplaceId, endpoint: string): boolean;
  /** Returns all operations of a marketplace. */
  operations(marketplace: MarketplaceId): Row[];
  /** Returns whether the settings of a gateway's client are certainly right. */
  plainSettings(settings: Settings): boolean;
  /** Returns whether the arguments certainly break no rule. */
  acceptable(marketplace: MarketplaceId, endpoint: string, args: unknown[]): boolean;
}

/** Returns the checks for a module's tables. */
export function createAcceptance(all: Readonly<Record<string, Tables>>): Acceptance {
  const answersOf = kept(all, ({ answer, times }) =>
    answer === undefined ? undefined : { shape: shapeOf(answer), times },
  );

  const rulesOf = kept(all, ({ positional, rules }) => {
    return (
      rules && {
        positional: positional.map((name) => judge(rules.find(([known]) => known === name)?.[1] ?? ["code"])),
        fields: judgeFields(rules.filter(([name]) => !positional.includes(name))),
      }
    );
  });

  return {
    accept(marketplace, endpoint, status, body) {
      if (status < 200 || status > 299) return undefined;
      try {
        const known = answersOf(marketplace, endpoint);
        if (known === undefined) return undefined;
        const value: unknown = JSON.parse(decoded(body));
        const saw: Saw = { counts: {} };
        if (!fits(known.shape, value, MAX_ANSWER_DEPTH, saw.counts)) return undefined;
        if (DENIAL_NAMES.some((name) => Object.hasOwn(value as object, name) && !known.shape.places.has(name))) {
          return undefined;
        }
        if (known.times !== undefined) {
          const [items, time] = known.times;
          const last = ((value as Record<string, unknown>)[items] as Record<string, unknown>[]).at(-1)?.[time];
          if (last !== undefined) saw.last = { [time]: last };
        }
        return { value, saw };
      } catch {
        // The text is not JSON, or there is no such method: the module reports that.
        return undefined;
      }
    },
    arity: (marketplace, endpoint) => {
      const tables = all[marketplace];
      return tables !== undefined && Object.hasOwn(tables, endpoint) ? tables[endpoint]?.arity : undefined;
    },
    isRead: (marketplace, endpoint) => all[marketplace]?.[endpoint]?.access === "read",
    operations: (marketplace) => Object.values(all[marketplace] ?? {}),
    plainSettings({ headers = {}, ...others }) {
      return others.gateway === true && judgeFields(PLAIN_SETTINGS)(others) && arePlain(headers);
    },
    acceptable(marketplace, endpoint, args) {
      const known = rulesOf(marketplace, endpoint);
      if (known === undefined) return false;
      const { positional, fields } = known;
      if (args.length > positional.length + 1) return false;
      for (let at = 0; at < positional.length; at += 1) {
        if (!(positional[at] as Obeys)(args[at])) return false;
      }
      return fields(args[positional.length] ?? {});
    },
  };
}
