import { engine } from "seller-tickets-engine";
import { AnyDesk } from "../../desk/desk.js";
import { type DeskOptions, LocalDesk, makeHost } from "../../desk/local.js";
import { type DeskRemoteOptions, remoteDesk } from "../../desk/remote.js";

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
