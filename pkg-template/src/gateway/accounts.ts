/** From an account to what its client keeps. */

import { Client, innerOf } from "../core/client.js";
import type { Inner } from "../core/inner.js";
import type { OwnErrorCode } from "../generated/types.js";
import { MARKETPLACES, type MarketplaceId } from "../generated/types.js";
import { localError, type TicketError } from "../ground/errors.js";
import type { GatewayAccount, MarketplaceClass } from "./options.js";

/** Finds the inner part of an account's client, which is made at its first use. */
export function keeper(classes: readonly MarketplaceClass[]): (account: GatewayAccount) => Inner {
  const made = new WeakMap<object, Inner>();
  return (account) => {
    let inner = made.get(account);
    if (inner === undefined) {
      inner = innerOf(account instanceof Client ? account : makeClient(account, classes));
      made.set(account, inner);
    }
    if (inner.settings.gateway === true) {
      throw refuse("gateway_behind_gateway", "the account is itself a client of a gateway: give one with keys");
    }
    inner.check("forward");
    return inner;
  };
}

function makeClient(account: object, classes: readonly MarketplaceClass[]) {
  const { marketplace, ...options } = account as { marketplace?: MarketplaceId };
  if (marketplace === undefined || !MARKETPLACES.includes(marketplace)) {
    const known = MARKETPLACES.join(", ");
    const message = `\`marketplace\` of an account is missing or unknown: use ${known}`;
    throw refuse("unknown_marketplace", message);
  }
  const found = classes.find((one) => one.marketplace === marketplace);
  if (found === undefined) {
    const message = `an account is given as options of "${marketplace}": give the class that "seller-tickets/${marketplace}" exports in \`classes\`, or give a client`;
    throw refuse("class_missing", message);
  }
  return new found(options as never);
}

const refuse = (code: OwnErrorCode, message: string): TicketError =>
  localError(undefined, { kind: "configuration", code, message });
