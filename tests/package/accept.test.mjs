/**
 * What the facade accepts by itself, the module would have accepted, with the same result. Both
 * read the same tables.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import { inspect } from "node:util";
import { build } from "esbuild";
import { ROOT } from "./lib.mjs";

const ROUNDS = Number(process.env.ROUNDS ?? 300);
const MARKETPLACES = ["clickbank", "jtl-scx", "kaufland", "magalu", "probo"];

/** @type {any} */
let inner;
/** Operations that have a table: `[marketplace, endpoint, table]`. */
const answers = [];
const rules = [];

before(async () => {
  const source = (name) => JSON.stringify(join(ROOT, `pkg-template/src/${name}.ts`));
  const bundled = await build({
    stdin: {
      contents: `
        import * as glue from ${JSON.stringify(join(ROOT, "target/wasm/all/seller_tickets.js"))};
        import { createEngine } from ${source("wasm/engine")};
        import { CLICKBANK, JTL_SCX, KAUFLAND, MAGALU, PROBO } from ${source("wasm/generated/tables")};
        export const tables = { clickbank: CLICKBANK, "jtl-scx": JTL_SCX, kaufland: KAUFLAND, magalu: MAGALU, probo: PROBO };
        export const engine = createEngine(glue, tables);
        export const { accept, acceptable } = engine;
        export { takeFiles } from ${source("files/source")};`,
      resolveDir: ROOT,
    },
    bundle: true,
    format: "esm",
    platform: "node",
    write: false,
    logOverride: { "empty-import-meta": "silent" },
  });
  inner = await import(`data:text/javascript;base64,${Buffer.from(bundled.outputFiles[0].text).toString("base64")}`);
  const wasm = await readFile(join(ROOT, "target/wasm/all/seller_tickets_bg.wasm"));
  inner.engine.from(() => wasm);
  for (const marketplace of MARKETPLACES) {
    for (const [name, { answer, positional, rules: known }] of Object.entries(inner.tables[marketplace])) {
      if (answer !== undefined) answers.push([marketplace, name, answer]);
      if (known !== undefined) rules.push([marketplace, name, { positional, rules: known }]);
    }
  }
});

/** Numbers from 0 up to 1, always the same ones. */
function dice(seed) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count) => Math.floor(next() * count);
  return { below, pick: (list) => list[below(list.length)], often: (share) => next() < share };
}

const ODD = [
  null,
  true,
  0,
  1,
  -1,
  1.5,
  1e300,
  2 ** 53 - 1,
  2 ** 53,
  -(2 ** 53),
  "",
  "x",
  "\ud800",
  "🎫",
  [],
  {},
  [null],
  [2 ** 60],
  { deep: { er: [2 ** 60] } },
];

/** A value that fits a table. */
function fitting(table, roll) {
  if (Array.isArray(table)) return Array.from({ length: roll.below(4) }, () => fitting(table[0], roll));
  if (typeof table === "object") {
    const fields = Object.entries(table).flatMap(([name, [inner, optional]]) => {
      if (optional && roll.often(0.3)) return [];
      return [[name, optional && roll.often(0.2) ? null : fitting(inner, roll)]];
    });
    if (roll.often(0.2)) fields.push(["not_documented", roll.pick(ODD)]);
    if (roll.often(0.2)) fields.reverse();
    return Object.fromEntries(fields);
  }
  switch (table) {
    case "text":
      return roll.pick(["", "a", "ä🎫", "\ud800", "2026-03-02T08:15:00", "9007199254740993"]);
    case "integer":
      return roll.pick([0, 1, -1, 30, 2 ** 53 - 1, 2 ** 53]);
    case "number":
      return roll.pick([0, 1.5, -0.1, 1e-7, 1e300]);
    case "boolean":
      return roll.often(0.5);
    default:
      return roll.pick(ODD);
  }
}

/** The same with something else somewhere. */
function mutated(value, roll) {
  if (roll.often(0.25) || typeof value !== "object" || value === null) return roll.pick(ODD);
  if (Array.isArray(value)) {
    if (value.length === 0) return roll.pick(ODD);
    const at = roll.below(value.length);
    return value.with(at, mutated(value[at], roll));
  }
  const names = Object.keys(value);
  if (names.length === 0) return roll.pick(ODD);
  const name = roll.pick(names);
  const { [name]: field, ...rest } = value;
  return roll.often(0.2) ? rest : { ...rest, [name]: mutated(field, roll) };
}

