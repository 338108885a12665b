/** Changes over a WebSocket, as a page reads them. */
import { onAbort } from "../ground/abort.js";
import type { DeskChange } from "./types.js";

/** How often the page asks for what it may have missed. */
const ASK_MS = 30_000;

/** Returns the address of the socket of a desk at this address. */
function socketAddress(address: string, after: number): string {
  const base = (globalThis as { location?: { href: string } }).location?.href;
  const url = new URL(`${address}/live`, base);
  url.protocol = url.protocol === "http:" ? "ws:" : "wss:";
  url.searchParams.set("after", String(after));
  return url.href;
}

/** Reads a message; one that no desk sends is no change. */
function read(data: unknown): DeskChange[] {
  try {
    const { changes } = JSON.parse(String(data)) as { changes?: unknown };
    return Array.isArray(changes) ? (changes as DeskChange[]) : [];
  } catch {
    return [];
  }
}

/**
 * Yields changes until the connection ends or `signal` ends it. `failed` is told if there was no
 * connection at all.
 */
export async function* liveChanges(
  address: string,
  from: number,
  signal: AbortSignal | null | undefined,
  failed: () => void,
): AsyncGenerator<DeskChange[], void, undefined> {
  let socket: WebSocket;
  try {
    socket = new WebSocket(socketAddress(address, from));
  } catch {
    failed();
    return;
  }
  let after = from;
  let isOpen = false;
  let isOver = false;
  let waiting: DeskChange[] = [];
  let wake = () => {};
  const end = () => {
    if (!isOpen) failed();
    isOver = true;
    wake();
  };
  socket.addEventListener("open", () => {
    isOpen = true;
  });
  socket.addEventListener("message", ({ data }) => {
    // What the page has seen is not told again.
    const fresh = read(data).filter((change) => change.after > after);
    after = fresh.at(-1)?.after ?? after;
    waiting.push(...fresh);
    wake();
  });
  socket.addEventListener("close", end);
  socket.addEventListener("error", end);
  const ask = setInterval(() => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify({ after }));
  }, ASK_MS);
  const off = onAbort(signal, () => {
    isOpen = true;
    end();
  });
  try {
    for (;;) {
      const some = waiting;
      waiting = [];
      if (some.length > 0) yield some;
      if (waiting.length > 0) continue;
      if (isOver || signal?.aborted) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    off();
    clearInterval(ask);
    socket.close();
  }
}
