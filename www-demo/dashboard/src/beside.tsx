/** Marketplaces whose list of tickets stands beside what is open. */
import type { ReadonlySignal } from "@preact/signals";
import type { FunctionComponent } from "preact";
import { focusReply } from "./composer";
import type { Panel } from "./list";
import type { Market } from "./market";
import { type Open, ticketIn } from "./watch";

interface Beside<V extends Open> {
  router: {
    view: ReadonlySignal<V>;
    go(to: { view: V }): void;
    href(to: V): string;
  };
  List: FunctionComponent;
  /** The open pane, if the list is not alone. */
  Detail: FunctionComponent<{ open: V }>;
  /** The names of the views other than a ticket. */
  titles: Readonly<Record<string, string>>;
  /** The open ticket's title, as soon as it is read. */
  ticketTitle(id: string): string;
  create: { view: V; hint: string };
  panel: Panel;
  turnPage(by: 1 | -1): void;
  reload(): Promise<unknown>;
  loadTicket(id: string): Promise<unknown>;
  /** Asks whether the open ticket is to be closed. */
  askClose?(): void;
}

export function marketBeside<V extends Open>({
  router,
  List,
  Detail,
  titles,
  create,
  panel,
  ...its
}: Beside<V>): Market {
  const { view, go, href } = router;
  function Panes() {
    const open = view.value;
    return (
      <>
        <List />
        <div class="detail">
          {open.name === "inbox" ? (
            <p class="quiet empty">
              Choose a ticket. <kbd>?</kbd> shows the keys.
            </p>
          ) : (
            <Detail open={open} />
          )}
        </div>
      </>
    );
  }
  return {
    title() {
      const open = ticketIn(view.value);
      return open ? its.ticketTitle(open.id) : (titles[view.value.name] ?? "");
    },
    viewKey: () => view.value.id ?? view.value.name,
    isDetail: () => view.value.name !== "inbox",
    Panes,
    create: { href: () => href(create.view), name: "New ticket", hint: create.hint },
    keys: {
      toList() {
        const open = ticketIn(view.peek());
        go({ view: { name: "inbox" } as V });
        return open?.id ?? "";
      },
      leaveList: () => panel.close(),
      reply: focusReply,
      ...(its.askClose && { close: its.askClose }),
      create: () => go({ view: create.view }),
      filter: () => panel.open(),
      turnPage: its.turnPage,
      reload() {
        const open = ticketIn(view.peek());
        void (open ? its.loadTicket(open.id) : its.reload());
      },
    },
  };
}
