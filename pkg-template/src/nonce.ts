/**
 * Text that comes once and that nobody can foresee. As a boundary in forms: a file that held it could add parts to them. As the mark of one
 * attempt to write: a host that sends a request again by itself sends the same mark again.
 */
export function makeNonce(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export const isNonce = (text: string): boolean => /^[0-9a-f]{32}$/.test(text);
