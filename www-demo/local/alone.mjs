/**
 * Sends a request on a connection of its own: a busy process may use a kept one that the other side has
 * closed meanwhile, and then cannot tell whether the request arrived.
 *
 * @param {string | URL} url
 * @param {RequestInit} [init] its headers as an object
 */
export const fetchAlone = (url, { headers, ...init } = {}) =>
  fetch(url, { ...init, headers: { ...headers, connection: "close" } });
