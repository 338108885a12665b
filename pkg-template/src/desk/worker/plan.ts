/**
 * What an invocation may use, and how many accounts a minute may be woken. All of it is arithmetic,
 * so that a test can try every minute of a day.
 */

/** Cloudflare's plan. */
export type DeskPlan = "free" | "paid";

/** What a plan leaves to the desk. */
export interface Limits {
  /** The calls to marketplaces of one sync. */
  calls: number;
  /** How long a sync takes, in milliseconds. */
  ms: number;
  /** The statements after which a sync begins nothing more. */
  queries: number;
  /** The wake-ups of a day. */
  wakesADay: number;
}

export const MINUTE_MS = 60_000;
const MINUTES_A_DAY = 1440;
/** A message is written, read and deleted. */
export const OPERATIONS_A_MESSAGE = 3;

/**
 * The free plan has 50 queries and 50 sub-requests an invocation and 10,000 queue operations a day.
 * A sync stores what it has begun after it has used what it may, so the rest is left to that; a fifth
 * of the operations is left to messages that are tried again. The paid plan has 1,000 of each an
 * invocation, and a call takes about three queries.
 */
export const LIMITS: Record<DeskPlan, Limits> = {
  free: { calls: 4, ms: 20_000, queries: 16, wakesADay: Math.floor((10_000 * 0.8) / OPERATIONS_A_MESSAGE) },
  paid: { calls: 200, ms: 25_000, queries: 600, wakesADay: Number.POSITIVE_INFINITY },
};

/**
 * Returns the accounts to wake in this minute, of those that are due. If the plan allows fewer, they
 * take turns: the turn goes through all accounts, so none is left out however many are due.
 */
export function turnsOf(
  accounts: readonly string[],
  due: Pick<ReadonlyMap<string, unknown>, "has">,
  now: number,
  { wakesADay }: Limits,
): string[] {
  if (wakesADay === Number.POSITIVE_INFINITY) return accounts.filter((id) => due.has(id));
  const minute = Math.floor(now / MINUTE_MS);
  const before = Math.floor((minute * wakesADay) / MINUTES_A_DAY);
  const room = Math.floor(((minute + 1) * wakesADay) / MINUTES_A_DAY) - before;
  const first = accounts.length === 0 ? 0 : before % accounts.length;
  const order = [...accounts.slice(first), ...accounts.slice(0, first)];
  return order.filter((id) => due.has(id)).slice(0, room);
}

/** The wake-ups of a second, so that accounts that share a marketplace's limit do not meet there. */
const WAKES_A_SECOND = 3;
/** How far the wake-ups of a minute are spread at most, in seconds. */
const MOST_SPREAD = 50;

/**
 * Returns the accounts with the seconds that their wake-ups wait. Each is woken when its time comes,
 * and not in the minute after it. Those whose time has come are woken one after the other.
 */
export function delaysOf(
  accounts: readonly string[],
  due: ReadonlyMap<string, number>,
  now: number,
): [account: string, seconds: number][] {
  const late = accounts.filter((id) => (due.get(id) ?? now) <= now);
  const step = Math.min(1 / WAKES_A_SECOND, MOST_SPREAD / Math.max(late.length, 1));
  const turns = new Map(late.map((id, nth) => [id, Math.floor(nth * step)]));
  return accounts.map((id) => [id, turns.get(id) ?? Math.ceil(((due.get(id) ?? now) - now) / 1000)]);
}

/**
 * How long a wake-up waits after it has come to nothing so often. It is a few minutes at most, so
 * that an account is soon read again when the database is back.
 */
export const waitAfter = (count: number): number => Math.min(2 ** Math.min(count, 3), 8) * MINUTE_MS;

/** How long a message waits before it is tried again, in seconds. */
export const retryAfter = (attempts: number): number => Math.min(10 * 2 ** Math.min(Math.max(attempts - 1, 0), 6), 600);
