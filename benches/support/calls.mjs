/**
 * Calls against a stubbed `fetch`: ours, with keys and through a gateway, beside those of API
 * clients that do not sign. All get the same bytes for an answer and send a body of the same size.
 */

const STATUS = ["opened", "buyer_closed", "seller_closed", "customer_service_closed_final"];
const TICKETS = Array.from({ length: 30 }, (_, at) => ({
  id_ticket: `001${String(50_000_000 + at * 7919).padStart(8, "0")}`,
  ids_order_units: Array.from({ length: 1 + (at % 7) }, (_, unit) => 314_567_000 + at * 10 + unit),
  id_buyer: at % 9 === 0 ? null : 12_345_000 + at,
  ts_created_iso: `2026-03-02T08:${String(at % 60).padStart(2, "0")}:00Z`,
  ts_updated_iso: `2026-03-04T17:${String((at * 7) % 60).padStart(2, "0")}:31Z`,
  status: STATUS[at % STATUS.length],
  open_reason: "product_defect",
  topic: "product_return",
  is_seller_responsible: at % 2 === 0,
  fulfillment_type: "fulfilled_by_merchant",
  storefront: "de",
}));
const bytesOf = (value) => new TextEncoder().encode(JSON.stringify(value));
const PAGE = bytesOf({ data: TICKETS, pagination: { offset: 0, limit: 30, total: 4321 } });
const WRITTEN = bytesOf({ data: { id: 1 } });
const TEXT = "Guten Tag, vielen Dank für Ihre Nachricht. ".repeat(10);
const ID = "00150000001";

/** The headers of an answer as APIs send them. */
const HEADERS = {
  "content-type": "application/json",
  date: "Mon, 02 Mar 2026 08:00:00 GMT",
  server: "nginx",
  "cache-control": "no-cache, private",
  "x-request-id": "6f0f0d0e8a1b4f5c9d7e3b2a1c0d9e8f",
  "strict-transport-security": "max-age=31536000; includeSubDomains",
  vary: "Accept-Encoding",
};
const PASSED_ON = {
  ...HEADERS,
  "x-seller-tickets-origin": "marketplace",
  "x-seller-tickets-sent": "yes",
  "x-seller-tickets-attempts": "1",
};

const answering = (headers) => async (_url, init) => new Response(init.method === "GET" ? PAGE : WRITTEN, { headers });

const GATEWAY = "https://dashboard.example.com/api/accounts/kf-de";
export const OURS = ["ours, with keys", "ours, through a gateway"];
export const PEERS = ["openai", "stripe"];
export const KINDS = ["read", "write"];
/** The least that any client takes: the stub itself, and the parsing of its answer. */
export const FLOOR = "the stub alone";

function makeClients({ api, openai, stripe }) {
  const fetch = answering(HEADERS);
  // The clock leaps, so that no call waits for its turn.
  let time = Date.now();
  const now = () => {
    time += 1000;
    return time;
  };
  const keys = { clientKey: "bench-client-key", secretKey: "bench-secret-key", userAgent: "Inhouse_development" };
  return {
    keyed: new api.Kaufland({ ...keys, fetch, now }),
    paged: new api.Kaufland({ gateway: GATEWAY, fetch: answering(PASSED_ON) }),
    openai: openai && new openai({ apiKey: "bench", baseURL: "https://api.example.com/v1", fetch }),
    stripe:
      stripe && new stripe("sk_test_bench", { httpClient: stripe.createFetchHttpClient(fetch), telemetry: false }),
    fetch,
  };
}

/** Each case returns what its user gets. */
function makeCases(libraries) {
  const { keyed, paged, openai, stripe, fetch } = makeClients(libraries);
  const cases = {};
  for (const [at, client] of [keyed, paged].entries()) {
    cases[`read: ${OURS[at]}`] = () => client.listTickets({ limit: 30 });
    cases[`write: ${OURS[at]}`] = () => client.createTicketMessage(ID, { text: TEXT });
  }
  if (openai) {
    cases["read: openai"] = () => openai.get("/tickets", { query: { limit: 30 } });
    cases["write: openai"] = () => openai.post(`/tickets/${ID}/messages`, { body: { text: TEXT } });
  }
  if (stripe) {
    cases["read: stripe"] = () => stripe.customers.list({ limit: 30 });
    cases["write: stripe"] = () => stripe.customers.create({ description: TEXT });
  }
  for (const [kind, method] of [
    ["read", "GET"],
    ["write", "POST"],
  ]) {
    cases[`${kind}: ${FLOOR}`] = async () => JSON.parse(await (await fetch(GATEWAY, { method })).text());
  }
  return cases;
}

/** Checks that every read gives the page. */
async function check(cases) {
  for (const [name, call] of Object.entries(cases)) {
    const result = await call();
    if (name.startsWith("read") && (result.data.length !== 30 || result.data[29].id_ticket !== TICKETS[29].id_ticket)) {
      throw new Error(`${name}: the answer is another one`);
    }
  }
}

