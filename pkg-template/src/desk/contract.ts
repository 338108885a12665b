/** What every store must do, as checks that a user can run on a store of their own. */
import type { DeskView } from "../generated/types.js";
import {
  type DeskKey,
  type DeskStore,
  FILE_PART_BYTES,
  type FilePart,
  type LetterRow,
  type ListQuery,
  type TicketPut,
} from "./store.js";

/** A check of a store. */
export interface ContractCheck {
  name: string;
  /** Fails with what the store did instead. */
  run(): Promise<void>;
}

/** Fails unless both are the same in JSON. */
function same(found: unknown, expected: unknown, what: string): void {
  const [one, other] = [JSON.stringify(found), JSON.stringify(expected)];
  if (one !== other)
    throw new Error(`${what}: the store gave ${one?.slice(0, 500)} in place of ${other?.slice(0, 500)}`);
}

const KEYS = { a: "shop ä", b: "shop/2" };

function ticket(account: string, id: string, more: Partial<TicketPut["row"]> = {}, expects = 0): TicketPut {
  const row: TicketPut["row"] = {
    account,
    id,
    marketplace: "kaufland",
    view: "todo",
    kind: "question",
    due: 100,
    order: [100, 0],
    changesAt: null,
    beganAt: 5,
    listed: "l",
    rev: "r",
    missing: false,
    shown: JSON.stringify({ id }),
    local: "",
    words: `number ${id}`,
    raw: `{"ticket":"${id}"}`,
    ...more,
  };
  return { row, expects };
}

function letter(
  id: string,
  more: Partial<LetterRow> = {},
  expects = 0,
): { row: Omit<LetterRow, "version">; expects: number } {
  const row = { id, account: KEYS.a, ticket: "1", state: "held" as const, wakeAt: 10, isUnderway: false, isEnd: false };
  const { version: _, ...rest } = {
    createdAt: 1,
    answeredAt: null,
    waitedMs: null,
    text: "text ü",
    shown: "{}",
    version: 0,
    ...more,
  };
  return { row: { ...row, ...rest }, expects };
}

/** The same object with its fields in the order of their names. */
const sorted = (of: object | undefined) => Object.fromEntries(Object.entries(of ?? {}).sort());

const ids = (rows: DeskKey[]): string[] => rows.map(({ id }) => id);

/** All ids of a list, in pages of `limit`. */
async function listed(store: DeskStore, query: Omit<ListQuery, "limit">, limit = 3): Promise<string[]> {
  const found: string[] = [];
  for (let after: string | undefined; ; ) {
    const page = await store.list({ ...query, after, limit });
    found.push(...page.map(({ shown }) => JSON.parse(shown).id));
    const last = page.at(-1);
    if (last === undefined || page.length < limit) return found;
    after = last.at;
  }
}

