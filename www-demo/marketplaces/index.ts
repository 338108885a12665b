// The local marketplaces: independent implementations of the vendors' ticket APIs for the demo and the tests, as one Worker on D1.
// Nothing here shares code or types with the library, so that a misreading of an API shows as a failing test. Never part of a deploy.
//
// The first path segment chooses the marketplace. What a vendor would keep lives in D1; faults, settings, the access log and rate
// windows live in the isolate, of which workerd runs one.

import { clickbank } from "./clickbank/index.ts";
import { jtlScx } from "./jtl-scx/index.ts";
import { kaufland } from "./kaufland/index.ts";
import { magalu } from "./magalu/index.ts";
import { probo } from "./probo/index.ts";
import { AccessLog } from "./shared/access-log.ts";
import { control } from "./shared/control.ts";
import { prepare } from "./shared/database.ts";
import { Faults, playFault } from "./shared/faults.ts";
import { json, type Received, type Reply, receive, say, toResponse } from "./shared/http.ts";
import type { Marketplace, SeedOptions, Settings } from "./shared/marketplace.ts";
import type { Env } from "./shared/runtime.ts";

const marketplaces: Marketplace[] = [kaufland, clickbank, magalu, jtlScx, probo];

const faults = new Faults();
const log = new AccessLog();
const settings = new Map<string, Settings>(
  marketplaces.map((marketplace) => [marketplace.id, { ...marketplace.defaults }]),
);
let prepared = false;

export default {
  async fetch(request: Request, env: Env, ctx: { waitUntil(rest: Promise<unknown>): void }): Promise<Response> {
    const received = await receive(request);
    const answer = await respond(received, env, (rest) => ctx.waitUntil(rest));
    return answer instanceof Response ? answer : toResponse(answer);
  },
};

async function respond(
  received: Received,
  env: Env,
  later: (rest: Promise<unknown>) => void,
): Promise<Reply | Response> {
  const seedOptions: SeedOptions = { now: env.SEED_NOW === undefined ? new Date() : new Date(env.SEED_NOW), seed: 1 };
  if (!prepared) {
    await prepare(env.DB, marketplaces, seedOptions);
    prepared = true;
  }
  const segment = received.path.split("/")[1] ?? "";
  if (segment === "control") {
    return control(received, { db: env.DB, marketplaces, settings, faults, log, seedOptions });
  }
  const marketplace = marketplaces.find(({ id, also }) => id === segment || also?.includes(segment));
  if (marketplace === undefined) {
    return json(404, { error: `no marketplace here; there are: ${marketplaces.map(({ id }) => `/${id}`).join(", ")}` });
  }
  const entry = log.add(marketplace.id, received);
  const work = () => handle(marketplace, received, env);
  const fault = faults.take(marketplace, received);
  const answer = fault === undefined ? await work() : await playFault(fault, marketplace, work, later);
  entry.status = answer.status;
  entry.fault = fault?.kind ?? null;
  return answer;
}

async function handle(marketplace: Marketplace, received: Received, env: Env): Promise<Reply> {
  try {
    return await marketplace.handle(received, env.DB, settings.get(marketplace.id) ?? marketplace.defaults);
  } catch (error) {
    // A fault of the marketplace itself, not of the caller: say it on the console, answer as the vendor would.
    console.error(`${marketplace.id}: ${received.method} ${received.path}:`, error);
    return say(500, marketplace.errorBody(500));
  }
}
