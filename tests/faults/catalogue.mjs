/**
 * The faults of the lab. `market` ones are played by the local marketplace itself, which the door
 * tells of by a header; the others by the door, because a Worker cannot refuse a connection, reset
 * one or deliver a request twice.
 */

/**
 * Milliseconds that a client of the lab gives to an attempt; what is to stall stalls for longer.
 */
export const TIMEOUT_MS = 1000;
/** How long after a lost answer clients look for what they wrote. */
export const SETTLE_MS = 240;
/**
 * The same where reads lag, and the lags: none of them is close to it, all but the last, which is a
 * documented limit.
 */
export const LAG_SETTLE_MS = 800;
export const LAGS = [0, 5, 40, 100, 400];
export const LAG_BEYOND_MS = 1200;
/** A late write lands at most this long after the client was told of a failure. */
export const LATE_MS = 80;

const market = (name, fault) => ({ name, market: { times: null, match: { headers: { "x-lab-fault": name } }, fault } });
const door = (name, play, more = {}) => ({ name, door: play, ...more });
const BOTH = ["before", "after"];
/**
 * Clocks of the clients, in milliseconds against the marketplace's. Kaufland takes signatures of
 * the last five minutes.
 */
const SKEWS = [
  ["4 min ahead", 240_000],
  ["4 min behind", -240_000],
  ["1 h ahead", 3_600_000],
];
const STATUSES = [408, 429, 500, 502, 503, 504];

export const FAULTS = [
  door("refused", "refused"),
  door("reset before", "reset", { when: "before" }),
  door("reset after", "reset", { when: "after" }),
  door("closed before", "close", { when: "before" }),
  door("closed after", "close", { when: "after" }),
  door("reset in the request", "reset_request"),
  door("reset in the headers", "reset_headers"),
  door("reset in the body", "reset_body"),
  door("stalled request", "stall", { when: "never" }),
  door("stalled headers", "stall", { when: "after" }),
  door("stalled body", "stall_body"),
  door("late, reset", "late", { answer: "reset" }),
  door("late, 504", "late", { answer: 504 }),
  door("late, timed out", "late", { answer: "stall" }),
  door("twice, first answer", "twice", { answer: "first" }),
  door("twice, second answer", "twice", { answer: "second" }),
  door("twice, no answer", "twice", { answer: "none" }),
  door("twice, later", "twice", { answer: "later" }),
  ...STATUSES.flatMap((status) => BOTH.map((when) => market(`${status} ${when}`, { kind: "status", status, when }))),
  ...BOTH.map((when) => market(`html 502 ${when}`, { kind: "html_error", status: 502, when })),
  ...BOTH.map((when) => market(`html 503 ${when}`, { kind: "html_error", status: 503, when })),
  market("cut body", { kind: "cut_body" }),
  market("half body, then nothing", { kind: "stall_body", ms: 2 * TIMEOUT_MS }),
  market("slow trickle", { kind: "slow_body", ms: 15, pieces: 6 }),
  market("too slow trickle", { kind: "slow_body", ms: 0.4 * TIMEOUT_MS, pieces: 5 }),
  market("truncated json", { kind: "truncated_json" }),
  market("bad json", { kind: "bad_json" }),
  market("empty body", { kind: "empty_body" }),
  market("wrong content type", { kind: "wrong_content_type", content_type: "text/plain" }),
  ...BOTH.flatMap((when) =>
    [302, 307].map((status) => market(`redirect ${status} ${when}`, { kind: "redirect", to: "", status, when })),
  ),
  ...SKEWS.flatMap(([skew, skewMs]) => [
    door(`clock ${skew}, reset before`, "reset", { when: "before", skewMs }),
    door(`clock ${skew}, reset after`, "reset", { when: "after", skewMs }),
    door(`clock ${skew}, late`, "late", { answer: "reset", skewMs }),
  ]),
  { name: "token expired", access: "expired" },
  door("token expired, reset after", "reset", { when: "after", access: "expired" }),
  { name: "token expired, renewal fails", access: "expired", signIns: 2 },
  { name: "keys rotated", access: "rotated" },
];

/**
 * The fault that each header stands for, as the marketplaces are told. `elsewhere` is another host,
 * which must never be asked.
 */
export const marketFaults = (elsewhere) =>
  FAULTS.filter((fault) => "market" in fault).map(({ market }) =>
    market.fault.kind === "redirect" ? { ...market, fault: { ...market.fault, to: elsewhere } } : market,
  );

/**
 * The habits of the marketplaces, which requests ask for by a header: how late their reads are, and
 * whether copies are refused.
 */
export const labHabits = [
  ...[...LAGS, LAG_BEYOND_MS].map((ms) => ({
    match: { headers: { "x-lab-lag": String(ms) } },
    fault: { kind: "late", ms },
  })),
  { match: { headers: { "x-lab-copies": "refused" } }, fault: { kind: "refuse_copies" } },
];

/** Those that may meet what is sent again: they need no client of their own. */
export const AGAIN = FAULTS.filter(({ skewMs, access }) => skewMs === undefined && access === undefined);

/** Those that reads get over by themselves. */
export const READ_FAULTS = FAULTS.filter(({ name }) =>
  ["reset before", "reset after", "reset in the body", "500 before", "502 after", "503 before", "429 before"].includes(
    name,
  ),
);
