// Misbehaviour on demand: a queue of faults, each taken by the first requests it matches. Of the
// faults that are played a request takes one; of the habits (habits.ts) it takes all that match,
// and they stay until a reset unless they say how often.

import { type Habit, isHabit, readHabit } from "./habits.ts";
import { decode, empty, parseQuery, type Received, type Reply, say } from "./http.ts";
import type { LateKinds } from "./late.ts";
import type { Marketplace } from "./marketplace.ts";
import type { Bytes } from "./runtime.ts";

export type Fault =
  /**
   * Answers with `status`: before the request is carried out, after (it has taken effect, and its
   * answer is lost), or `ms` before it is.
   */
  | {
      kind: "status";
      status: number;
      when: When | "late";
      ms: number;
      headers: Record<string, string>;
      body?: unknown;
    }
  /** Waits before the status line. */
  | { kind: "stall_headers"; ms: number; when: When }
  /** Sends the headers and half of the body, waits, and sends the rest. */
  | { kind: "stall_body"; ms: number }
  /** Sends the body in `pieces`, `ms` apart. */
  | { kind: "slow_body"; ms: number; pieces: number }
  /** Announces the whole body, sends half of it and drops the connection. */
  | { kind: "cut_body" }
  /** A complete answer whose JSON stops in the middle. */
  | { kind: "truncated_json" }
  /** A web page, as proxies in front of an API send it. */
  | { kind: "html_error"; status: number; when: When }
  /** The right status and headers with nothing behind them. */
  | { kind: "empty_body" }
  /** The right body under another content type. */
  | { kind: "wrong_content_type"; content_type: string }
  | { kind: "redirect"; to: string; status: number; when: When }
  /** Text that claims to be JSON. */
  | { kind: "bad_json" };

/** `before`: the request is not carried out. `after`: it is, and only its answer goes wrong. */
type When = "before" | "after";

export interface FaultMatch {
  marketplace?: string;
  method?: string;
  /**
   * A path below the marketplace's base path, or a whole path: `*` is one segment, `**` any number
   * of them.
   */
  path?: string;
  /** Query values that must be there. */
  query?: Record<string, string>;
  /**
   * Headers that must have these values: with one of its own, a test says which requests it means.
   */
  headers?: Record<string, string>;
}

export interface QueuedFault {
  id: number;
  match: FaultMatch;
  /** How many matching requests are let through first. */
  skip: number;
  /** How many more it will hit; `null` for every one until a reset. */
  times: number | null;
  fault: Fault | Habit;
}

/** What a request meets. */
export interface Taken {
  fault: Fault | undefined;
  habits: Habit[];
}

export class Faults {
  #queue: QueuedFault[] = [];
  #nextId = 1;
  readonly #kinds: LateKinds[];

  /** `kinds`: what there is that can show late. */
  constructor(kinds: LateKinds[]) {
    this.#kinds = kinds;
  }

  list(): readonly QueuedFault[] {
    return this.#queue;
  }

  clear(): void {
    this.#queue = [];
  }