const bytesOf = (text) => (typeof text === "string" ? new TextEncoder().encode(text) : Uint8Array.from(text));

/** The result for a body here, and in the module. */
function both(marketplace, endpoint, body) {
  const bytes = bytesOf(body);
  const quick = inner.accept(marketplace, endpoint, 200, bytes);
  const whole = inner.engine.decodeResponse(marketplace, endpoint, 200, "", bytes);
  return { quick, whole };
}

function agree(marketplace, endpoint, body) {
  const { quick, whole } = both(marketplace, endpoint, body);
  if (quick === undefined) return { quick, whole };
  const told = JSON.stringify(body).slice(0, 500);
  assert.ok("result" in whole, `${endpoint} accepts ${told}, the module says ${JSON.stringify(whole.error)}`);
  const brief = inner.engine.decodeResponse(marketplace, endpoint, 200, "", undefined, JSON.stringify(quick.saw));
  assert.deepEqual(brief, whole, `${endpoint} ${told}`);
  // As `response.json()` reads it.
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : Uint8Array.from(body);
  assert.deepEqual(quick.value, JSON.parse(new TextDecoder().decode(bytes)));
  return { quick, whole };
}

const isRounded = (value) =>
  typeof value === "number"
    ? Math.abs(value) > Number.MAX_SAFE_INTEGER
    : typeof value === "object" && value !== null && Object.values(value).some(isRounded);

test("answers that need no mending have tables", () => {
  const named = answers.map(([marketplace, endpoint]) => `${marketplace} ${endpoint}`);
  for (const name of ["kaufland listTickets", "kaufland getTicket", "magalu listTickets", "jtl-scx listEvents"]) {
    assert.ok(named.includes(name), name);
  }
  // The answers of ClickBank and Probo are normalised.
  assert.ok(!named.some((name) => name.startsWith("clickbank") || name.startsWith("probo")));
});

test("an answer that is accepted here is the same in the module", () => {
  let taken = 0;
  let mended = 0;
  for (const [index, [marketplace, endpoint, table]] of answers.entries()) {
    const roll = dice(index + 1);
    for (let round = 0; round < ROUNDS; round += 1) {
      let value = fitting(table, roll);
      for (let times = roll.below(3); times > 0; times -= 1) value = mutated(value, roll);
      const text = JSON.stringify(value, null, roll.pick([undefined, 2, "\t"]));
      const { quick, whole } = agree(marketplace, endpoint, text);
      if (quick !== undefined) taken += 1;
      else if ("result" in whole) {
        // Only what may have been rounded goes the long way for nothing, and what is odd, or an empty
        // object as PHP writes it.
        const isOdd = whole.result.odd !== undefined || /\[\s*\]/.test(text);
        assert.ok(isOdd || isRounded(value), `${endpoint} ${text}`);
        mended += 1;
      }
    }
  }
  assert.ok(taken > answers.length * ROUNDS * 0.1 && mended > 0, `${taken} taken, ${mended} the long way`);
});

