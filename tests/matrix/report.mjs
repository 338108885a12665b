/**
 * Copied into every project of the matrix: asks the test what to do, does it with the package, and
 * tells what came of it.
 */
import { scenario } from "./scenario.mjs";

/**
 * `prepare` is awaited first: `/slim` has something to do there, and it may return other options
 * for the client.
 */
export async function report(api, hub, cell, prepare) {
  const result = { runtime: globalThis.navigator?.userAgent ?? "" };
  try {
    const needs = await (await fetch(`${hub}/needs?cell=${cell}`)).json();
    // The gateway is on another origin, and asks for a token.
    if (needs.token) needs.fetch = (url, init) => fetch(authorized(new Request(url, init), needs.token));
    result.out = await scenario(api, (await prepare?.(needs)) ?? needs);
  } catch (error) {
    const { kind, code, message, stack } = error ?? {};
    result.error = { kind, code, message: String(message ?? error), stack };
  }
  await fetch(`${hub}/result?cell=${cell}`, { method: "POST", body: JSON.stringify(result) });
  return result;
}

function authorized(request, token) {
  request.headers.set("authorization", `Bearer ${token}`);
  return request;
}

/** In a page or a worker: where the test is and which cell this is stand in the address. */
export function reportFromAddress(api, prepare, address = globalThis.location.href) {
  const { searchParams } = new URL(address);
  return report(api, searchParams.get("hub"), searchParams.get("cell"), prepare);
}