  /**
   * Adds one fault or a list of them, all or none; the result names what is wrong with the input.
   */
  add(input: unknown): { added: QueuedFault[] } | { problem: string } {
    const added: QueuedFault[] = [];
    for (const [index, item] of (Array.isArray(input) ? input : [input]).entries()) {
      const read = readQueued(item, this.#kinds);
      if (typeof read === "string") return { problem: `fault ${index}: ${read}` };
      added.push({ id: this.#nextId + index, ...read });
    }
    this.#nextId += added.length;
    this.#queue.push(...added);
    return { added };
  }

  /** Takes what this request is to suffer: the oldest fault that matches, and every habit. */
  take(marketplace: Marketplace, received: Received): Taken {
    let fault: Fault | undefined;
    const habits: Habit[] = [];
    for (const queued of this.#queue) {
      if ((fault !== undefined && !isHabit(queued.fault)) || !matches(queued.match, marketplace, received)) continue;
      if (queued.skip > 0) {
        queued.skip -= 1;
        continue;
      }
      if (queued.times !== null) queued.times -= 1;
      if (isHabit(queued.fault)) habits.push(queued.fault);
      else fault = queued.fault;
    }
    this.#queue = this.#queue.filter(({ times }) => times !== 0);
    return { fault, habits };
  }
}

/**
 * Plays the fault: `work` is the proper handling of the request, which some faults leave out. What
 * goes on after the answer is handed to `later`.
 */
export async function playFault(
  fault: Fault,
  marketplace: Marketplace,
  work: () => Promise<Reply>,
  later: (rest: Promise<unknown>) => void,
): Promise<Reply | Response> {
  switch (fault.kind) {
    case "status": {
      if (fault.when === "after") await work();
      if (fault.when === "late") later(scheduler.wait(fault.ms).then(work));
      if (fault.body === null || fault.status === 204 || fault.status === 304) {
        return empty(fault.status, fault.headers);
      }
      return say(fault.status, fault.body ?? marketplace.errorBody(fault.status), fault.headers);
    }
    case "stall_headers": {
      if (fault.when === "before") await scheduler.wait(fault.ms);
      const reply = await work();
      if (fault.when === "after") await scheduler.wait(fault.ms);
      return reply;
    }
    case "stall_body": {
      const reply = await work();
      return stream(reply, halves(reply.body), fault.ms);
    }
    case "slow_body": {
      const reply = await work();
      return stream(reply, split(reply.body, fault.pieces), fault.ms);
    }
    case "cut_body":
      return cut(await work());
    case "truncated_json": {
      const reply = await work();
      return { ...reply, body: halves(reply.body)[0] ?? null };
    }
    case "html_error": {
      if (fault.when === "after") await work();
      return {
        status: fault.status,
        headers: { "content-type": "text/html; charset=utf-8" },
        body: new TextEncoder().encode(
          `<!DOCTYPE html>\n<html><head><title>${fault.status}</title></head><body><h1>The service is not available</h1></body></html>\n`,
        ),
      };
    }
    case "empty_body": {
      const reply = await work();
      return { ...reply, body: null };
    }
    case "wrong_content_type": {
      const reply = await work();
      return { ...reply, headers: { ...reply.headers, "content-type": fault.content_type } };
    }
    case "redirect":
      if (fault.when === "after") await work();
      return empty(fault.status, { location: fault.to });
    case "bad_json": {
      const reply = await work();
      return {
        ...reply,
        headers: { ...reply.headers, "content-type": "application/json" },
        body: new TextEncoder().encode('{"data": [}, NaN'),
      };
    }
  }
}

function halves(body: Bytes | null): Bytes[] {
  return split(body, 2);
}

function split(body: Bytes | null, pieces: number): Bytes[] {
  if (body === null || body.byteLength === 0) return [];
  const size = Math.max(1, Math.ceil(body.byteLength / pieces));
  const parts: Bytes[] = [];
  for (let start = 0; start < body.byteLength; start += size) parts.push(body.subarray(start, start + size));
  return parts;
}

/**
 * An answer whose parts leave `ms` apart. One without a body keeps its length unknown until the
 * wait is over.
 */
function stream(reply: Reply, parts: Bytes[], ms: number): Response {
  if (reply.status === 204) return new Response(null, reply);
  const body = new ReadableStream<Bytes>({
    async start(controller) {
      for (const [index, part] of (parts.length === 0 ? [undefined] : parts).entries()) {
        if (index > 0 || part === undefined) await scheduler.wait(ms);
        if (part !== undefined) controller.enqueue(part);
      }
      controller.close();
    },
  });
  return new Response(body, reply);
}

/**
 * Announces more than it sends. The runtime then drops the connection; erring a stream of unknown
 * length would end it properly.
 */
function cut(reply: Reply): Response {
  const full = reply.body ?? new Uint8Array();
  const half = full.subarray(0, Math.floor(full.byteLength / 2));
  const { readable, writable } = new FixedLengthStream(Math.max(full.byteLength, 64));
  const writer = writable.getWriter();
  const send = async () => {
    if (half.byteLength > 0) await writer.write(half);
    // The part that is sent should be seen by the client before the connection ends.
    await scheduler.wait(50);
    await writer.abort(new Error("cut by a fault"));
  };
  // A client that went away first is no error here.
  send().catch(() => {});
  return new Response(readable, { status: reply.status === 204 ? 200 : reply.status, headers: reply.headers });
}

function matches(match: FaultMatch, marketplace: Marketplace, received: Received): boolean {
  if (match.marketplace !== undefined && match.marketplace !== marketplace.id) return false;
  if (match.method !== undefined && match.method.toUpperCase() !== received.method) return false;
  if (match.path !== undefined) {
    const path = decode(received.path) ?? received.path;
    const below = path.startsWith(`${marketplace.basePath}/`) ? path.slice(marketplace.basePath.length) : undefined;
    const pattern = glob(match.path);
    if (!pattern.test(path) && !(below !== undefined && pattern.test(below))) return false;
  }
  const headers = Object.entries(match.headers ?? {});
  if (!headers.every(([name, value]) => received.headers.get(name) === value)) return false;
  const pairs = parseQuery(received.query) ?? [];
  return Object.entries(match.query ?? {}).every(([name, value]) =>
    pairs.some(([actualName, actualValue]) => actualName === name && actualValue === value),
  );
}

function glob(pattern: string): RegExp {
  const source = pattern
    .split(/(\*\*|\*)/)
    .map((part) => (part === "**" ? ".*" : part === "*" ? "[^/]+" : part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")))
    .join("");
  return new RegExp(`^${source}$`);
}

// --- reading the control input -------------------------------------------------------------------

type Input = Record<string, unknown>;

function readQueued(item: unknown, kinds: LateKinds[]): Omit<QueuedFault, "id"> | string {
  if (!isObject(item)) return "must be an object";
  const { match = {}, skip = 0, fault, ...others } = item;
  if (!isObject(fault)) return "fault must be an object with a kind";
  const habit = readHabit(fault, kinds);
  const { times = habit === undefined ? 1 : null, ...rest } = others;
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) return `${unknown} is not known`;
  if (!isCount(skip)) return "skip must be a whole number from 0";
  if (times !== null && (!isCount(times) || times === 0)) {
    return "times must be a whole number from 1, or null for every request";
  }
  const readMatch = readMatchInput(match);
  if (typeof readMatch === "string") return readMatch;
  const read = habit ?? readFault(fault);
  if (typeof read === "string") return read;
  return { match: readMatch, skip, times, fault: read };
}

function readMatchInput(input: unknown): FaultMatch | string {
  if (!isObject(input)) return "match must be an object";
  const match: FaultMatch = {};
  for (const [name, value] of Object.entries(input)) {
    if ((name === "marketplace" || name === "method" || name === "path") && typeof value === "string") {
      match[name] = value;
    } else if ((name === "query" || name === "headers") && isObject(value)) {
      match[name] = Object.fromEntries(Object.entries(value).map(([key, text]) => [key, String(text)]));
    } else {
      return `match.${name} is not known or not a text`;
    }
  }
  return match;
}

function readFault(input: Input): Fault | string {
  const ms = input.ms ?? 1000;
  if (!isCount(ms)) return "fault.ms must be a whole number from 0";
  const late = input.kind === "status" && input.when === "late";
  const when = late ? "before" : (input.when ?? "before");
  if (when !== "before" && when !== "after") return "fault.when must be before or after, or late for a status";
  const status = (fallback: number | undefined, from: number, to: number): number | string => {
    const value = input.status ?? fallback;
    return isCount(value) && value >= from && value <= to ? value : `fault.status must be from ${from} to ${to}`;
  };
  switch (input.kind) {
    case "status": {
      const value = status(undefined, 200, 599);
      if (typeof value === "string") return value;
      const { headers = {} } = input;
      if (!isObject(headers)) return "fault.headers must be an object";
      const texts = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, String(text)]));
      return { kind: "status", status: value, when: late ? "late" : when, ms, headers: texts, body: input.body };
    }
    case "stall_headers":
      return { kind: "stall_headers", ms, when: input.when === undefined ? "after" : when };
    case "stall_body":
      return { kind: "stall_body", ms };
    case "slow_body": {
      const pieces = input.pieces ?? 10;
      if (!isCount(pieces) || pieces === 0) return "fault.pieces must be a whole number from 1";
      return { kind: "slow_body", ms: input.ms === undefined ? 50 : ms, pieces };
    }
    case "html_error": {
      const value = status(502, 200, 599);
      return typeof value === "string" ? value : { kind: "html_error", status: value, when };
    }
    case "wrong_content_type": {
      const type = input.content_type ?? "text/plain";
      return typeof type === "string"
        ? { kind: "wrong_content_type", content_type: type }
        : "fault.content_type must be a text";
    }
    case "redirect": {
      const value = status(302, 300, 399);
      if (typeof value === "string") return value;
      if (typeof input.to !== "string") return "fault.to must be the address to redirect to";
      return { kind: "redirect", to: input.to, status: value, when };
    }
    case "cut_body":
    case "truncated_json":
    case "empty_body":
    case "bad_json":
      return { kind: input.kind };
    default:
      return `fault.kind ${JSON.stringify(input.kind) ?? "is missing and"} is not known`;
  }
}

function isObject(value: unknown): value is Input {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
