/**
 * The wasm module: started on first use, and started afresh after a trap. Its exports are pure functions over plain data, so a call that met a
 * trap is simply made again on the new instance, and whoever is waiting for the network meanwhile loses nothing.
 */
import * as glue from "seller-tickets-wasm";
import type { TicketErrorData } from "../generated/types.js";
import { localError, TicketError } from "../ground/errors.js";
import { nodeHash } from "../ground/hosts.js";
import type { Boundary, Event } from "./boundary.js";

interface Room {
  /** What is to be encoded or hashed. */
  plain: Uint8Array;
  /** What became of it. */
  text: Uint8Array;
  /** Of a hash under way. */
  state: Uint8Array;
}

type Source = () => WebAssembly.Module | BufferSource;

let fallback: Source | undefined;
let chosen: WebAssembly.Module | BufferSource | undefined;
let running = false;
/** The instance is to be replaced before the next call. */
let stale = false;
let memory: WebAssembly.Memory | undefined;
/** The part of its memory that file content goes through. */
let room: Room | undefined;

/** Wasm memory never shrinks. After a call that needed more than this, a new instance gives it back; Workers have 128 MB for everything. */
const MAX_MEMORY_BYTES = 32 * 1024 * 1024;

/** The bytes or module that an entry brings along; one that was chosen explicitly goes first. */
export function provide(source: Source): void {
  fallback ??= source;
}

/** A module that the caller compiled, for `/slim` and `/workerd`. */
export function choose(module: WebAssembly.Module | BufferSource): void {
  chosen ??= module;
}

/** Whether a call could be made right now; only `/slim` has a time before. */
export function available(): boolean {
  return running || chosen !== undefined || fallback !== undefined;
}

/** The host lets no module start, or compiles none. */
export function unavailable(cause: unknown): TicketError {
  return localError(
    undefined,
    {
      kind: "configuration",
      code: "wasm_unavailable",
      message:
        "the wasm module could not be started: a page needs `'wasm-unsafe-eval'` in the `script-src` of its content security policy, and a Worker needs the entry `seller-tickets/workerd`",
    },
    cause,
  );
}

function launch(): void {
  if (running && !stale) return;
  if (!available()) {
    throw localError(undefined, {
      kind: "configuration",
      code: "not_started",
      message: "the wasm module is not started: await `start(…)` of `seller-tickets/slim` before the first call",
    });
  }
  try {
    if (running) glue.__wbg_reset_state();
    else glue.initSync({ module: chosen ?? fallback?.() });
    // Once it runs, this only tells its exports.
    memory = glue.initSync({}).memory;
  } catch (error) {
    throw unavailable(error);
  }
  running = true;
  stale = false;
  room = undefined;
}

/** `InternalError` is what Firefox throws when the stack is full. */
function isTrap(error: unknown): boolean {
  return (
    error instanceof WebAssembly.RuntimeError ||
    error instanceof RangeError ||
    (error instanceof Error && error.name === "InternalError")
  );
}

function trapped(name: string, cause: unknown): TicketError {
  return localError(
    undefined,
    {
      kind: "decode",
      code: "wasm_trap",
      message: `the wasm module stopped in \`${name}\` twice on the same input; it was started afresh`,
    },
    cause,
  );
}

function guard<A extends unknown[], R>(name: string, fn: (...args: A) => R): (...args: A) => R {
  return (...args) => {
    for (let again = false; ; again = true) {
      launch();
      try {
        const result = fn(...args);
        stale = memory !== undefined && memory.buffer.byteLength > MAX_MEMORY_BYTES;
        return result;
      } catch (error) {
        if (!isTrap(error)) throw error;
        stale = true;
        if (again) throw trapped(name, error);
      }
    }
  };
}

/** Longer texts go beside the JSON text: hosts are slow at quoting and fast at encoding. */
const LONG_TEXT = 8 * 1024;

/** Whether JSON has a word for all of a value, and no long ones. */
function isPlain(value: unknown): boolean {
  switch (typeof value) {
    case "object":
      return value === null || Object.values(value).every(isPlain);
    case "number":
      return Number.isFinite(value);
    case "string":
      return value.length <= LONG_TEXT;
    default:
      return typeof value === "boolean" || value === undefined;
  }
}