test("JSON that is hardly any is left to the module", () => {
  const list = (data, rest = "") => `{"data":${data}${rest}}`;
  const nested = (depth) => list("[]", `,"new":${"[".repeat(depth)}${"]".repeat(depth)}`);
  const get = (fields) => `{"data":{${fields}}}`;
  for (const [body, accepted] of [
    [list("[]"), true],
    [` ${list("[]")}\r\n`, true],
    // Names may be escaped.
    ['{"d\\u0061ta":[]}', true],
    [list("[]", ',"__proto__":{"data":5}'), true],
    [list("[]", ',"__proto__":{"n":9007199254740993}'), false],
    ['{"__proto__":{"data":[]}}', false],
    [list("[]", ',"constructor":1,"toString":null,"hasOwnProperty":[]'), true],
    [list("[]", ',"half":"\\ud800"'), true],
    [list("[]", ',"big":1e999'), false],
    [list("[]", ',"small":-0,"tiny":1e-400'), true],
    [nested(126), true],
    [nested(127), false],
    [nested(100_000), false],
    ["", false],
    ["  \n", false],
    ["null", false],
    ["[]", false],
    ["<html></html>", false],
    [`\ufeff${list("[]")}`, true],
    [`${list("[]")} x`, false],
    [list("[],"), false],
    [list("[NaN]"), false],
    [list("[]", ",'a':1"), false],
    [list("[]/**/"), false],
    [list("[]", ',"a":"\n"'), false],
    // Bytes that are not UTF-8 are replaced: a Latin-1 byte, a surrogate, an overlong slash.
    [[...bytesOf('{"data":[],"a":"'), 0xff, ...bytesOf('"}')], true],
    [[...bytesOf('{"data":[],"a":"'), 0xed, 0xa0, 0x80, ...bytesOf('"}')], true],
    [[...bytesOf('{"data":[],"a":"'), 0xc0, 0xaf, ...bytesOf('"}')], true],
    [bytesOf(list("[]")).slice(0, -1), false],
  ]) {
    const { quick } = agree("kaufland", "listTickets", body);
    assert.equal(quick !== undefined, accepted, JSON.stringify(body).slice(0, 200));
  }
  const page = list("[]", ',"pagination":{"offset":-0,"limit":30,"total":1}');
  assert.equal(agree("kaufland", "listTickets", page).quick, undefined);
  assert.equal(
    Object.getPrototypeOf(agree("kaufland", "listTickets", list("[]", ',"__proto__":[]')).quick.value),
    Object.prototype,
  );
  // Nothing of it is as documented, or only a field is not.
  assert.ok("error" in agree("kaufland", "getTicket", get('"id_ticket":5')).whole);
  const { quick, whole } = agree("kaufland", "getTicket", get('"id_ticket":"1","topic":5'));
  assert.equal(quick, undefined);
  assert.ok(whole.result.odd.some(({ field }) => field === "data.topic"));
  // Errors are the module's.
  assert.equal(inner.accept("kaufland", "listTickets", 400, bytesOf(list("[]"))), undefined);
  assert.equal(inner.accept("kaufland", "nothing", 200, bytesOf(list("[]"))), undefined);
});

test("what JSON.parse cannot tell is accepted here alone", () => {
  const page = (fields) => `{"data":[],"pagination":{${fields}}}`;
  for (const [body, field] of [
    // A whole number that is written as another one.
    [page('"offset":0.0,"limit":30,"total":1'), "offset"],
    [page('"offset":0,"limit":3e1,"total":1'), "limit"],
    // Of a name that is there twice, the last counts, and the module looks at each.
    [page('"offset":"x","offset":0,"limit":30,"total":1'), "offset"],
  ]) {
    const { quick, whole } = both("kaufland", "listTickets", body);
    assert.deepEqual(quick?.saw, { counts: { data: 0, offset: 0, limit: 30, total: 1 } }, body);
    assert.deepEqual(whole.result?.odd, [{ field: `pagination.${field}`, expected: "a whole number" }], body);
  }
});

test("the time of the last item goes along where a list goes by times", () => {
  const [, , table] = answers.find(([marketplace, endpoint]) => marketplace === "magalu" && endpoint === "listTickets");
  const [[item]] = table.results;
  const whole = Object.fromEntries(
    Object.entries(item).flatMap(([name, [inner, optional]]) => (optional ? [] : [[name, fitting(inner, dice(7))]])),
  );
  const results = ["2026-01-01T00:00:00", "2026-02-01T10:00:09"].map((updated_at) => ({ ...whole, updated_at }));
  const { saw } = inner.accept("magalu", "listTickets", 200, bytesOf(JSON.stringify({ results })));
  assert.deepEqual(saw, { counts: { results: 2 }, last: { updated_at: "2026-02-01T10:00:09" } });
  assert.deepEqual(inner.accept("magalu", "listTickets", 200, bytesOf('{"results":[]}')).saw, {
    counts: { results: 0 },
  });
});

class Own {
  constructor(fields) {
    Object.assign(this, fields);
  }
}

class Items extends Array {}

/** Values that arguments may have and JSON does not. */
const STRANGE = [
  ...ODD,
  undefined,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -0,
  7n,
  2n ** 70n,
  new Date(0),
  new Date(Number.NaN),
  new Date(8.64e15),
  () => 1,
  Symbol("s"),
  Object("x"),
  Object(1),
  Object(true),
  new Own({ text: "a" }),
  Items.from([1, 2]),
  // biome-ignore lint/suspicious/noSparseArray: that is the point
  [1, , 3],
  new Map(),
  new Uint8Array(3),
  new Blob(["x"]),
  { toJSON: () => "x" },
  { content: new Uint8Array(3), filename: "a" },
  "1".repeat(20),
  "1".repeat(21),
  "١٢",
  "1\n",
  "a".repeat(65_535),
  "a".repeat(65_536),
  "🎫".repeat(40_000),
  "2026-03-02T08:15:00Z\n",
  "2026-02-29T08:15:00Z",
  "2024-02-29T08:15:00Z",
  "2026-04-31T08:15:00Z",
  "2026-03-02t08:15:00z",
  "2026-03-02T23:59:60Z",
  "2026-03-02T24:00:00Z",
  "2026-03-02T08:15:00.1234567890Z",
  "2026-03-02T08:15:00+24:00",
];

