/** The meaning of the address: which reply is open, or that a ticket is written. */
import { type Place, format as write } from "../address";
import { makeRouter } from "../router";
import { ACCOUNT } from "./client";

export type View = { name: "inbox" } | { name: "reply"; id: string } | { name: "new"; sellerId: string };

function parse({ path, query }: Place): { view: View; filters: { page: number } } {
  const [head = "", tail = ""] = path;
  const filters = { page: 1 };
  if (head === "new")
    return { view: { name: "new", sellerId: new URLSearchParams(query ?? "").get("for") ?? "" }, filters };
  if (head === "replies" && tail !== "") return { view: { name: "reply", id: tail }, filters };
  return { view: { name: "inbox" }, filters };
}

function format({ view }: { view: View }): string {
  if (view.name === "reply") return write(ACCOUNT, ["replies", view.id]);
  if (view.name === "inbox") return write(ACCOUNT, []);
  return write(ACCOUNT, ["new"], view.sellerId === "" ? undefined : new URLSearchParams({ for: view.sellerId }));
}

export const { view, go, href } = makeRouter(ACCOUNT, { parse, format });
