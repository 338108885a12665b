// What the tests of the marketplaces share: requests sent byte for byte as given, and control
// routes.

import { createHmac } from "node:crypto";
import http from "node:http";

/**
 * Sends a request without changing anything in it.
 *
 * @returns {Promise<{ status: number, headers: http.IncomingHttpHeaders, text: string, bytes:
 * Buffer, json: any }>}
 */
export function send(method, url, { headers = {}, body } = {}) {
  const { hostname, port } = new URL(url);
  const path = url.slice(url.indexOf("/", "http://".length));
  return new Promise((resolve, reject) => {
    const request = http.request({ method, hostname, port, path, headers, agent: false }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("error", reject);
      response.on("end", () => {
        const bytes = Buffer.concat(parts);
        const text = bytes.toString("utf8");
        let json;
        try {
          json = JSON.parse(text);
        } catch {
          json = undefined;
        }
        resolve({ status: response.statusCode, headers: response.headers, text, bytes, json });
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** Kaufland's headers, made with Node's own HMAC. */
export function signedHeaders({ method, url, body = "", clientKey, secretKey, timestamp, partner }) {
  const time = String(timestamp ?? Math.floor(Date.now() / 1000));
  const sign = (secret) =>
    createHmac("sha256", secret).update(`${method}\n${url}\n`).update(body).update(`\n${time}`).digest("hex");
  return {
    accept: "application/json",
    "user-agent": "Inhouse_development",
    "shop-client-key": clientKey,
    "shop-timestamp": time,
    "shop-signature": sign(secretKey),
    ...(body.length > 0 ? { "content-type": "application/json" } : {}),
    ...(partner === undefined
      ? {}
      : { "shop-partner-client-key": partner.clientKey, "shop-partner-signature": sign(partner.secretKey) }),
  };
}

/** The control routes of the marketplaces at the address. */
export function controls(marketplaceUrl) {
  const call = async (method, path, value) => {
    const body = value === undefined ? undefined : JSON.stringify(value);
    const response = await send(method, `${marketplaceUrl}/control/${path}`, { body });
    if (response.status >= 300) throw new Error(`${method} /control/${path}: ${response.status} ${response.text}`);
    return response.json;
  };
  return {
    addFault: (fault) => call("POST", "faults", fault),
    faults: async () => (await call("GET", "faults")).faults,
    settings: (changes) => (changes === undefined ? call("GET", "settings") : call("POST", "settings", changes)),
    reset: (options) => call("POST", "reset", options),
    log: async () => (await call("GET", "log")).entries,
    clearLog: () => call("DELETE", "log"),
  };
}

/**
 * A multipart form; a part's `value` is text or bytes. @returns {{ type: string, body: Buffer }}
 */
export function form(parts, boundary = "----local-boundary-7d1") {
  const pieces = parts.flatMap(({ name, filename, type, value }) => [
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${filename === undefined ? "" : `; filename="${filename}"`}\r\n`,
    type === undefined ? "\r\n" : `content-type: ${type}\r\n\r\n`,
    value,
    "\r\n",
  ]);
  const body = Buffer.concat([...pieces, `--${boundary}--\r\n`].map((piece) => Buffer.from(piece)));
  return { type: `multipart/form-data; boundary=${boundary}`, body };
}
