/**
 * The fault lab, short: a sample of all writes and all faults, and that the lab sees what it is
 * there to see.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeProject } from "../package/lib.mjs";
import { bar, lagBar } from "./bar.mjs";
import { FAULTS } from "./catalogue.mjs";
import { runLab, tableOf, totalOf } from "./lab.mjs";
import { judgeLag } from "./lag.mjs";
import { MARKETS } from "./markets.mjs";

bar({ name: "a sample of all faults", modes: { plain: 0.5, once: 0.2, twins: 0.1 }, least: 900, timeout: 240_000 });

// One fault for each kind of row at each lag; the whole table is printed by lag-all.mjs.
lagBar({ name: "a sample of all faults where reads lag", share: 0.02, least: 500, timeout: 600_000 });

test("the lab sees lost words where reads lag", () => {
  const job = { calls: 2, lag: 40 };
  const told = (...words) => words.map((word) => ({ told: word }));
  const judged = (stored, copies, ...words) =>
    Object.values(judgeLag({ job, stored, copies, outcomes: told(...words) })).slice(0, 4);
  // Doubles, losses, wrong words, and calls that are decided.
  assert.deepEqual(judged(2, 0, "done", "done"), [0, 0, 0, 2]);
  assert.deepEqual(judged(1, 0, "done", "done"), [0, 1, 0, 2]);
  assert.deepEqual(judged(2, 0, "done", "no"), [0, 0, 1, 2]);
  assert.deepEqual(judged(1, 0, "done", "yes"), [0, 0, 1, 1]);
  assert.deepEqual(judged(1, 0, "done", "maybe"), [0, 0, 0, 1]);
  assert.deepEqual(judged(3, 0, "done", "done"), [1, 0, 0, 2]);
  assert.deepEqual(judged(3, 1, "done", "done"), [0, 0, 0, 2]);
  // Two of the first are there, by the network's doing, and none of the second.
  assert.deepEqual(judged(2, 1, "done", "no"), [0, 0, 0, 2]);
});

test("the lab sees doubles, losses and wrong words where there are some", async (t) => {
  const project = await makeProject();
  t.after(project.dispose);
  const api = await project.load();
  const market = MARKETS.find(({ id }) => id === "probo");
  const [write] = MARKETS.find(({ id }) => id === "kaufland").writes.filter(
    ({ name }) => name === "createTicketMessage",
  );
  const fault = (name) => FAULTS.find((each) => each.name === name);
  const run = async (of, job) => {
    const records = await runLab(api, of, [{ number: 1, lane: 0, seed: 0, calls: 1, mode: "plain", ...job }], 1);
    const { doubles, losses, wrong } = totalOf(tableOf(records));
    return { doubles, losses, wrong };
  };
  // A client that sends a lost write again by itself, as some HTTP libraries do.
  const again = (url, init) => fetch(url, init).catch(() => fetch(url, init));
  const kaufland = MARKETS.find(({ id }) => id === "kaufland");
  assert.deepEqual(await run(kaufland, { write, fault: fault("reset after"), options: { fetch: again } }), {
    doubles: 1,
    losses: 0,
    wrong: 0,
  });
  // One that says that it sent what it did not.
  const silent = { ...write, call: () => ({ withResponse: async () => ({ found: false }) }) };
  assert.deepEqual(
    await run({ ...kaufland, writes: [silent] }, { write: silent, fault: fault("reset after"), mode: "once" }),
    {
      doubles: 0,
      losses: 1,
      wrong: 1,
    },
  );
  // One that denies what it sent.
  const [ticket] = market.writes;
  const denying = {
    ...ticket,
    call: (client, number, options) => ({
      withResponse: async () => {
        await ticket.call(client, number, options).catch(() => {});
        throw new api.TicketError({ kind: "network", code: "network", message: "denied", sent: "no" });
      },
    }),
  };
  assert.deepEqual(await run({ ...market, writes: [denying] }, { write: denying, fault: fault("reset after") }), {
    doubles: 0,
    losses: 0,
    wrong: 1,
  });
});
