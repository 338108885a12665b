/** Personal data for which Magalu's moderation rejects a message. */

const PATTERNS = {
  cpf: /(?<!\d)\d{3}\.?\d{3}\.?\d{3}-?\d{2}(?!\d)/,
  cnpj: /(?<!\d)\d{2}\.?\d{3}\.?\d{3}\/?\d{4}-?\d{2}(?!\d)/,
  email: /[\w.+-]+@[\w-]+\.[\w.]+/,
  phone: /(?<![\d.])(?:\+55\s?)?\(?\d{2}\)?\s?9?\d{4}[-\s]\d{4}(?!\d)/,
  pix: /\bpix\b/i,
} as const;

export type Personal = keyof typeof PATTERNS;

export function personalData(text: string): Personal[] {
  return (Object.keys(PATTERNS) as Personal[]).filter((name) => PATTERNS[name].test(text));
}
