/** Functions of callers that observe and change nothing. */

/** Handles what a hook of the caller's returned: one that is `async` may reject later. */
export function settle(returned: unknown, threw: (error: unknown) => void): void {
  if (returned !== undefined) Promise.resolve(returned).catch(threw);
}

/** Calls a hook. An error of it is reported on the console and otherwise ignored. */
export function notify<T>(hook: ((info: T) => void) | null | undefined, info: () => T): void {
  if (hook === undefined || hook === null) return;
  const threw = (error: unknown) => console.error("seller-tickets: a hook threw", error);
  try {
    settle(hook(info()), threw);
  } catch (error) {
    threw(error);
  }
}
