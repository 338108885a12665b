/**
 * Turns that calls take without waiting for each other's promises, because in a Worker a request that ends takes its promises with it. A turn is plain
 * data of the client; who has one extends it as long as it lives, and who waits has a timer of its own, and takes over when a turn is over.
 */

/** The turn of a call. */
export interface Turn {
  /** When it is over, unless it is extended. */
  until: number;
}

/** Those who wait for the same thing, by its name. The first one has it. */
export type Lines = Map<string, Turn[]>;

/** How often who waits looks again. */
export const POLL_MS = 25;
const LEASE_MS = 2_000;
const BEAT_MS = 400;

export function takeTurn(): Turn {
  return { until: Date.now() + LEASE_MS };
}

export function isOver(turn: Turn): boolean {
  return turn.until < Date.now();
}

/** Extends the turn until the result is called. */
export function keepTurn(turn: Turn): () => void {
  const beat = setInterval(() => {
    turn.until = Date.now() + LEASE_MS;
  }, BEAT_MS);
  return () => clearInterval(beat);
}

/**
 * Stands in a line until the turn has come; `pause` waits `POLL_MS` and says whether to go on. `undefined`: it was given up. Those ahead who do not
 * move any more are passed, when they are found so twice: a program that was busy for long lets all turns seem over at first.
 */
export async function lineUp(lines: Lines, key: string, pause: () => Promise<boolean>): Promise<Turn | undefined> {
  const line = lines.get(key) ?? [];
  lines.set(key, line);
  const turn = takeTurn();
  line.push(turn);
  for (let still = 0; ; ) {
    const place = line.indexOf(turn);
    // Passed by those behind, after a long sleep: to the end of the line.
    if (place < 0) line.push(turn);
    const ahead = line.slice(0, place < 0 ? -1 : place);
    still = ahead.every(isOver) ? still + 1 : 0;
    if (ahead.length === 0 || still > 1) {
      line.splice(0, ahead.length);
      return turn;
    }
    turn.until = Date.now() + LEASE_MS;
    if (!(await pause())) {
      leave(lines, key, turn);
      return undefined;
    }
  }
}

/** Ends a turn, or lets it last until a time. */
export function leave(lines: Lines, key: string, turn: Turn, until?: number): void {
  if (until !== undefined) {
    turn.until = until;
    return;
  }
  const line = lines.get(key) ?? [];
  const place = line.indexOf(turn);
  if (place >= 0) line.splice(place, 1);
  if (line.length === 0) lines.delete(key);
}
