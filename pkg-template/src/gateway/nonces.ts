/**
 * Where a gateway remembers which writes it has received. Chromium and others send a POST a second
 * time on their own when a reused connection drops before an answer. Both copies carry the same
 * nonce, and only one of them may pass.
 */
import type { Promised } from "./answers.js";

/** A store that remembers the nonces of writes. */
export interface NonceStore {
  /**
   * Remembers `nonce` for at least `ttlMs`, and says whether it is new: of all callers, in all
   * instances, one gets `true`. When that is not certain, it throws, and the gateway forwards
   * nothing. `refused` says that the request is refused anyway, for example by `limit`: a store
   * with little room keeps such nonces apart, so that they push out no other caller's.
   */
  claim(nonce: string, ttlMs: number, refused?: boolean): Promised<boolean>;
}

/**
 * In this process. Enough for a single one, such as a Node server; requests to a Worker reach many
 * instances.
 */
export function memoryNonces(maxEntries = 100_000): NonceStore {
  // In the order of their ends, since all last equally long.
  const forwarded = new Map<string, number>();
  const refusedOnes = new Map<string, number>();
  const forget = (ends: Map<string, number>, now: number, room: number) => {
    for (const [old, end] of ends) {
      if (end > now && ends.size <= room) break;
      ends.delete(old);
    }
  };
  return {
    claim(nonce, ttlMs, refused = false) {
      const now = Date.now();
      forget(forwarded, now, maxEntries);
      forget(refusedOnes, now, maxEntries);
      if (forwarded.has(nonce) || refusedOnes.has(nonce)) return false;
      const ends = refused ? refusedOnes : forwarded;
      forget(ends, now, maxEntries - 1);
      ends.set(nonce, now + ttlMs);
      return true;
    },
  };
}

const CREATE = [
  "CREATE TABLE IF NOT EXISTS seller_tickets_nonces (nonce TEXT PRIMARY KEY, ends INTEGER NOT NULL) WITHOUT ROWID",
  "CREATE INDEX IF NOT EXISTS seller_tickets_nonces_ends ON seller_tickets_nonces (ends)",
];
const FORGET = "DELETE FROM seller_tickets_nonces WHERE ends <= ?1";
const CLAIM =
  "INSERT INTO seller_tickets_nonces (nonce, ends) VALUES (?1, ?2) ON CONFLICT (nonce) DO NOTHING RETURNING 1";

interface D1Statement {
  bind(...values: unknown[]): D1Statement;
}

/** The part of a D1 database that is used; Cloudflare's `D1Database` fits. */
export interface NonceDatabase {
  prepare(sql: string): D1Statement;
  batch(statements: D1Statement[]): Promise<{ results?: unknown[] }[]>;
}

/** In a D1 database, in a table of its own that is made at the first use. */
export function d1Nonces(database: NonceDatabase): NonceStore {
  const claim = async (nonce: string, ttlMs: number): Promise<boolean> => {
    const now = Date.now();
    const [, inserted] = await database.batch([
      database.prepare(FORGET).bind(now),
      database.prepare(CLAIM).bind(nonce, now + ttlMs),
    ]);
    if (inserted?.results === undefined) throw new Error("the database did not say whether the nonce is new");
    return inserted.results.length === 1;
  };
  return {
    async claim(nonce, ttlMs) {
      try {
        return await claim(nonce, ttlMs);
      } catch (error) {
        if (!/no such table/i.test(String(error))) throw error;
        await database.batch(CREATE.map((sql) => database.prepare(sql)));
        return claim(nonce, ttlMs);
      }
    },
  };
}

/** The part of a Durable Object's binding that is used. */
export interface NonceNamespace {
  idFromName(name: string): unknown;
  get(id: never): { fetch(url: string, init?: RequestInit): Promise<Response> };
}

/** In Durable Objects of the class `Nonces`, sixteen of them. */
export function durableNonces(namespace: NonceNamespace): NonceStore {
  return {
    async claim(nonce, ttlMs) {
      // A stub belongs to the request that made it.
      const stub = namespace.get(namespace.idFromName(`nonces-${nonce.slice(-1)}`) as never);
      const response = await stub.fetch("https://nonces/", { method: "POST", body: JSON.stringify({ nonce, ttlMs }) });
      if (!response.ok) throw new Error(`the store of nonces answered ${response.status}`);
      return (await response.json()) === true;
    },
  };
}

interface Sql {
  exec(sql: string, ...values: unknown[]): { toArray(): unknown[] };
}

/**
 * The Durable Object's class for `durableNonces`: export it from the Worker's main module, and name
 * it among `new_sqlite_classes`.
 */
export class Nonces {
  readonly #sql: Sql;

  constructor({ storage }: { storage: { sql: Sql } }) {
    this.#sql = storage.sql;
    for (const sql of CREATE) this.#sql.exec(sql);
  }

  async fetch(request: Request): Promise<Response> {
    const { nonce, ttlMs } = (await request.json()) as { nonce: string; ttlMs: number };
    const now = Date.now();
    // No other request comes between the two, as nothing is awaited.
    this.#sql.exec(FORGET, now);
    return Response.json(this.#sql.exec(CLAIM, nonce, now + ttlMs).toArray().length === 1);
  }
}