/** Texts of all forms that rules ask for, and of nearly these. */
const TEXTS = [
  "1",
  "00150000001",
  "9".repeat(20),
  "a-b_c.d:e",
  ":",
  "x".repeat(100),
  "x".repeat(101),
  "abcde",
  "word_of_15_char",
  "ä",
  "🎫 a",
  "Seller:Ticket.Reply",
  "updated_at:asc",
  "a:asc,b:desc",
  "a:asc,",
  "2026-03-02T08:15:00Z",
  "2000-12-31T23:59:59.123456789-11:30",
  "0000-01-28T00:00:00+00:00",
];

/** A value that obeys a rule. */
function obedient(rule, roll) {
  const [kind, first, second] = rule;
  switch (kind) {
    case "text":
      return roll.pick(["a", "ä🎫", "a".repeat(Math.min(second, 70_000))]).padEnd(first, "x");
    case "like": {
      const pattern = new RegExp(first);
      return roll.pick(TEXTS.filter((text) => pattern.test(text)));
    }
    case "flag":
      return roll.often(0.5);
    case "integer":
      return roll.pick([first, Math.min(second, 2 ** 53 - 1), Math.min(first + 1 + roll.below(20), second)]);
    case "one_of":
      return roll.pick(first);
    case "list": {
      // A parameter that code judges is accepted only when it is absent.
      if (first[0] === "code") return [];
      const items = Array.from({ length: (second ? 1 : 0) + roll.below(3) }, () => obedient(first, roll));
      return rule[3] ? [...new Set(items)] : items;
    }
    case "object":
      return obedientFields(first, roll);
    default:
      return undefined;
  }
}

function obedientFields(params, roll) {
  const given = params.map(([name, rule, optional]) => [
    name,
    optional && (rule[0] === "code" || roll.often(0.4)) ? roll.pick([undefined, null]) : obedient(rule, roll),
  ]);
  return Object.fromEntries(given.filter(([, field]) => field !== undefined || roll.often(0.5)));
}

function obedientArgs({ positional, rules }, roll) {
  const args = positional.map((name) => obedient(rules.find(([known]) => known === name)[1], roll));
  const last = obedientFields(
    rules.filter(([name]) => !positional.includes(name)),
    roll,
  );
  return Object.keys(last).length > 0 || roll.often(0.3) ? [...args, last] : args;
}

function strangeInside(value, roll) {
  if (Array.isArray(value)) {
    const at = roll.below(value.length + 1);
    if (at < value.length && roll.often(0.5)) return value.with(at, strangeInside(value[at], roll));
    return [...value, roll.pick([...STRANGE, ...value])];
  }
  const isPlain = value?.constructor === Object;
  return isPlain && roll.often(0.8) ? strangeArgs([value], roll)[0] : roll.pick(STRANGE);
}

function strangeArgs(args, roll) {
  const last = args.at(-1);
  const at = roll.below(args.length + 1);
  if (at < args.length && (typeof args[at] !== "object" || roll.often(0.2))) return args.with(at, roll.pick(STRANGE));
  if (typeof last !== "object" || last === null) return [...args, roll.pick(STRANGE)];
  const names = [...Object.keys(last), "not_documented", "__proto__", "id_ticket"];
  const name = roll.pick(names);
  const field = roll.often(0.7) ? strangeInside(last[name], roll) : roll.pick(STRANGE);
  const fields = { ...last };
  if (roll.often(0.15)) delete fields[name];
  else
    Object.defineProperty(fields, name, {
      value: field,
      enumerable: roll.often(0.95),
      configurable: true,
      writable: true,
    });
  const wrapped = roll.often(0.05)
    ? new Own(fields)
    : roll.often(0.05)
      ? Object.assign(Object.create(null), fields)
      : fields;
  return args.with(-1, wrapped);
}

/** The module's verdict on arguments. */
function judged(marketplace, endpoint, args, settings) {
  const where = { marketplace, endpoint };
  try {
    return inner.engine.validate(marketplace, endpoint, inner.takeFiles(where, args).args, settings);
  } catch (error) {
    return [error];
  }
}