const CHECKS: Record<string, (store: DeskStore) => Promise<void>> = {
  "several workers may prepare it at once": async (store) => {
    await Promise.all([store.prepare(), store.prepare(), store.prepare()]);
    same(await store.commit({ tickets: [ticket(KEYS.a, "1")] }), true, "a first row");
    await store.prepare();
    same(ids(await store.tickets([{ account: KEYS.a, id: "1" }])), ["1"], "after it was prepared again");
  },
  "rows are read as they were written": async (store) => {
    // Long enough to be cut, with characters of several units at any place.
    const raw = JSON.stringify({ text: "😀ä'\"\\".repeat(150_000) });
    const more = {
      local: '{"note":"n"}',
      missing: true,
      changesAt: 7,
      due: null,
      order: [-1.5, 8.64e15] as [number, number],
      raw,
    };
    const { row } = ticket(KEYS.a, "ü/1", more);
    same(await store.commit({ tickets: [{ row, expects: 0 }] }), true, "a new row");
    const [found] = await store.tickets([
      { account: KEYS.a, id: "ü/1" },
      { account: KEYS.b, id: "ü/1" },
    ]);
    same(sorted(found), sorted({ ...row, version: 1 }), "the row");
    const [head, ...others] = await store.heads([
      { account: KEYS.a, id: "ü/1" },
      { account: KEYS.b, id: "ü/1" },
    ]);
    const { account, id, view, beganAt, listed, missing } = row;
    same(sorted(head), sorted({ account, id, view, beganAt, listed, missing }), "what tells whether it changed");
    same(others.length, 0, "the heads of tickets that are not there");
    const { raw: _, ...kept } = row;
    await store.commit({ tickets: [{ row: { ...kept, rev: "r2" }, expects: 1 }] });
    const [again] = await store.tickets([{ account: KEYS.a, id: "ü/1" }]);
    same([again?.version, again?.rev, again?.raw === raw], [2, "r2", true], "the parts that were not given");
    await store.commit({ tickets: [{ row: { ...kept, raw: "{}" }, expects: 2 }] });
    const [short] = await store.tickets([{ account: KEYS.a, id: "ü/1" }]);
    same(short?.raw, "{}", "parts that became shorter");
  },
  "a batch changes all or nothing": async (store) => {
    await store.commit({
      tickets: [ticket(KEYS.a, "1")],
      streams: [{ row: { account: KEYS.a, flow: "hot", text: "1" }, expects: 0 }],
    });
    const wrong = [
      { tickets: [ticket(KEYS.a, "2"), ticket(KEYS.a, "1", {}, 0)] },
      { tickets: [ticket(KEYS.a, "2"), ticket(KEYS.a, "1", {}, 2)] },
      { tickets: [ticket(KEYS.a, "2")], streams: [{ row: { account: KEYS.a, flow: "hot", text: "2" }, expects: 0 }] },
      { tickets: [ticket(KEYS.a, "2")], letters: [letter("x", {}, 1)] },
      {
        tickets: [ticket(KEYS.a, "2")],
        letters: [letter("x", { isUnderway: true }), letter("y", { isUnderway: true })],
      },
    ];
    for (const batch of wrong) {
      same(await store.commit(batch), false, "a batch that expects something else");
      same(ids(await store.tickets([{ account: KEYS.a, id: "2" }])), [], "after it");
    }
    same(
      (await store.streams()).map(({ text, version }) => [text, version]),
      [["1", 1]],
      "the checkpoint",
    );
    same(await store.letters({ ids: ["x", "y"] }), [], "the letters");
  },
  "of two workers one is first": async (store) => {
    await store.commit({ tickets: [ticket(KEYS.a, "1")] });
    const tries = Array.from({ length: 5 }, (_, at) =>
      store.commit({ tickets: [ticket(KEYS.a, "1", { rev: `${at}` }, 1)] }),
    );
    const won = await Promise.all(tries);
    same(won.filter(Boolean).length, 1, "the number of those who won");
    const [row] = await store.tickets([{ account: KEYS.a, id: "1" }]);
    same([row?.version, row?.rev], [2, `${won.indexOf(true)}`], "the row");
  },
  "a ticket has one letter under way": async (store) => {
    await store.commit({ letters: [letter("x", { isUnderway: true }), letter("y")] });
    same(await store.commit({ letters: [letter("y", { isUnderway: true }, 1)] }), false, "a second one");
    const others = [letter("z", { isUnderway: true, ticket: "2" }), letter("w", { isUnderway: true, account: KEYS.b })];
    same(await store.commit({ letters: others }), true, "one of another ticket");
    same(await store.commit({ letters: [letter("x", {}, 1)] }), true, "its end");
    same(await store.commit({ letters: [letter("y", { isUnderway: true }, 1)] }), true, "the next one");
  },
  "lists are in order, page by page": async (store) => {
    const rows = [
      ticket(KEYS.a, "late", { order: [300, 0] }),
      ticket(KEYS.a, "none", { order: [8.64e15, 8.64e15], due: null }),
      ticket(KEYS.b, "same", { order: [200, 1] }),
      ticket(KEYS.a, "same", { order: [200, 1] }),
      ticket(KEYS.a, "ann", { order: [200, 1] }),
      ticket(KEYS.a, "soon", { order: [-5, 0], due: 90, kind: "refund" }),
      ticket(KEYS.a, "done", { view: "done" }),
      ticket(KEYS.b, "gone", { view: null }),
    ];
    await store.commit({ tickets: rows });
    for (const limit of [1, 2, 3, 50]) {
      const all = ["soon", "ann", "same", "same", "late", "none"];
      same(await listed(store, { view: "todo" }, limit), all, `pages of ${limit}`);
      same(await listed(store, { view: "todo", accounts: [KEYS.a, KEYS.b] }, limit), all, "of both accounts");
      same(await listed(store, { view: "todo", accounts: [KEYS.b] }, limit), ["same"], "of one account");
      same(await listed(store, { view: "todo", kind: "question" }, limit), all.slice(1), "of one kind");
      same(await listed(store, { view: "todo", accounts: [KEYS.a], kind: "refund" }, limit), ["soon"], "of both");
    }
    same(await listed(store, { view: "todo", accounts: [] }), [], "of no account");
    same(await listed(store, { view: "todo", due: 95 }), ["soon"], "what is due");
    same(await listed(store, { view: "done" }), ["done"], "another view");
    same(await listed(store, { view: "waiting" }), [], "an empty view");
  },
  "words are found": async (store) => {
    const texts: [string, string, string][] = [
      [KEYS.a, "1", "Order M-123 über Käse\nWhere is it?"],
      [KEYS.a, "2", "order M-999: OK"],
      [KEYS.b, "3", "order M-123 of others"],
    ];
    await store.commit({ tickets: texts.map(([account, id, words]) => ticket(account, id, { words })) });
    const find = async (text: string, more: Partial<ListQuery> = {}) =>
      (await listed(store, { ...more, text }, 1)).sort();
    same(await find("m-123"), ["1", "3"], "a number");
    same(await find("M-123", { accounts: [KEYS.a] }), ["1"], "a number of one account");
    same(await find("M-123", { accounts: [KEYS.a, KEYS.b] }), ["1", "3"], "of both");
    same(await find("ord"), ["1", "2", "3"], "a beginning");
    same(await find("kase uber"), ["1"], "words without accents, in another order");
    same(await find("others", { accounts: [KEYS.a] }), [], "a word of another account");
    for (const text of ['"', "words:*", "NEAR(", "scope : t", "''; --", "-"]) await find(text);
    same(await find("?!"), [], "no word");
    await store.commit({
      tickets: [
        ticket(KEYS.a, "2", { words: "changed", view: "done" }, 1),
        ticket(KEYS.b, "3", { words: "", view: null }, 1),
      ],
    });
    same([await find("m"), await find("changed"), await find("others")], [["1"], ["2"], []], "after a change");
    same([await find("changed", { view: "todo" }), await find("changed", { view: "done" })], [[], ["2"]], "in a view");
  },
  "counters follow": async (store) => {
    const count = async () => {
      const { tickets } = await store.counts({ now: 0, from: 0, until: 0 });
      return tickets
        .filter(({ count }) => count !== 0)
        .map(({ account, view, count }) => `${account} ${view} ${count}`)
        .sort();
    };
    await store.commit({ tickets: [ticket(KEYS.a, "1"), ticket(KEYS.a, "2"), ticket(KEYS.b, "1", { view: "done" })] });
    same(await count(), [`${KEYS.a} todo 2`, `${KEYS.b} done 1`], "at first");
    const views: [string, DeskView | null][] = [
      ["1", "waiting"],
      ["2", null],
    ];
    await store.commit({ tickets: views.map(([id, view]) => ticket(KEYS.a, id, { view }, 1)) });
    same(await count(), [`${KEYS.a} waiting 1`, `${KEYS.b} done 1`], "after a change");
    await store.commit({ tickets: [ticket(KEYS.a, "2", {}, 2)] });
    same(await count(), [`${KEYS.a} todo 1`, `${KEYS.a} waiting 1`, `${KEYS.b} done 1`], "when one came back");
  },
  "what is late is counted": async (store) => {
    const count = async (now: number, until: number) => {
      const { due } = await store.counts({ now, from: 0, until });
      return due
        .filter(({ overdue, today }) => overdue > 0 || today > 0)
        .map(({ account, overdue, today }) => `${account} ${overdue} ${today}`)
        .sort();
    };
    const at = (account: string, id: string, due: number | null, more: Partial<TicketPut["row"]> = {}) =>
      ticket(account, id, { due, order: [due ?? 8.64e15, 0], ...more });
    await store.commit({
      tickets: [
        at(KEYS.a, "1", 100),
        at(KEYS.a, "2", 200),
        at(KEYS.a, "3", 300),
        at(KEYS.a, "4", null),
        at(KEYS.b, "5", 150),
        at(KEYS.a, "6", 10, { view: "snoozed" }),
        at(KEYS.a, "7", 10, { view: null }),
      ],
    });
    same(await count(100, 100), [], "before the first is late");
    same(await count(200, 200), [`${KEYS.a} 1 0`, `${KEYS.b} 1 0`], "when its time has come, it is not late yet");
    same(await count(150, 300), [`${KEYS.a} 1 1`, `${KEYS.b} 0 1`], "with what is due before a time");
    same(await count(300, 100), [`${KEYS.a} 2 0`, `${KEYS.b} 1 0`], "when that time is over");
    await store.commit({
      tickets: [at(KEYS.a, "1", 100, { view: "done" }), at(KEYS.b, "5", 250)].map((put) => ({ ...put, expects: 1 })),
    });
    same(await count(300, 301), [`${KEYS.a} 1 1`, `${KEYS.b} 1 0`], "after a change");
  },
  "letters and answers are counted": async (store) => {
    const counts = async (from: number) => {
      const { letters, answers } = await store.counts({ now: 0, from, until: 0 });
      const open = letters.filter(({ count }) => count > 0).map(({ account, count }) => `${account} ${count}`);
      return [open.sort(), answers.map(({ account, waitedMs }) => `${account} ${waitedMs}`).sort()];
    };
    same(await counts(0), [[], []], "at first");
    await store.commit({
      letters: [
        letter("a", { ticket: "1" }),
        letter("b", { ticket: "2", answeredAt: 10, waitedMs: 5 }),
        letter("c", { ticket: "3", answeredAt: 20, isEnd: true }),
        letter("d", { account: KEYS.b, answeredAt: 20, waitedMs: 0 }),
      ],
    });
    const open = [`${KEYS.a} 2`, `${KEYS.b} 1`].sort();
    same(await counts(10), [open, [`${KEYS.a} 5`, `${KEYS.a} null`, `${KEYS.b} 0`].sort()], "of a day");
    same(await counts(11), [open, [`${KEYS.a} null`, `${KEYS.b} 0`].sort()], "of a later day");
    await store.commit({
      letters: [letter("a", { isEnd: true, answeredAt: 30, waitedMs: 7 }, 1)],
      removedLetters: ["d"],
    });
    same(await counts(20), [[`${KEYS.a} 1`], [`${KEYS.a} 7`, `${KEYS.a} null`]], "after a change");
  },
  "the latest change is known": async (store) => {
    const latest = async () => (await store.counts({ now: 0, from: 0, until: 0 })).after;
    same(await latest(), 0, "at first");
    await store.commit({ tickets: [ticket(KEYS.a, "1"), ticket(KEYS.b, "2")] });
    const first = await latest();
    same(first, (await store.changes(0, undefined, 10)).at(-1)?.seq, "after the first changes");
    await store.commit({ tickets: [ticket(KEYS.a, "1", { view: null }, 1)] });
    same(ids(await store.changes(first, undefined, 10)), ["1"], "what came after it");
    same(await store.changes(await latest(), undefined, 10), [], "what comes after the latest");
  },
  "changes have an order": async (store) => {
    await store.commit({ tickets: [ticket(KEYS.a, "1"), ticket(KEYS.b, "2")] });
    const first = await store.changes(0, undefined, 10);
    same(ids(first).sort(), ["1", "2"], "the first changes");
    const after = first.at(-1)?.seq ?? 0;
    same(await store.changes(after, undefined, 10), [], "nothing new");
    await store.commit({ tickets: [ticket(KEYS.a, "1", { view: null }, 1)] });
    await store.commit({ tickets: [ticket(KEYS.b, "3")] });
    const next = await store.changes(after, undefined, 10);
    same(
      next.map(({ id, view }) => [id, view]),
      [
        ["1", null],
        ["3", "todo"],
      ],
      "the next changes",
    );
    same(ids(await store.changes(next[0]?.seq ?? 0, undefined, 10)), ["3"], "after one of them");
    same(ids(await store.changes(0, [KEYS.b], 10)), ["2", "3"], "of one account");
    same(ids(await store.changes(0, undefined, 1)), ["2"], "no more than asked for");
  },
  "what changes by itself is found": async (store) => {
    const at = (id: string, changesAt: number | null) => ticket(KEYS.a, id, { changesAt });
    await store.commit({ tickets: [at("c", 30), at("a", 10), at("b", 20), at("d", null)] });
    same(ids(await store.due(20, 10)), ["a", "b"], "until a time");
    same(ids(await store.due(99, 2)), ["a", "b"], "no more than asked for");
    await store.commit({ tickets: [ticket(KEYS.b, "e", { changesAt: 5 })] });
    same(ids(await store.due(99, 2, [KEYS.a])), ["a", "b"], "of one account");
    same(ids(await store.due(99, 9, [])), [], "of no account");
  },
  "accounts are gone through": async (store) => {
    const rows = ["b", "a", "d", "c"].map((id) => ticket(KEYS.a, id, { view: id === "c" ? null : "done" }));
    await store.commit({ tickets: [...rows, ticket(KEYS.b, "x")] });
    same(ids(await store.scan(KEYS.a, "", 2)), ["a", "b"], "the first ones");
    same(ids(await store.scan(KEYS.a, "b", 9)), ["d"], "the others");
  },
  "checkpoints are of their accounts": async (store) => {
    const mark = (account: string, flow: string) => ({
      row: { account, flow, text: `${account} ${flow}` },
      expects: 0,
    });
    const streams = [mark(KEYS.a, "hot"), mark(KEYS.b, "hot"), mark(KEYS.a, "sweep")];
    await store.commit({ streams });
    const texts = async (accounts?: string[]) => (await store.streams(accounts)).map(({ text }) => text).sort();
    same(await texts(), [`${KEYS.a} hot`, `${KEYS.a} sweep`, `${KEYS.b} hot`].sort(), "all of them");
    same(await texts([KEYS.b]), [`${KEYS.b} hot`], "those of one account");
    same(await texts([]), [], "those of none");
  },
  "files are read as they were written, and go with their letters": async (store) => {
    const whole = Uint8Array.from({ length: FILE_PART_BYTES }, (_, at) => (at * 7) % 251);
    const part = (of: string, file: number, at: number, bytes: Uint8Array): FilePart => ({
      letter: of,
      file,
      part: at,
      bytes,
    });
    const few = (...bytes: number[]) => Uint8Array.from(bytes);
    const first = async (of: string, file: number, at: number) => (await store.fileParts(of, file, at))[0];
    const read = async (of: string, file: number, at: number) => {
      const bytes = await first(of, file, at);
      return bytes === undefined ? undefined : [...bytes];
    };
    same(await read("a", 0, 0), undefined, "a file that is not there");
    const three = [part("a", 0, 0, whole), part("a", 0, 1, few(1, 0, 255)), part("a", 1, 0, few())];
    await store.commit({ letters: [letter("a"), letter("b")], fileParts: [...three, part("b", 0, 0, few(9))] });
    const long = await first("a", 0, 0);
    same(long?.length, FILE_PART_BYTES, "the length of a whole part");
    same(
      long?.every((byte, at) => byte === whole[at]),
      true,
      "its bytes",
    );
    same([await read("a", 0, 1), await read("a", 1, 0)], [[1, 0, 255], []], "the others");
    const some = await store.fileParts("a", 0, 0);
    same([...(some[1] ?? [1, 0, 255])], [1, 0, 255], "what came at once");
    same(some.length <= 2, true, "no more than there is");
    same([await read("a", 0, 2), await read("a", 2, 0)], [undefined, undefined], "what is beyond");
    // A batch that is refused keeps no file either.
    const late = { letters: [letter("a", {}, 7)], fileParts: [part("a", 0, 1, few(2))], removedFiles: ["b"] };
    same(await store.commit(late), false, "a batch that expects something else");
    same([await read("a", 0, 1), await read("b", 0, 0)], [[1, 0, 255], [9]], "after it");
    await store.commit({ letters: [letter("a", {}, 1)], fileParts: [part("a", 0, 1, few(2))] });
    same(await read("a", 0, 1), [2], "a part that was replaced");
    await store.commit({ letters: [letter("a", {}, 2)], removedFiles: ["a"], fileParts: [part("a", 3, 0, few(3))] });
    same([await read("a", 0, 0), await read("a", 0, 1)], [undefined, undefined], "files that were removed");
    same([await read("a", 3, 0), await read("b", 0, 0)], [[3], [9]], "the others");
    await store.commit({ removedLetters: ["a"] });
    same([await read("a", 3, 0), await read("b", 0, 0)], [undefined, [9]], "those of a letter that was removed");
  },
  "letters are found": async (store) => {
    const sent = [
      letter("a", { createdAt: 1, wakeAt: 30 }),
      letter("b", { createdAt: 2, wakeAt: 10, ticket: "2" }),
      letter("c", { createdAt: 3, wakeAt: null, isEnd: true }),
      letter("d", { createdAt: 3, wakeAt: 20, account: KEYS.b }),
    ];
    await store.commit({ letters: sent });
    const found = async (query: Parameters<DeskStore["letters"]>[0]) =>
      (await store.letters(query)).map(({ id }) => id);
    same(await found({ wakeUntil: 20, limit: 9 }), ["b", "d"], "those that wake");
    same(await found({ wakeUntil: 99, limit: 1 }), ["b"], "the first that wakes");
    same(await found({ wakeUntil: 99, accounts: [KEYS.b], limit: 1 }), ["d"], "the first of an account");
    same(await found({ wakeUntil: 99, accounts: [KEYS.a, KEYS.b], limit: 9 }), ["b", "d", "a"], "those of both");
    same((await found({ tickets: [{ account: KEYS.a, id: "1" }] })).sort(), ["a", "c"], "of a ticket");
    same(await found({ open: true, limit: 9 }), ["d", "b", "a"], "the open ones");
    same(await found({ open: true, accounts: [KEYS.a], limit: 1 }), ["b"], "of an account");
    same(await found({ open: true, after: JSON.stringify([2, "b"]), limit: 9 }), ["a"], "after a place");
    const { row } = letter("a", { createdAt: 1, wakeAt: 30 });
    same(sorted((await store.letters({ ids: ["a"] }))[0]), sorted({ ...row, version: 1 }), "the letter");
    await store.commit({ removedLetters: ["a", "b"] });
    same(await found({ open: true, limit: 9 }), ["d"], "after they were removed");
  },
};

/**
 * Returns the checks of a store. `make` returns an empty store for each of them.
 *
 * ```ts
 * import { memoryStore, storeChecks } from "seller-tickets/desk";
 *
 * for (const { run } of storeChecks(() => memoryStore())) await run();
 * ```
 */
export function storeChecks(make: () => DeskStore | Promise<DeskStore>): ContractCheck[] {
  return Object.entries(CHECKS).map(([name, check]) => ({
    name,
    run: async () => {
      const store = await make();
      if (!name.includes("prepare")) await store.prepare();
      await check(store);
    },
  }));
}
