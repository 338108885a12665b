/** What is asked of a wasm module, and how: each question crosses as JSON, and bytes cross beside it. */
import type { TicketErrorData } from "../generated/types.js";
import { join } from "../ground/bytes.js";
import { TicketError } from "../ground/errors.js";
import { type Acceptance, createAcceptance } from "./accept.js";
import type { Boundary, Event } from "./boundary.js";
import { type FileEngine, type FileGlue, fileParts, sourced } from "./files.js";
import { createInstance, type Instance } from "./instance.js";

/** The exports of a module's glue. */
export interface Glue extends FileGlue {
  /** A function of `Boundary` by its name; see `src/js/mod.rs` for the form of the answer. */
  call(name: string, args: Uint8Array, bytes?: Uint8Array, aside?: Uint8Array): Uint8Array<ArrayBuffer>;
}

/** A wasm module, started on first use. There is one engine for each module, and each client has the engine of its entry. */
export interface Engine extends Boundary, Acceptance, FileEngine {}

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

/** Makes the engine of a module's glue. */
export function createEngine(glue: Glue): Engine {
  const instance = createInstance(glue);
  const boundary = createBoundary(glue, instance);
  return sourced(instance, { ...boundary, ...createAcceptance(boundary), ...fileParts(glue, instance) });
}

function createBoundary(glue: Glue, { guard }: Instance): Boundary {
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

  /** A function of the module over plain data. */
  const ask = <K extends keyof Boundary>(name: K): Boundary[K] =>
    guard(name, (...args: unknown[]) => run(name, args).value) as Boundary[K];

  const begin = <K extends "beginForward" | "beginSession" | "beginExchange">(name: K): Boundary[K] =>
    guard(name, (...args: unknown[]) => runBegin(name, args)) as unknown as Boundary[K];

  return {
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
}
