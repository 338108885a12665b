/** The day of a person who counts. */

/** Returns when the day of this moment began and when the next one begins, in the host's time zone. */
export function dayOf(now: number): { from: number; until: number } {
  const from = new Date(now);
  from.setHours(0, 0, 0, 0);
  const until = new Date(from);
  until.setDate(until.getDate() + 1);
  return { from: from.getTime(), until: until.getTime() };
}
