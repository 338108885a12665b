/** Calls that the module has begun: few values cross, and are taken apart here. */

import type { CallStep, Packed, Refused, Segment, SignedHeaders } from "./generated/boundary.js";

/** The state of one call, which goes back unchanged, and what a driver needs to know about it. */
export interface Call {
  /** The opaque state. */
  state: Uint8Array;
  /** The method. */
  endpoint: string;
  /** The HTTP method of its request. */
  method: string;
  /** The URL of its request. */
  url: string;
  /** The name of the rate gate that its calls share. */
  bucket: string;
  /** The time that the call has from now on, in milliseconds. */
  leftMs: number;
  /** The reference that the write carries. */
  reference: string | undefined;
}

/** A call that is ready to be driven. */
export interface Begun {
  call: Call;
  /** The body of its request, if it has one. */
  body: Segment[] | undefined;
  /** The start, if the call was started at once. */
  started: Started | undefined;
}

/** The start of a call. */
export interface Started {
  /** The state of its rate gate, if the start changed it. */
  gate: Uint8Array | undefined;
  /** The next action of the driver. */
  step: CallStep;
  /** The headers of its first request, if that is signed. */
  headers: SignedHeaders | undefined;
}

/** Returns the call that crossed. */
export function begunOf(crossed: Packed | Refused): Begun | Refused {
  if ("violations" in crossed) return crossed;
  const { states, callSize, lines, leftMs, reference, whole, pieces, step } = crossed;
  const [endpoint, method, url, bucket] = lines.split("\n", 4) as [string, string, string, string];
  const call = { state: states.subarray(0, callSize), endpoint, method, url, bucket, leftMs, reference };
  const body = whole === undefined ? pieces : [{ text: whole }];
  if (step === undefined) return { call, body, started: undefined };
  // The next call needs the gate without the rest.
  const gate = callSize === states.length ? undefined : states.slice(callSize);
  const before = endpoint.length + method.length + url.length + bucket.length + 4;
  const headers = step.type === "send" ? lines.slice(before) : undefined;
  return { call, body, started: { gate, step, headers } };
}
