import { engine } from "seller-tickets-engine";
import { AnyDesk } from "../../desk/desk.js";
import { type DeskOptions, LocalDesk, makeHost } from "../../desk/local.js";
import { type DeskRemoteOptions, remoteDesk } from "../../desk/remote.js";
import { type DeskWorker, makeWorker } from "../../desk/worker/index.js";
import type { DeskWorkerOptions } from "../../desk/worker/options.js";

const isRemote = (options: DeskOptions | DeskRemoteOptions): options is DeskRemoteOptions =>
  typeof options === "object" && options !== null && "remote" in options;

/**
 * All tickets of all accounts: whose turn it is, until when, and what can be done.
 *
 * ```ts
 * import { Desk, memoryStore } from "seller-tickets/desk";
 *
 * const desk = new Desk({ accounts: { "kf-de": kaufland, mg: magalu }, store: memoryStore() });
 * await desk.sync();
 * const { items } = await desk.list({ view: "todo" });
 * ```
 *
 * In a page it is `new Desk({ remote: "/api/desk" })`, with the same methods.
 */
export class Desk extends AnyDesk {
  constructor(options: DeskOptions | DeskRemoteOptions) {
    super(isRemote(options) ? remoteDesk(options) : new LocalDesk(makeHost(engine, options)));
  }
}

/**
 * Returns a Worker that keeps a desk: its accounts are read by themselves, letters are sent at their
 * time, and pages are answered.
 *
 * ```ts
 * import { Kaufland } from "seller-tickets";
 * import { deskWorker } from "seller-tickets/desk";
 *
 * const worker = deskWorker({
 *   accounts: () => ({ "kf-de": new Kaufland({ clientKey, secretKey, userAgent: "Inhouse_development" }) }),
 *   authorize: (request) => (isSignedIn(request) ? { person: "kim", accounts: ["kf-de"], access: "write" } : null),
 * });
 * export default worker;
 * export const DeskObject = worker.DeskObject;
 * ```
 */
export const deskWorker = <Env = unknown>(options: DeskWorkerOptions<Env>): DeskWorker<Env> =>
  makeWorker(options, (given) => makeHost(engine, given));
