/** Times cases in turns. It runs in every runtime, so it uses only the language. */

/**
 * Times the cases in turns. Every round begins with another case, so that none always follows the
 * same one.
 * @param {Record<string, (prepared: unknown) => unknown>} cases the code to time, `batch` times in
 *   a row
 * @param {{ runs: number, batch?: number, warmUp?: number, collect?: boolean, prepare?:
 *   Record<string, () => unknown> }} options
 *   `collect` collects garbage before each turn, if one case would pay for another's; `prepare`
 *   makes the argument for each call of a case, outside of the measured time
 * @returns {Promise<Record<string, number[]>>} milliseconds for one call, by case
 */
export async function interleave(cases, { runs, batch = 1, warmUp = 2, collect = false, prepare = {} }) {
  const names = Object.keys(cases);
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = -warmUp; round < runs; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(turn + round + warmUp) % names.length];
      const run = cases[name];
      const given = Array.from({ length: batch }, () => prepare[name]?.());
      // Firefox has no `gc`.
      if (collect) globalThis.gc?.();
      const start = performance.now();
      for (const one of given) {
        const result = run(one);
        // Awaiting a finished result would cost the synchronous cases a turn.
        if (result instanceof Promise) await result;
      }
      const time = performance.now() - start;
      if (round >= 0) samples[name].push(time / batch);
    }
  }
  return samples;
}

function equalBytes(a, b) {
  if (a.byteLength !== b.byteLength) return false;
  for (let at = 0; at < a.byteLength; at += 1) if (a[at] !== b[at]) return false;
  return true;
}

/** Fails unless two results are the same, byte by byte or as JSON. */
export function same(what, a, b) {
  const equal = a instanceof Uint8Array ? equalBytes(a, b) : JSON.stringify(a) === JSON.stringify(b);
  if (!equal) throw new Error(`${what}: the cases differ`);
}