test("arguments that are accepted here break no rule of the module's", () => {
  const named = rules.map(([marketplace, endpoint]) => `${marketplace} ${endpoint}`);
  for (const name of [
    "kaufland createTicketMessage",
    "magalu createTicket",
    "magalu createMessage",
    "jtl-scx createTicket",
    "jtl-scx seller.replyToTicket",
    "clickbank getTicket",
    "clickbank listTickets",
  ]) {
    assert.ok(named.includes(name), name);
  }
  // The rules of these depend on several parameters at once.
  for (const name of ["createTicket", "updateTicket", "getRefundAmounts"]) {
    assert.ok(!named.includes(`clickbank ${name}`), name);
  }
  let refused = 0;
  let stranger = 0;
  for (const [index, [marketplace, endpoint, known]] of rules.entries()) {
    const roll = dice(100 + index);
    if (known.rules.some(([, rule, optional]) => rule[0] === "code" && !optional)) continue;
    for (let round = 0; round < ROUNDS; round += 1) {
      const args = obedientArgs(known, roll);
      const told = () => `${endpoint} ${JSON.stringify(args)?.slice(0, 500)}`;
      assert.deepEqual(judged(marketplace, endpoint, args, {}), [], told());
      assert.ok(inner.acceptable(marketplace, endpoint, args), told());

      let strange = args;
      for (let times = 1 + roll.below(2); times > 0; times -= 1) strange = strangeArgs(strange, roll);
      if (!inner.acceptable(marketplace, endpoint, strange)) {
        refused += 1;
        continue;
      }
      stranger += 1;
      for (const settings of [{}, { allowUnknownValues: true }]) {
        const found = judged(marketplace, endpoint, strange, settings);
        assert.deepEqual(found, [], `${endpoint} ${found.map((violation) => violation.field)}`);
      }
    }
  }
  assert.ok(refused > 100 && stranger > 10, `${refused} strange ones refused, ${stranger} accepted`);
});

test("what only may be good goes to the module", () => {
  const kaufland = (...call) => ["kaufland", ...call];
  const magalu = (...call) => ["magalu", ...call];
  const message = (fields) => kaufland("createTicketMessage", "00150000001", fields);
  const list = (fields) => kaufland("listTickets", fields);
  const open = (id_order_unit) => kaufland("openTicket", { id_order_unit, reason: "product_defect", message: "a" });
  const ticket = {
    sellerId: "s",
    ticketId: "t",
    topic: "QUESTION",
    createdAt: "2026-03-02T08:15:00Z",
    from: { role: "BUYER" },
    subject: "s",
    message: "m",
  };
  const scx = (fields) => ["jtl-scx", "createTicket", { ...ticket, ...fields }];
  const owned = (owner) => magalu("createMessage", "t", { message: "a", destination: "customer", owner });
  for (const [marketplace, endpoint, ...args] of [
    message({ text: "🎫".repeat(40_000) }),
    message(new Own({ text: "a" })),
    message({ text: "a", ticket_message_files: [new File(["a"], "a.txt")] }),
    list({ ts_created_from_iso: new Date(0) }),
    list({ ts_created_from_iso: "2024-02-29T08:15:00Z" }),
    list({ ts_created_from_iso: "2026-03-02t08:15:00z" }),
    open([7n]),
    open(Items.from([1, 2])),
    kaufland("closeTicket", "1", {}, "more"),
    owned({ code: "ä", name: "b" }),
    owned(new Own({ code: "a", name: "b" })),
    // A field that is not documented, whose name may be misspelt.
    owned({ code: "a", name: "b", also: 1 }),
    magalu("getTicket", "t", { also: 1 }),
    magalu("listTickets", { updated_at_gte: "2026-02-01T10:00:00" }),
    magalu("listTickets", { _offset: 1 }),
    scx({ from: { role: "SELLER", name: "n", also: 1 } }),
    scx({ attachment: [{ filename: "a.png", contentType: "image/png" }] }),
    scx({ createdAt: "2024-02-29T08:15:00Z" }),
    ["clickbank", "getTicket", 31004567],
    ["clickbank", "getTicket", "1", { also: 1 }],
    ["clickbank", "countTickets", { receipt: "x".repeat(65) }],
    ["clickbank", "listTickets", { receipt: "A%BCD" }],
    ["clickbank", "listTickets", { createDateFrom: "2026-03-01", createDateTo: "2026-03-02" }],
  ]) {
    assert.equal(inner.acceptable(marketplace, endpoint, args), false, endpoint);
    assert.deepEqual(judged(marketplace, endpoint, args, {}), [], endpoint);
  }
});

