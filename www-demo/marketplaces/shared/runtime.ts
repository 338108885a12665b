// The few host types the local marketplaces use. They are written out here so that type checking
// needs no package beside TypeScript.

/** Bytes that own their memory, which the host's APIs ask for. */
export type Bytes = Uint8Array<ArrayBuffer>;

export interface D1Result<Row = Record<string, unknown>> {
  results: Row[];
  meta: { changes: number };
}

export interface D1PreparedStatement {
  bind(...values: (string | number | null)[]): D1PreparedStatement;
  all<Row = Record<string, unknown>>(): Promise<D1Result<Row>>;
  first<Row = Record<string, unknown>>(): Promise<Row | null>;
  run(): Promise<D1Result>;
}

export interface D1Database {
  prepare(sql: string): D1PreparedStatement;
  /** Runs all statements in one transaction. */
  batch<Row = Record<string, unknown>>(statements: D1PreparedStatement[]): Promise<D1Result<Row>[]>;
}

export interface Env {
  DB: D1Database;
  /** The moment the seeded data ends at (ISO 8601); the time of seeding when absent. */
  SEED_NOW?: string;
  /** What the seeded data is made from; 1 when absent. */
  SEED?: number;
}

declare global {
  /**
   * A stream whose length is announced in `Content-Length`; ending it early closes the connection.
   */
  class FixedLengthStream extends TransformStream<Uint8Array, Uint8Array> {
    constructor(length: number);
  }

  /** Of workerd; browsers' has no such method. */
  interface Scheduler {
    wait(ms: number): Promise<void>;
  }

  interface JSON {
    /** A number written exactly as `text`, so that int64 values are not rounded. */
    rawJSON(text: string): unknown;
    parse(
      text: string,
      reviver: (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown,
    ): unknown;
  }
}
