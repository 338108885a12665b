// `/control/…`: how tests and developers steer the local marketplaces. Only for this machine.
//
//   GET|POST   /control/faults     the queue of faults; adds one or a list (faults.ts, habits.ts)
//   GET|POST   /control/settings   values of a marketplace, such as its rate limit:
//                                  { "kaufland": { "rate_limit": null } }
//   POST       /control/reset      seeds anew; forgets faults, settings and the log:
//                                  { "now": "2026-03-01T12:00:00Z", "seed": 1 }
//   GET|DELETE /control/log        the access log
//   POST       /control/<marketplace>/<action>
//                                  acts for the other side of a marketplace (see its index.ts)

import type { AccessLog } from "./access-log.ts";
import { prefixOf, reset } from "./database.ts";
import type { Faults } from "./faults.ts";
import { json, type Received, type Reply } from "./http.ts";
import { keepHistory } from "./late.ts";
import type { Marketplace, SeedOptions, Settings } from "./marketplace.ts";
import type { Bytes, D1Database } from "./runtime.ts";

export interface Controlled {
  db: D1Database;
  marketplaces: Marketplace[];
  settings: Map<string, Settings>;
  faults: Faults;
  log: AccessLog;
  seedOptions: SeedOptions;
}

const LOOPBACK = /^https?:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/;

export async function control(received: Received, controlled: Controlled): Promise<Reply> {
  // A page on the internet must not steer a developer's machine, neither directly nor under a name
  // that resolves to it.
  const pageOrigin = received.headers.get("origin");
  if (!LOOPBACK.test(received.origin) || (pageOrigin !== null && !LOOPBACK.test(pageOrigin))) {
    return json(403, { error: "control routes answer on loopback hosts only" });
  }
  const { faults, log, settings } = controlled;
  const input = readBody(received.body);
  if (input === INVALID) return json(400, { error: "the body is not valid json" });
  switch (`${received.method} ${received.path}`) {
    case "GET /control/faults":
      return json(200, { faults: faults.list() });
    case "POST /control/faults": {
      const result = faults.add(input);
      if ("problem" in result) return json(400, { error: result.problem });
      if (result.added.some(({ fault }) => fault.kind === "late")) {
        // Only then, because what is kept costs time, and counts as changed rows.
        for (const marketplace of controlled.marketplaces) {
          await keepHistory(controlled.db, prefixOf(marketplace), marketplace.late);
        }
      }
      return json(201, { faults: result.added });
    }
    case "GET /control/settings":
      return json(200, Object.fromEntries(settings));
    case "POST /control/settings": {
      const problem = changeSettings(settings, input);
      return problem === undefined ? json(200, Object.fromEntries(settings)) : json(400, { error: problem });
    }
    case "POST /control/reset": {
      const options = readSeedOptions(input, controlled.seedOptions);
      if (typeof options === "string") return json(400, { error: options });
      faults.clear();
      log.clear();
      for (const marketplace of controlled.marketplaces) {
        settings.set(marketplace.id, { ...marketplace.defaults });
        marketplace.forget();
        await reset(controlled.db, marketplace, options);
      }
      return json(200, { reset: controlled.marketplaces.map((marketplace) => marketplace.id) });
    }
    case "GET /control/log":
      return json(200, { entries: log.list() });
    case "DELETE /control/log":
      log.clear();
      return json(200, { entries: [] });
    default:
      return (
        (await act(received, input, controlled)) ??
        json(404, { error: `there is no control route ${received.method} ${received.path}` })
      );
  }
}

async function act(received: Received, input: unknown, controlled: Controlled): Promise<Reply | undefined> {
  const [, , id, action = "", ...rest] = received.path.split("/");
  const marketplace = controlled.marketplaces.find((candidate) => candidate.id === id);
  if (marketplace?.act === undefined || received.method !== "POST" || rest.length > 0) return undefined;
  return marketplace.act(action, input, controlled.db, controlled.settings.get(marketplace.id) ?? marketplace.defaults);
}

const INVALID = Symbol("not json");

function readBody(body: Bytes): unknown {
  if (body.byteLength === 0) return {};
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return INVALID;
  }
}

function changeSettings(settings: Map<string, Settings>, input: unknown): string | undefined {
  for (const [id, changes] of Object.entries(Object(input) as Record<string, unknown>)) {
    const current = settings.get(id);
    if (current === undefined) return `${id} is not a marketplace here`;
    for (const [name, value] of Object.entries(Object(changes) as Record<string, unknown>)) {
      if (!(name in current)) return `${id}.${name} is not a setting; there are: ${Object.keys(current).join(", ")}`;
      if (value !== null && !["number", "string", "boolean"].includes(typeof value)) {
        return `${id}.${name} must be a number, text, true, false or null`;
      }
      current[name] = value as number | string | boolean | null;
    }
  }
  return undefined;
}

function readSeedOptions(input: unknown, fallback: SeedOptions): SeedOptions | string {
  const { now, seed } = Object(input) as Record<string, unknown>;
  const options = { ...fallback };
  if (now !== undefined) {
    options.now = new Date(String(now));
    if (Number.isNaN(options.now.getTime())) return "now must be a date such as 2026-03-01T12:00:00Z";
  }
  if (seed !== undefined) {
    if (typeof seed !== "number" || !Number.isSafeInteger(seed)) return "seed must be a whole number";
    options.seed = seed;
  }
  return options;
}
