// Who asks: `Authorization: API-…`, or the older `DEV-…:API-…`. There is no scheme word before the
// key.

import type { Received } from "../shared/http.ts";
import { forbidden } from "./errors.ts";

export interface Key {
  api_key: string;
  account: number;
  can_read: number;
  can_write: number;
}

export interface Keys {
  key(apiKey: string): Promise<Key | null>;
  isDeveloper(developerKey: string): Promise<boolean>;
}

export async function authenticate(received: Received, keys: Keys, developerKeyRequired: boolean): Promise<Key> {
  const header = received.headers.get("authorization") ?? "";
  const [, developerKey, apiKey] = /^(?:(DEV-[^\s:]+):)?(API-[^\s:]+)$/.exec(header) ?? [];
  const key = apiKey === undefined ? null : await keys.key(apiKey);
  if (key === null) throw forbidden("Access denied: invalid API key");
  if (developerKey === undefined ? developerKeyRequired : !(await keys.isDeveloper(developerKey))) {
    throw forbidden("Access denied: HAS_DEVELOPER_KEY");
  }
  return key;
}

export function demand(key: Key, ...roles: ("read" | "write")[]): void {
  for (const role of roles) {
    if (key[`can_${role}`] !== 1) throw forbidden(`Access denied: api_order_${role}`);
  }
}
