/** A port as a command line gives it. */
export function readPort(name, text) {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535) throw new Error(`--${name} must be a number from 0 to 65535`);
  return port;
}
