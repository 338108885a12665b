/** The desk for pages: they have no accounts and no store, and so no wasm module either. */
import { AnyDesk } from "../desk/desk.js";
import { type DeskRemoteOptions, remoteDesk } from "../desk/remote.js";
import { localError } from "../ground/errors.js";

/** A desk whose accounts and store are on a server. */
export class Desk extends AnyDesk {
  constructor(options: DeskRemoteOptions) {
    if (typeof options !== "object" || options === null || !("remote" in options)) {
      const message = "a page has a desk with `remote` alone: `accounts` and `store` belong on your server";
      throw localError(
        { marketplace: "", endpoint: "desk.constructor" },
        { kind: "configuration", code: "desk_in_page", message },
      );
    }
    super(remoteDesk(options));
  }
}

export { TicketError } from "../ground/errors.js";
