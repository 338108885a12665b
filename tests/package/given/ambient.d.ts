/// <reference types="svelte" />

/** What Workers have, as far as the examples need it. */
declare module "cloudflare:workers" {
  export class DurableObject<Env = unknown> {
    protected ctx: { storage: DurableStorage };
    protected env: Env;
    constructor(ctx: { storage: DurableStorage }, env: Env);
  }
  interface DurableStorage {
    get<T>(key: string): Promise<T | undefined>;
    put<T>(key: string, value: T): Promise<void>;
    delete(key: string): Promise<boolean>;
  }
}
