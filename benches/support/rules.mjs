/** Checks 1,000 mixed request bodies against the rules, in the runtime that loads this module. */
import { interleave } from "./interleave.mjs";

const REASONS = [
  "product_not_as_described",
  "product_defect",
  "product_not_delivered",
  "product_return",
  "contact_other",
];
const SENTENCE = "Guten Tag, vielen Dank für Ihre Nachricht. Wir kümmern uns gleich darum. ";

/** Half messages, half new tickets; one in ten breaks one or two rules. */
function calls() {
  const broken = [
    ["createTicketMessage", "abc", { text: "Hallo" }],
    ["createTicketMessage", "00150000001", { text: "" }],
    ["createTicketMessage", "00150000001", { text: "x".repeat(65_536) }],
    ["createTicketMessage", "", { text: 5, interim_notice: "yes" }],
    ["createTicketMessage", "00150000001", { text: "Hallo", intern: true }],
    ["openTicket", { id_order_unit: [], reason: "product_defect", message: "Hallo" }],
    ["openTicket", { id_order_unit: [0, 7], reason: "unknown", message: "Hallo" }],
    ["openTicket", { id_order_unit: [7, 7], reason: "product_defect", message: "Hallo" }],
    ["openTicket", { id_order_unit: [7], reason: "product_defect" }],
    ["openTicket", { id_order_unit: ["7"], reason: "product_defect", message: "" }],
  ];
  return Array.from({ length: 1000 }, (_, at) => {
    if (at % 10 === 9) return broken[((at - 9) / 10) % broken.length];
    const text = SENTENCE.repeat(1 + ((at * 7) % 24));
    if (at % 2 === 0) {
      const id = `001${50_000_000 + at}`;
      return ["createTicketMessage", id, at % 4 === 0 ? { text } : { text, interim_notice: at % 8 === 2 }];
    }
    const id_order_unit = Array.from({ length: 1 + (at % 5) }, (_, unit) => 314_567_000 + at * 10 + unit);
    return ["openTicket", { id_order_unit, reason: REASONS[at % REASONS.length], message: text }];
  });
}

/**
 * The length of a text in code points. It is at most the number of UTF-16 units, so most texts need
 * no counting.
 */
function fits(text, max) {
  if (text.length <= max) return true;
  let count = 0;
  for (const _ of text) count += 1;
  return count <= max;
}

function schemas(z) {
  const id = z.string().regex(/^\d{1,20}$/);
  const text = z
    .string()
    .min(1)
    .refine((value) => fits(value, 65_535));
  const message = z.strictObject({ text, interim_notice: z.boolean().nullish() });
  const units = z
    .array(z.int().min(1))
    .min(1)
    .refine((list) => new Set(list).size === list.length);
  const ticket = z.strictObject({ id_order_unit: units, reason: z.enum(REASONS), message: z.string().min(1) });
  return { createTicketMessage: z.tuple([id, message]), openTicket: z.tuple([ticket]) };
}

function makeCases({ api, z }) {
  const all = calls();
  const prepared = all.map(([endpoint, ...args]) => [endpoint, args]);
  const { createTicketMessage, openTicket } = schemas(z);
  const rules = { createTicketMessage, openTicket };
  const kaufland = new api.Kaufland({ gateway: "https://dashboard.example.com/api/accounts/kf-de" });

  for (const [endpoint, args] of prepared) {
    const ours = kaufland.validate(endpoint, ...args).length === 0;
    if (ours !== rules[endpoint].safeParse(args).success) {
      throw new Error(`the rules differ: ${endpoint} ${JSON.stringify(args).slice(0, 200)}`);
    }
  }
  // Counting the results keeps the engine from removing unused work.
  const count = { refused: 0 };
  const cases = {
    "ours: `validate()`": () => {
      for (const [endpoint, args] of prepared) count.refused += kaufland.validate(endpoint, ...args).length > 0 ? 1 : 0;
    },
    "zod: `safeParse()`": () => {
      for (const [endpoint, args] of prepared) count.refused += rules[endpoint].safeParse(args).success ? 0 : 1;
    },
  };
  return { cases, count };
}

export async function measure(libraries, { runs }) {
  const { cases, count } = makeCases(libraries);
  const samples = await interleave(cases, { runs, warmUp: 5 });
  if (count.refused !== 100 * 2 * (runs + 5)) throw new Error(`${count.refused} refusals are not what was put in`);
  return samples;
}

let made;

/**
 * Returns the cases' names, or runs a case `batch` times in a row. A Worker is timed from outside.
 */
export function handle({ api, z }, { name, batch }) {
  if (name === undefined) {
    made = { ...makeCases({ api, z }).cases, nothing: () => {} };
    return Object.keys(made);
  }
  for (let turn = 0; turn < batch; turn += 1) made[name]();
}
