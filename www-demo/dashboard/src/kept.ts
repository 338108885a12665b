/** The data that survives a reload in this tab, and is forgotten when somebody signs out. */

const PREFIX = "kept ";

export function keep(name: string, text: string): void {
  if (text === "") sessionStorage.removeItem(PREFIX + name);
  else sessionStorage.setItem(PREFIX + name, text);
}

export function kept(name: string): string {
  return sessionStorage.getItem(PREFIX + name) ?? "";
}

/** A value that was kept as JSON; `null` when there is none that can be read. */
export function keptJson(name: string): unknown {
  try {
    return JSON.parse(kept(name));
  } catch {
    return null;
  }
}

export function forgetKept(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
}
