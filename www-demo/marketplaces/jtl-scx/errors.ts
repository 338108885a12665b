// The vendor's error answers: a list of codes, messages and severities. German unless English is
// asked for.
//
// Codes of the ticket routes are not published; VAL100 and ATH… are named for others. The rest
// takes codes seen at channel routes.

import { json, type Reply } from "../shared/http.ts";

/** German and English. */
export type Text = readonly [de: string, en: string];

export interface Entry {
  code: string;
  message: Text;
  /** `error` when there is none. */
  severity?: "error" | "warning" | "info";
  /** `null` is written; none at all leaves the member out, as the vendor's models allow. */
  hint?: Text | null;
}

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly entries: Entry[],
    readonly headers: Record<string, string> = {},
  ) {
    super(`${status}`);
  }

  toReply(language: Language): Reply {
    const pick = (text: Text) => text[language === "de" ? 0 : 1];
    const errorList = this.entries.map(({ code, message, severity = "error", hint }) => ({
      code,
      message: pick(message),
      severity,
      ...(hint === undefined ? {} : { hint: hint === null ? null : pick(hint) }),
    }));
    return json(this.status, { errorList }, this.headers);
  }
}

export type Language = "de" | "en";

/** The language with the highest weight that there is. */
export function languageOf(header: string | null): Language {
  const wishes = (header ?? "")
    .split(",")
    .map((part) => {
      const [tag = "", ...params] = part.split(";").map((text) => text.trim().toLowerCase());
      const weight = params.find((text) => text.startsWith("q="))?.slice(2);
      return { language: tag.split("-")[0], weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ language, weight }) => (language === "de" || language === "en") && weight > 0)
    .sort((a, b) => b.weight - a.weight);
  return wishes[0]?.language === "en" ? "en" : "de";
}

export const invalid = (...entries: Entry[]): Problem => new Problem(400, entries);

export const required = (field: string): Entry => ({
  code: "VAL100",
  message: [`Pflichtfeld ${field} nicht gefunden`, `Required field ${field} not found`],
  hint: [`Prüfen Sie das Feld \`${field}\`.`, `Check the field \`${field}\`.`],
});

/** The field's path stands before the message; there is no member for it. */
export const violation = (field: string, de: string, en: string): Entry => ({
  code: "VAL100",
  message: [`${field}: ${de}`, `${field}: ${en}`],
  hint: null,
});

export const unauthorized = (): Problem =>
  new Problem(401, [
    {
      code: "ATH000",
      message: ["Das Session-Token ist ungültig oder abgelaufen", "The session token is invalid or expired"],
    },
  ]);

export const forbidden = (): Problem =>
  new Problem(403, [
    {
      code: "GHN900",
      message: ["Das Token gehört zur anderen Seite", "The token belongs to the other side"],
      hint: null,
    },
  ]);

export const notFound = (de: string, en: string): Problem => new Problem(404, [{ code: "CHN204", message: [de, en] }]);

const BY_STATUS: Record<number, [code: string, message: string]> = {
  400: ["VAL100", "Ungültige Anfrage"],
  401: ["ATH000", "Das Session-Token ist ungültig oder abgelaufen"],
  403: ["GHN900", "Zugriff verweigert"],
  404: ["CHN204", "Nicht gefunden"],
  426: ["GHN900", "Bitte aktualisieren Sie Ihre Anwendung"],
  429: ["GHN900", "Zu viele Anfragen"],
};

/** What the vendor would say with a status when nothing more is known. */
export function errorBody(status: number): unknown {
  const [code, message] = BY_STATUS[status] ?? ["GHN900", "Interner Fehler"];
  return { errorList: [{ code, message, severity: "error", hint: null }] };
}