const processorMicroseconds = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** The processor time of one call in microseconds, by case: medians are for the caller. */
async function inTurns(cases, { runs, batch, warmUp }) {
  const names = Object.keys(cases);
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = -warmUp; round < runs; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(turn + round + warmUp) % names.length];
      const start = processorMicroseconds();
      for (let count = 0; count < batch; count += 1) await cases[name]();
      if (round >= 0) samples[name].push((processorMicroseconds() - start) / batch);
    }
  }
  return samples;
}

/** Where the time of ours goes, in shares of the samples of V8's profiler. */
async function profile(call) {
  const { Session } = await import("node:inspector/promises");
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: 200 });
  await session.post("Profiler.start");
  for (let count = 0; count < 4000; count += 1) await call();
  const { profile: taken } = await session.post("Profiler.stop");
  session.disconnect();
  const nodes = new Map(taken.nodes.map((node) => [node.id, node]));
  const parents = new Map(taken.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const partOf = (id) => {
    const { url, functionName } = nodes.get(id).callFrame;
    if (["(root)", "(program)", "(idle)"].includes(functionName)) return undefined;
    if (functionName === "(garbage collector)") return "collecting garbage";
    for (let at = id; at !== undefined; at = parents.get(at)) {
      if (nodes.get(at).callFrame.url.startsWith("wasm:")) return "crossings, with all that the module does";
    }
    // What a native function takes belongs to its caller.
    let from = id;
    while (nodes.get(from).callFrame.url === "" && parents.has(from)) from = parents.get(from);
    const script = nodes.get(from).callFrame.url;
    if (script.includes("/npm/seller-tickets/"))
      return url === "" ? "built-in functions and promises" : "our own JavaScript";
    return "the host: fetch's objects, streams, timers, signals";
  };
  const parts = {};
  let all = 0;
  for (const [at, id] of taken.samples.entries()) {
    const part = partOf(id);
    if (part === undefined) continue;
    parts[part] = (parts[part] ?? 0) + taken.timeDeltas[at];
    all += taken.timeDeltas[at];
  }
  return Object.fromEntries(Object.entries(parts).map(([part, time]) => [part, time / all]));
}

/** The processor time of each of many calls at once, beside calls one after the other. */
async function together(client, count) {
  const start = processorMicroseconds();
  for (let at = 0; at < count; at += 1) await client.listTickets({ limit: 30 });
  const alone = processorMicroseconds();
  await Promise.all(Array.from({ length: count }, () => client.listTickets({ limit: 30 })));
  return (processorMicroseconds() - alone) / (alone - start);
}

/** The bytes that a call holds while its answer is awaited. */
async function waiting(makeCall, count) {
  const collect = async () => {
    for (let turn = 0; turn < 3; turn += 1) {
      globalThis.gc();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const stop = new AbortController();
  const call = makeCall(stop.signal);
  const first = call().catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 10));
  const before = await collect();
  const calls = Array.from({ length: count }, () => call().catch(() => {}));
  await new Promise((resolve) => setTimeout(resolve, 100));
  const after = await collect();
  stop.abort();
  await Promise.all([first, ...calls]);
  return (after - before) / count;
}

const AT_ONCE = 1000;

export async function measure(libraries, options) {
  const cases = makeCases(libraries);
  await check(cases);
  const samples = await inTurns(cases, options);
  const profiles = {};
  for (const kind of KINDS) profiles[kind] = await profile(cases[`${kind}: ${OURS[0]}`]);

  const fetch = answering(PASSED_ON);
  const unbounded = new libraries.api.Kaufland({ gateway: GATEWAY, fetch });
  // As in Workers. Each answer takes a moment, so that the others wait for a connection.
  const later = (url, init) => new Promise((resolve) => setTimeout(resolve, 1)).then(() => fetch(url, init));
  const six = new libraries.api.Kaufland({ gateway: GATEWAY, fetch: later, maxInFlight: 6 });
  const ratios = { "any number": await together(unbounded, AT_ONCE), six: await together(six, AT_ONCE) };

  const deaf = (_url, { signal }) =>
    new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  const ours = new libraries.api.Kaufland({ gateway: GATEWAY, fetch: deaf });
  const bytes = { ours: await waiting((signal) => () => ours.listTickets({ limit: 30 }, { signal }), AT_ONCE) };
  const { openai: OpenAI } = libraries;
  if (OpenAI) {
    const openai = new OpenAI({ apiKey: "bench", baseURL: "https://api.example.com/v1", fetch: deaf, maxRetries: 0 });
    bytes.openai = await waiting((signal) => () => openai.get("/tickets", { query: { limit: 30 }, signal }), AT_ONCE);
  }
  return { samples, profiles, ratios, bytes };
}

let made;

/**
 * Returns the cases' names, or runs a case `batch` times in a row. A Worker's processor time is
 * taken from outside.
 */
export async function handle(libraries, { name, batch }) {
  if (name === undefined) {
    made = makeCases(libraries);
    await check(made);
    return Object.keys(made);
  }
  for (let turn = 0; turn < batch; turn += 1) await made[name]();
}