/** What JSON has no word for: big integers, numbers that are none, and what is no data at all. */
function mark(_key: string, value: unknown): unknown {
  switch (typeof value) {
    case "bigint":
      return { $bigint: String(value) };
    case "number":
      return Number.isFinite(value) ? value : { $bigint: String(value) };
    case "function":
    case "symbol":
      return {};
    default:
      return value;
  }
}

/** JSON, and the long texts that stand beside it. Looking first is cheaper than letting `JSON.stringify` ask about each value. */
function write(args: unknown[]): [text: string, aside?: Uint8Array | undefined] {
  if (isPlain(args)) return [JSON.stringify(args)];
  const aside: Uint8Array[] = [];
  let marks = 0;
  const text = JSON.stringify(args, (key, value) => {
    if (key === "$text") marks += 1;
    if (typeof value !== "string" || value.length <= LONG_TEXT) return mark(key, value);
    const bytes = encoder.encode(value);
    aside.push(bytes);
    return { $text: bytes.byteLength };
  });
  // One that is the caller's own would be mistaken for ours.
  return marks === aside.length ? [text, aside.length > 1 ? join(aside) : aside[0]] : [JSON.stringify(args, mark)];
}

const encoder = new TextEncoder();
/** Most texts fit, and need no memory of their own, which would be garbage at once. */
let scratch = new Uint8Array(8 * 1024);
const MAX_SCRATCH_BYTES = 256 * 1024;

function encode(text: string): Uint8Array {
  const most = 3 * text.length;
  if (most > MAX_SCRATCH_BYTES) return encoder.encode(text);
  if (most > scratch.byteLength) scratch = new Uint8Array(MAX_SCRATCH_BYTES);
  return scratch.subarray(0, encoder.encodeInto(text, scratch).written);
}

const decoder = new TextDecoder();

function run(name: string, args: unknown[], bytes?: Uint8Array): { value: unknown; rest: Uint8Array<ArrayBuffer> } {
  const [given, aside] = write(args);
  const answer = glue.call(name, encode(given), bytes, aside);
  const end = answer.byteLength - 5;
  const start = end - new DataView(answer.buffer, answer.byteOffset + end).getUint32(1, true);
  const text = decoder.decode(answer.subarray(start, end));
  // What the module throws comes as the text of its plain data.
  if (answer[end] === 1) throw new TicketError(JSON.parse(text) as TicketErrorData);
  return { value: JSON.parse(text), rest: answer.subarray(0, start) };
}

/** A function of the module over plain data. */
const ask = <K extends keyof Boundary>(name: K): Boundary[K] =>
  guard(name, (...args: unknown[]) => run(name, args).value) as Boundary[K];

/** The same for those that begin a call: the text of its body comes with their answer. */
function runBegin(name: string, args: unknown[], bytes?: Uint8Array): unknown {
  const { value, rest } = run(name, args, bytes);
  let at = 0;
  for (const segment of (value as { body?: { text?: unknown }[] | null }).body ?? []) {
    if (typeof segment.text !== "number") continue;
    const end = at + segment.text;
    segment.text = rest.subarray(at, end);
    at = end;
  }
  return value;
}

const begin = <K extends "beginForward" | "beginSession" | "beginExchange">(name: K): Boundary[K] =>
  guard(name, (...args: unknown[]) => runBegin(name, args)) as unknown as Boundary[K];

