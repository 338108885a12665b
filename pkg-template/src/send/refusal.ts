/**
 * A `fetch` of the caller's that refuses what it is called with: one that takes other arguments
 * than the standard's, or lost its `this`. Nothing was sent then, and another attempt ends the same
 * way.
 */

/** The refusal; the error of the `fetch` is its cause. */
export class Refusal extends Error {}

/** Node's codes of errors about arguments. */
const CODES = ["ERR_INVALID_URL", "ERR_INVALID_ARG_TYPE", "ERR_INVALID_ARG_VALUE", "ERR_INVALID_THIS"];
/** The words of hosts and packages for the same. */
const WORDS =
  /^(?:failed to (?:parse|construct|execute)|invalid url|only (?:absolute urls|http\(s\))|requestinit)|url scheme .* is not supported|illegal invocation|does not implement interface|only call \w+\.fetch on instances|fetch is not a function/i;

/**
 * No host does any input or output while promises that are settled already are followed, so what
 * fails within so many of these steps was not sent.
 */
const STEPS = 32;

function isAboutArguments(error: unknown): boolean {
  if (!(error instanceof Object) || (error as Error).name !== "TypeError") return false;
  const { code, cause, message } = error as { code?: unknown; cause?: { code?: unknown } | null; message?: unknown };
  const codes = [code, cause?.code];
  return codes.some((one) => CODES.includes(one as string)) || WORDS.test(String(message));
}

/** The same `fetch`, which fails with a `Refusal` if it refuses what it is called with. */
export function careful<A extends unknown[]>(fetch: (...args: A) => Promise<Response>) {
  return (...args: A): Promise<Response> =>
    new Promise((resolve, reject) => {
      let early = true;
      let settled = false;
      const finish = (response: Response) => {
        settled = true;
        resolve(response);
      };
      const fail = (error: unknown) => {
        settled = true;
        const refused = early && isAboutArguments(error);
        reject(refused ? new Refusal("`fetch` does not take the request", { cause: error }) : error);
      };
      try {
        Promise.resolve(fetch(...args)).then(finish, fail);
      } catch (error) {
        fail(error);
      }
      const close = async () => {
        for (let step = 0; step < STEPS && !settled; step += 1) await undefined;
        early = false;
      };
      void close();
    });
}
