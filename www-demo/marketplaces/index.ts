// The local marketplaces: independent implementations of the vendors' ticket APIs for the demo and
// the tests, as one Worker on D1. Nothing here shares code or types with the library, so that a
// misreading of an API shows as a failing test. Never part of a deploy.
//
// The first path segment chooses the marketplace. What a vendor would keep lives in D1; faults,
// settings, the access log and rate windows live in the isolate, of which workerd runs one.

import { clickbank } from "./clickbank/index.ts";
import { jtlScx } from "./jtl-scx/index.ts";
import { kaufland } from "./kaufland/index.ts";
import { magalu } from "./magalu/index.ts";
import { probo } from "./probo/index.ts";
import { AccessLog } from "./shared/access-log.ts";
import { control } from "./shared/control.ts";
import { prefixOf, prepare } from "./shared/database.ts";
import { Faults, playFault } from "./shared/faults.ts";
import { type Habit, Habits } from "./shared/habits.ts";
import { json, type Received, type Reply, receive, say, toResponse } from "./shared/http.ts";
import { type Columns, columnsOf } from "./shared/late.ts";
import type { Marketplace, SeedOptions, Settings } from "./shared/marketplace.ts";
import type { Env } from "./shared/runtime.ts";

const marketplaces: Marketplace[] = [kaufland, clickbank, magalu, jtlScx, probo];

const faults = new Faults(marketplaces.map(({ late }) => late));
const log = new AccessLog();
const settings = new Map<string, Settings>(
  marketplaces.map((marketplace) => [marketplace.id, { ...marketplace.defaults }]),
);
/** Of the tables that can be read late, once they are there. */
let columns: Columns | undefined;

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
  const seedOptions: SeedOptions = {
    now: env.SEED_NOW === undefined ? new Date() : new Date(env.SEED_NOW),
    seed: env.SEED ?? 1,
  };
  if (columns === undefined) {
    await prepare(env.DB, marketplaces, seedOptions);
    columns = await columnsOf(env.DB, Object.assign({}, ...marketplaces.map(lateTables)));
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
  const { fault, habits } = faults.take(marketplace, received);
  const known = columns;
  const work = () => handle(marketplace, received, env, habits, known);
  const answer = fault === undefined ? await work() : await playFault(fault, marketplace, work, later);
  entry.status = answer.status;
  entry.fault = fault?.kind ?? null;
  return answer;
}

/** Kinds under names of their own, because several marketplaces have tickets. */
function lateTables({ id, late }: Marketplace): Marketplace["late"] {
  return Object.fromEntries(Object.entries(late).map(([kind, tables]) => [`${id} ${kind}`, tables]));
}

async function handle(
  marketplace: Marketplace,
  received: Received,
  env: Env,
  list: Habit[],
  columns: Columns,
): Promise<Reply> {
  try {
    const habits = new Habits(list, env.DB, prefixOf(marketplace));
    const own = settings.get(marketplace.id) ?? marketplace.defaults;
    const asked = habits.page(marketplace, received, own);
    const db = habits.database(marketplace, received, columns);
    return habits.shape(marketplace, await marketplace.handle(asked.received, db, asked.settings, habits));
  } catch (error) {
    // A fault of the marketplace itself, not of the caller: say it on the console, answer as the
    // vendor would.
    console.error(`${marketplace.id}: ${received.method} ${received.path}:`, error);
    return say(500, marketplace.errorBody(500));
  }
}
