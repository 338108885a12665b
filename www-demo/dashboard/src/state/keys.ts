/** The names of tickets. */
import type { DeskKey } from "seller-tickets/desk";

/** A ticket's key as text. */
export const nameOf = ({ account, id }: DeskKey): string => `${account}/${id}`;

/** The key that a name stands for; an account's id has no slash. */
export function keyOf(name: string): DeskKey {
  const at = name.indexOf("/");
  return { account: name.slice(0, at), id: name.slice(at + 1) };
}
