/**
 * The part of a host other than Node in the lab: one write after the other, each on a connection
 * that was used before.
 */
import { CALLS } from "./calls.mjs";

/**
 * `run`: the address of the door, and for each market the class, its options, the write and the
 * numbers. Tells what each call was told.
 */
export async function callAll(api, { url, className, options, market, write, numbers }) {
  const told = [];
  for (const number of numbers) {
    await (await fetch(`${url}/used-before`)).text();
    const client = new api[className](options);
    try {
      await CALLS[market][write](client, number, {});
      told.push({ told: "done" });
    } catch (error) {
      if (!(error instanceof api.TicketError)) throw error;
      told.push({ told: error.sent, code: error.code, message: error.message });
    }
  }
  return told;
}
