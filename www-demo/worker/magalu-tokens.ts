/**
 * Magalu's tokens, kept in one place for all instances of the Worker. A refresh token is good for
 * one use, so two instances that renew at once would end the integration: the tokens are a Durable
 * Object's, and who renews takes its turn there.
 *
 *     GET  /tokens   the tokens, or 204         PUT    /tokens   saves them
 *     POST /turn     waits for the turn         DELETE /turn     ends it
 */
import type { Tokens } from "seller-tickets";

interface Storage {
  get<T>(name: string): Promise<T | undefined>;
  put(name: string, value: unknown): Promise<void>;
}

/** The part of a Durable Object binding that is used here. */
export interface Namespace {
  idFromName(name: string): unknown;
  get(id: unknown): { fetch(url: string, init?: RequestInit): Promise<Response> };
}

/**
 * Longer than an attempt to renew can take; an instance that has vanished delays no other for ever.
 */
const TURN_MS = 90_000;

export class MagaluTokens {
  readonly #storage: Storage;
  /** Settles when the turn that was given last is over. */
  #last: Promise<void> = Promise.resolve();
  readonly #ends = new Map<string, () => void>();

  constructor({ storage }: { storage: Storage }) {
    this.#storage = storage;
  }

  async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    switch (`${request.method} ${pathname}`) {
      case "GET /tokens": {
        const tokens = await this.#storage.get<Tokens>("tokens");
        return tokens === undefined ? new Response(null, { status: 204 }) : Response.json(tokens);
      }
      case "PUT /tokens":
        await this.#storage.put("tokens", await request.json());
        return new Response(null, { status: 204 });
      case "POST /turn":
        return new Response(await this.#take());
      case "DELETE /turn":
        this.#ends.get(searchParams.get("id") ?? "")?.();
        return new Response(null, { status: 204 });
      default:
        return new Response(null, { status: 404 });
    }
  }

  /** Waits for the turn; the result names it. */
  async #take(): Promise<string> {
    const id = crypto.randomUUID();
    const before = this.#last;
    let resolve = () => {};
    this.#last = new Promise((done) => {
      resolve = done;
    });
    await before;
    const end = () => {
      clearTimeout(timer);
      this.#ends.delete(id);
      resolve();
    };
    const timer = setTimeout(end, TURN_MS);
    this.#ends.set(id, end);
    return id;
  }
}

/** The package's `tokenStore` on the Durable Object. */
export function tokenStore(namespace: Namespace) {
  // A stub belongs to the request that made it, and the client outlives requests.
  const send = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const stub = namespace.get(namespace.idFromName("magalu"));
    const response = await stub.fetch(`https://tokens${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`the token store answered ${response.status}`);
    return response;
  };
  return {
    async load(): Promise<Tokens | null> {
      const response = await send("GET", "/tokens");
      return response.status === 204 ? null : ((await response.json()) as Tokens);
    },
    async save(tokens: Tokens): Promise<void> {
      await send("PUT", "/tokens", tokens);
    },
    async withLock<T>(fn: () => Promise<T>): Promise<T> {
      const id = await (await send("POST", "/turn")).text();
      try {
        return await fn();
      } finally {
        await send("DELETE", `/turn?id=${id}`);
      }
    },
  };
}
