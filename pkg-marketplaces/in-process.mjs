/**
 * The marketplaces in this process: `fetch` is a function, and the database is SQLite in memory.
 * They are the same code as in workerd, which gets here what it has there.
 */
import { scheduler } from "node:timers/promises";
import { accountsAt, controlsAt, queries } from "../www-demo/local/marketplaces.mjs";
import { exactJson } from "./exact-json.mjs";
import { asD1, openSqlite } from "./sqlite.mjs";

/** Clients take plain http on this machine alone, and the control answers there alone. */
const URL_HERE = "http://localhost";

/** A stream that its writer breaks off arrives broken: there is no length to hold it against. */
class FixedLengthStream extends TransformStream {
  constructor(_length) {
    super();
  }
}

/**
 * Seeded databases whose marketplaces are closed, by their seeds. Seeding takes longer than a test
 * should wait.
 */
const idle = new Map();
/** When the first of this process were started, so that later ones have the same data. */
let firstNow;

/** @type {typeof import("./index.d.ts").marketplaces} */
export async function marketplaces({ now, seed = 1 } = {}) {
  if (now !== undefined && Number.isNaN(new Date(now).getTime())) {
    throw new RangeError("`now` must be a date such as 2026-03-01T12:00:00Z");
  }
  if (!Number.isSafeInteger(seed)) throw new RangeError("`seed` must be a whole number");
  // Loaded late, because the file is made by the build.
  const { instantiate } = await import("./instance.mjs");
  firstNow ??= new Date();
  const seededAt = new Date(now ?? firstNow).toISOString();
  const key = `${seededAt} ${seed}`;
  const pool = idle.get(key) ?? [];
  idle.set(key, pool);

  const env = { DB: undefined, SEED_NOW: seededAt, SEED: seed };
  const start = () => instantiate({ scheduler, FixedLengthStream, JSON: exactJson });
  let worker = start();
  let isClosed = false;

  /** @type {typeof globalThis.fetch} */
  const fetch = async (input, init) => {
    if (isClosed) throw new TypeError("fetch failed", { cause: new Error("the marketplaces are closed") });
    const request = new Request(input, init);
    const { signal } = request;
    signal.throwIfAborted();
    const context = { waitUntil: (rest) => void rest.catch(() => {}) };
    const answer = await orAborted(worker.fetch(request, env, context), signal);
    if (answer.body === null) return answer;
    return new Response(answer.body.pipeThrough(new TransformStream(), { signal }), answer);
  };
  const control = controlsAt(URL_HERE, fetch);

  let sqlite = pool.pop();
  try {
    if (sqlite === undefined) {
      sqlite = await openSqlite();
      env.DB = asD1(sqlite);
      await control.settings();
      sqlite.rows("SAVEPOINT seeded", []);
    } else env.DB = asD1(sqlite);
  } catch (error) {
    sqlite?.close();
    throw error;
  }
  /** The seeded data again. What the marketplaces remember beside it goes with their instance. */
  const rewind = () => {
    sqlite.rows("ROLLBACK TO seeded", []);
    worker = start();
  };

  const accounts = Object.entries(accountsAt(URL_HERE)).map(([id, account]) => [id, { ...account, fetch }]);
  return {
    url: URL_HERE,
    fetch,
    accounts: Object.fromEntries(accounts),
    control: {
      ...control,
      reset: async (options = {}) => {
        rewind();
        if (Object.values(options).some((value) => value !== undefined)) await control.reset(options);
      },
    },
    db: queries(env.DB),
    close: async () => {
      if (isClosed) return;
      isClosed = true;
      rewind();
      // A request that is still under way meets an empty database and not that of the next test.
      env.DB = undefined;
      pool.push(sqlite);
    },
  };
}

/** The answer, unless the request is aborted first. */
function orAborted(answer, signal) {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
