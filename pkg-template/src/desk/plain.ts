/** Files as a person's program gives them, in one form. */
import { onlyFile } from "../files/content.js";
import { bytesOf } from "./base64.js";
import { isObject } from "./store.js";

/** Returns files with those decoded that were encoded already. */
export const plainFiles = (given: unknown): unknown =>
  Array.isArray(given) ? given.map((one) => decoded(onlyFile(one))) : given;

/** Text that is not base64 goes to the module as it is, which says why. */
function decoded(given: unknown): unknown {
  if (!isObject(given) || typeof given.data !== "string" || "content" in given) return given;
  const { data, ...rest } = given;
  const comma = data.indexOf(",");
  const head = /^data:([^;,]+);base64$/.exec(data.slice(0, Math.max(comma, 0)));
  const text = data.slice(comma + 1);
  if (head === null || text === "" || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return given;
  const type = head[1] === "application/octet-stream" ? {} : { mime_type: head[1] };
  return { ...type, ...rest, content: bytesOf(text) };
}