export const engine: Boundary = {
  checkSettings: ask("checkSettings"),
  validate: ask("validate"),
  begin: guard("begin", (marketplace, endpoint, args, settings, options, sizes, atOnce, bytes) => {
    const given = [marketplace, endpoint, args, settings, options, sizes, atOnce];
    return runBegin("begin", given, bytes) as ReturnType<Boundary["begin"]>;
  }),
  beginForward: begin("beginForward"),
  advance: guard("advance", (call, gate, event) => {
    const { body, ...rest } = event as Extract<Event, { type: "response" }>;
    return run("advance", [call, gate, rest], body).value as ReturnType<Boundary["advance"]>;
  }),
  beginOnce: ask("beginOnce"),
  advanceOnce: ask("advanceOnce"),
  sign: guard("sign", (call, attempt, length, how, bytes) => {
    return run("sign", [call, attempt, length, how], bytes).value as ReturnType<Boundary["sign"]>;
  }),
  signing: guard("signing", (call, credentials, now) => {
    const { value, rest } = run("signing", [call, credentials, now]);
    if (value === null) return null;
    const { heads, tail } = value as { heads: number[]; tail: number };
    let at = 0;
    const next = (length: number): Uint8Array => {
      at += length;
      return rest.subarray(at - length, at);
    };
    return { heads: heads.map(next), tail: next(tail) };
  }),
  usesSession: ask("usesSession"),
  sessionIsFresh: ask("sessionIsFresh"),
  checkTokens: ask("checkTokens"),
  beginSession: begin("beginSession"),
  beginExchange: begin("beginExchange"),
  consentUrl: ask("consentUrl"),
  readSession: guard("readSession", (call, credentials, session, status, headers, body, now) => {
    const args = [call, credentials, session, status, headers, now];
    return run("readSession", args, body).value as ReturnType<Boundary["readSession"]>;
  }),
  detect: guard("detect", glue.detect),
  schema: ask("schema"),
  rules: ask("rules"),
  decodeResponse: guard("decodeResponse", (marketplace, endpoint, status, headers, body, saw) => {
    const args = [marketplace, endpoint, status, headers, saw];
    return run("decodeResponse", args, body).value as ReturnType<Boundary["decodeResponse"]>;
  }),
  walkOn: ask("walkOn"),
  endpoints: ask("endpoints"),
  meanings: ask("meanings"),
  splitComplaints: ask("splitComplaints"),
  safeNames: ask("safeNames"),
  advanceInbox: ask("advanceInbox"),
  magaluFollow: ask("magaluFollow"),
  magaluTime: ask("magaluTime"),
};

/** The room as it is now: views of memory end when it grows, or when the module is started afresh. */
function openRoom(): Room {
  launch();
  if (room === undefined || room.plain.byteLength === 0) {
    const at = glue.fileRoom();
    const size = glue.fileRoomSize();
    const textSize = (size / 3) * 4;
    // Only now: making the room may have grown the memory.
    const { buffer } = memory as WebAssembly.Memory;
    room = {
      plain: new Uint8Array(buffer, at, size),
      text: new Uint8Array(buffer, at + size, textSize),
      state: new Uint8Array(buffer, at + size + textSize, glue.hashStateSize()),
    };
  }
  return room;
}

/** Encodes bytes, and hands out the text piece by piece. A piece lies in the module's memory, until the next one comes. */
export function encodeBase64(bytes: Uint8Array, take: (text: Uint8Array) => void): void {
  for (let start = 0; start < bytes.byteLength; ) {
    const { plain, text } = openRoom();
    const end = Math.min(start + plain.byteLength, bytes.byteLength);
    plain.set(start === 0 && end === bytes.byteLength ? bytes : bytes.subarray(start, end));
    take(text.subarray(0, glue.encodePiece(end - start)));
    start = end;
  }
}

/** A SHA-256 under way. */
export interface Hash {
  update(bytes: Uint8Array): void;
  /** The hash if only `tail` followed; can be asked for more than once. */
  digest(tail: Uint8Array): Uint8Array;
}

export function startHash(): Hash {
  const host = nodeHash();
  if (host !== undefined) {
    return {
      update: (bytes) => void host.update(bytes),
      digest: (tail) => host.copy().update(tail).digest(),
    };
  }
  openRoom();
  glue.hashBegin();
  let state = openRoom().state.slice();
  return {
    update: (bytes) => {
      hash(state, bytes);
      state = openRoom().state.slice();
    },
    digest: (tail) => {
      hash(state, tail);
      glue.hashEnd();
      return openRoom().state.slice(0, 32);
    },
  };
}

/** Leaves the state after `bytes` in the room. */
function hash(state: Uint8Array, bytes: Uint8Array): void {
  const room = openRoom();
  room.state.set(state);
  // What was just encoded is in its place.
  if (bytes.buffer === room.plain.buffer) {
    glue.hashPiece(bytes.byteOffset - room.plain.byteOffset, bytes.byteLength);
    return;
  }
  for (let start = 0; start < bytes.byteLength; start += room.plain.byteLength) {
    const piece = bytes.subarray(start, start + room.plain.byteLength);
    room.plain.set(piece);
    glue.hashPiece(0, piece.byteLength);
  }
}

export function join(
  parts: Uint8Array[],
  size = parts.reduce((sum, part) => sum + part.byteLength, 0),
): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

/** Drops the keys whose value is `undefined`: an option that was not given is not an option. */
export function given<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as never;
}
