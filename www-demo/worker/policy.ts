/** What the demo's pages may load and do. */

/** The hash of the script within the page's HTML; building the page says what it has to be. */
export const EARLY_SCRIPT = "sha256-CP1ytr463tNvog5PsdIR4dsHDpk+EZrbgr+l1dT+KXY=";

/**
 * Returns the headers of every page. `pictures`: where marketplaces' pictures may come from beside https hosts.
 * `styles`: where styles may come from. `url`: the page's address.
 */
export function pageHeaders(pictures: readonly string[], styles: string, url: URL): Record<string, string> {
  // Not every browser takes a socket on this host as `'self'`.
  const socket = `${url.protocol === "https:" ? "wss" : "ws"}://${url.host}`;
  const policy = [
    "default-src 'none'",
    `script-src 'self' 'wasm-unsafe-eval' '${EARLY_SCRIPT}'`,
    `style-src ${styles}`,
    `connect-src 'self' ${socket}`,
    // `blob:` is a picture of a thread, or the preview of a file before it is sent.
    `img-src ${["'self'", "blob:", "data:", "https:", ...pictures].join(" ")}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ];
  return {
    "content-security-policy": policy.join("; "),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
  };
}