test("settings that are taken without the module are right to it", () => {
  const { below, pick, often } = dice(15);
  const hosts = [
    "https://shop.example",
    "https://a.b-c.example",
    "https://xn--bcher-kva.example",
    "https://-a.example",
    "https://a-.example",
    "https://a..example",
    "https://.example",
    "https://shop",
    "https://shop.1",
    "https://shop.0x1",
    "https://1.2.3.4",
    "https://SHOP.example",
    "https://shop.example.",
    "https://me@shop.example",
    "https://[::1]",
    "http://localhost",
    "http://127.0.0.1",
    "http://localhost.evil.example",
    "http://shop.example",
    "ftp://shop.example",
    "//shop.example",
    "",
  ];
  const ports = [
    "",
    "",
    "",
    ":443",
    ":80",
    ":8443",
    ":08443",
    ":59999",
    ":60000",
    ":65536",
    ":99999",
    ":",
    ":+80",
    ":1",
  ];
  const paths = [
    "",
    "",
    "/",
    "/api/kf-de",
    "/api//a",
    "/..",
    "/./a",
    "/a.b/~c",
    "/a%20b",
    "/a?b",
    "/a#b",
    "/ä",
    "/a b",
    "/a\n",
    "/.a",
  ];
  const url = () => pick(hosts) + pick(ports) + pick(paths);
  const numbers = [0, 1, 2, 10, 11, 1.5, 2 ** 31 - 1, 2 ** 31, 1e300, "5", true];
  const names = [
    "authorization",
    "Authorization",
    "x-a",
    "X-A",
    "x-",
    "x-ä",
    "cookie",
    "host",
    "shop-a",
    "accept",
    "x-a b",
    "",
  ];
  const values = ["a", "", "Bearer a.b-c", "\t", "a\n", "ä", "\u007f", 5, undefined, null, ["a"]];
  const headers = () => Object.fromEntries(Array.from({ length: below(3) }, () => [pick(names), pick(values)]));
  let taken = 0;
  for (let round = 0; round < 40 * ROUNDS; round += 1) {
    const settings = { baseUrl: often(0.5) ? `https://shop.example${pick(["", "/api/kf-de"])}` : url(), gateway: true };
    for (const name of ["timeoutMs", "totalTimeoutMs", "settleMs", "maxRetries"]) {
      if (often(0.15)) settings[name] = pick(often(0.2) ? STRANGE : numbers);
    }
    if (often(0.1)) settings.allowUnknownValues = pick([true, false, 1, "true"]);
    if (often(0.1)) settings.arrayEncoding = pick(["repeat", "comma", "brackets", "Comma", 5]);
    if (often(0.4)) settings.headers = often(0.1) ? pick(STRANGE) : headers();
    if (often(0.05)) settings[pick(["environment", "ticketPath", "other"])] = pick(["production", "sandbox", "/a", 5]);
    if (often(0.05)) settings.gateway = pick([false, 1, undefined]);
    if (!inner.engine.plainSettings(settings)) continue;
    taken += 1;
    for (const marketplace of MARKETPLACES) {
      const found = inner.engine.checkSettings(marketplace, settings, {});
      assert.deepEqual(found, [], inspect(settings));
    }
  }
  assert.ok(taken > ROUNDS, `only ${taken} were taken`);
});

test("usual settings of a gateway's client are taken without the module", () => {
  for (const [settings, isTaken] of [
    [{}, true],
    [{ baseUrl: "http://localhost:5173/api" }, true],
    [{ baseUrl: "https://tickets.shop.example/api/accounts/kf-de" }, true],
    [{ headers: { Authorization: "Bearer a.b", "X-Own": "1" } }, true],
    [{ timeoutMs: 5000, totalTimeoutMs: 60_000, maxRetries: 0, settleMs: 1, allowUnknownValues: true }, true],
    // Two names for one header.
    [{ headers: { "x-a": "1", "X-A": "2" } }, false],
    [{ gateway: false }, false],
    [{ headers: new Own({ "x-a": "1" }) }, false],
  ]) {
    const whole = { baseUrl: "https://shop.example/api/kf-de", gateway: true, ...settings };
    assert.equal(inner.engine.plainSettings(whole), isTaken, inspect(settings));
  }
});
