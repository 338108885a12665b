/** A store in memory, for tests and small programs. It ends with the process. */
import {
  type Batch,
  type Changed,
  type DeskKey,
  type DeskStore,
  type LetterQuery,
  type LetterRow,
  type Listed,
  type ListQuery,
  noPlace,
  type Put,
  readPlace,
  type StoreCounts,
  type StreamRow,
  type TicketRow,
  wordsOf,
} from "./store.js";

type Kept = TicketRow & { seq: number };

const keyOf = (...parts: string[]): string => JSON.stringify(parts);

/** Compares lists of numbers and texts. Texts are compared by their code units. */
function compare(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  for (const [at, one] of a.entries()) {
    const other = b[at] as number | string;
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
}

const orderOf = ({ order, account, id }: TicketRow): [number, number, string, string] => [...order, account, id];

function hasWords(row: TicketRow, wanted: readonly string[]): boolean {
  const words = wordsOf(row.words);
  return wanted.every((word) => words.some((known) => known.startsWith(word)));
}

/** Returns a store in memory. */
export function memoryStore(): DeskStore {
  const tickets = new Map<string, Kept>();
  const streams = new Map<string, StreamRow>();
  const letters = new Map<string, LetterRow>();
  /** The parts of each letter's files, by the places of the file and the part. */
  const files = new Map<string, Map<string, Uint8Array>>();
  let seq = 0;

  const ticketKey = ({ account, id }: DeskKey) => keyOf(account, id);
  const isIn = (accounts: readonly string[] | undefined, account: string) => accounts?.includes(account) ?? true;

  function isAsExpected({ tickets: rows = [], streams: marks = [], letters: sent = [], removedLetters = [] }: Batch) {
    const fits = <Row extends { version: number }>(
      puts: Put<Row>[],
      known: Map<string, Row>,
      key: (row: never) => string,
    ) => puts.every(({ row, expects }) => (known.get(key(row as never))?.version ?? 0) === expects);
    if (!fits(rows as Put<TicketRow>[], tickets, ticketKey)) return false;
    if (!fits(marks, streams, ({ account, flow }: StreamRow) => keyOf(account, flow))) return false;
    if (!fits(sent, letters, ({ id }: LetterRow) => id)) return false;
    const after = new Map(letters);
    for (const id of removedLetters) after.delete(id);
    for (const { row } of sent) after.set(row.id, { ...row, version: 0 });
    const underway = [...after.values()]
      .filter(({ isUnderway }) => isUnderway)
      .map((row) => keyOf(row.account, row.ticket));
    return new Set(underway).size === underway.length;
  }

  return {
    prepare: async () => {},
    tickets: async (keys) =>
      keys.flatMap((key) => {
        const found = tickets.get(ticketKey(key));
        if (found === undefined) return [];
        const { seq: _, ...row } = found;
        return [structuredClone(row)];
      }),
    heads: async (keys) =>
      keys.flatMap((key) => {
        const found = tickets.get(ticketKey(key));
        if (found === undefined) return [];
        const { account, id, view, beganAt, listed, missing } = found;
        return [{ account, id, view, beganAt, listed, missing }];
      }),
    list: async ({ view, accounts, text, kind, due, after, limit }: ListQuery): Promise<Listed[]> => {
      const words = text === undefined ? [] : wordsOf(text);
      const from = after === undefined ? undefined : readPlace(after, ["number", "number", "string", "string"]);
      if (after !== undefined && from === undefined) throw noPlace();
      return [...tickets.values()]
        .filter((row) => row.view !== null && (view === undefined || row.view === view) && isIn(accounts, row.account))
        .filter((row) => kind === undefined || row.kind === kind)
        .filter((row) => due === undefined || (row.due !== null && row.due <= due))
        .filter((row) => text === undefined || (words.length > 0 && hasWords(row, words)))
        .map((row) => ({ row, place: orderOf(row) }))
        .filter(({ place }) => from === undefined || compare(place, from) > 0)
        .sort((a, b) => compare(a.place, b.place))
        .slice(0, limit)
        .map(({ row, place }) => ({ shown: row.shown, at: JSON.stringify(place) }));
    },
    scan: async (account, after, limit) =>
      [...tickets.values()]
        .filter((row) => row.account === account && row.view !== null && row.id > after)
        .sort((a, b) => compare([a.id], [b.id]))
        .slice(0, limit)
        .map(({ account, id, beganAt }) => ({ account, id, beganAt })),
    due: async (until, limit, accounts) =>
      [...tickets.values()]
        .filter(({ account, changesAt }) => changesAt !== null && changesAt <= until && isIn(accounts, account))
        .sort((a, b) => (a.changesAt as number) - (b.changesAt as number))
        .slice(0, limit)
        .map(({ account, id }) => ({ account, id })),
    changes: async (after, accounts, limit): Promise<Changed[]> =>
      [...tickets.values()]
        .filter((row) => row.seq > after && isIn(accounts, row.account))
        .sort((a, b) => a.seq - b.seq)
        .slice(0, limit)
        .map(({ account, id, seq, view }) => ({ account, id, seq, view })),
    counts: async ({ now, from, until }) => {
      const counts = new Map<string, StoreCounts["tickets"][number]>();
      const due = new Map<string, StoreCounts["due"][number]>();
      const open = new Map<string, StoreCounts["letters"][number]>();
      for (const { account, view, order } of tickets.values()) {
        if (view === null) continue;
        const count = counts.get(keyOf(account, view)) ?? { account, view, count: 0 };
        count.count += 1;
        counts.set(keyOf(account, view), count);
        if (view !== "todo") continue;
        const own = due.get(account) ?? { account, overdue: 0, today: 0 };
        if (order[0] < now) own.overdue += 1;
        else if (order[0] < until) own.today += 1;
        due.set(account, own);
      }
      for (const { account, isEnd } of letters.values()) {
        if (isEnd) continue;
        const count = open.get(account) ?? { account, count: 0 };
        count.count += 1;
        open.set(account, count);
      }
      const answers = [...letters.values()]
        .filter(({ answeredAt }) => answeredAt !== null && answeredAt >= from)
        .map(({ account, waitedMs }) => ({ account, waitedMs }));
      return {
        after: seq,
        tickets: [...counts.values()],
        due: [...due.values()],
        letters: [...open.values()],
        answers,
      };
    },
    streams: async (accounts) =>
      [...streams.values()].filter(({ account }) => isIn(accounts, account)).map((row) => ({ ...row })),
    letters: async (query: LetterQuery) => {
      let found = [...letters.values()];
      if ("tickets" in query) {
        const keys = new Set(query.tickets.map(ticketKey));
        found = found.filter(({ account, ticket }) => keys.has(keyOf(account, ticket)));
      } else if ("ids" in query) {
        found = found.filter(({ id }) => query.ids.includes(id));
      } else if ("wakeUntil" in query) {
        const { wakeUntil, accounts } = query;
        found = found.filter(
          ({ account, wakeAt }) => wakeAt !== null && wakeAt <= wakeUntil && isIn(accounts, account),
        );
        found.sort((a, b) => compare([a.wakeAt as number, a.id], [b.wakeAt as number, b.id]));
      } else {
        const from = query.after === undefined ? undefined : readPlace(query.after, ["number", "string"]);
        if (query.after !== undefined && from === undefined) throw noPlace();
        found = found
          .filter((row) => !row.isEnd && isIn(query.accounts, row.account))
          .filter(({ createdAt, id }) => from === undefined || compare([createdAt, id], from) < 0)
          .sort((a, b) => -compare([a.createdAt, a.id], [b.createdAt, b.id]));
      }
      return found.slice(0, "limit" in query ? query.limit : undefined).map((row) => ({ ...row }));
    },
    fileParts: async (letter, file, from) => {
      const bytes = files.get(letter)?.get(`${file} ${from}`);
      return bytes === undefined ? [] : [bytes.slice()];
    },
    commit: async (batch) => {
      if (!isAsExpected(batch)) return false;
      for (const id of [...(batch.removedLetters ?? []), ...(batch.removedFiles ?? [])]) files.delete(id);
      for (const { letter, file, part, bytes } of batch.fileParts ?? []) {
        const own = files.get(letter) ?? new Map<string, Uint8Array>();
        files.set(letter, own.set(`${file} ${part}`, bytes.slice()));
      }
      for (const { row, expects } of batch.tickets ?? []) {
        seq += 1;
        const raw = row.raw ?? tickets.get(ticketKey(row))?.raw ?? "";
        tickets.set(ticketKey(row), structuredClone({ ...row, raw, version: expects + 1, seq }));
      }
      for (const { row, expects } of batch.streams ?? []) {
        streams.set(keyOf(row.account, row.flow), { ...row, version: expects + 1 });
      }
      for (const id of batch.removedLetters ?? []) letters.delete(id);
      for (const { row, expects } of batch.letters ?? []) letters.set(row.id, { ...row, version: expects + 1 });
      return true;
    },
  };
}
