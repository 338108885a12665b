import type { Locale } from "../words/catalogue.js";
import { language } from "../words/language.js";

/**
 * German. "Ticket", "Händler", "Erstattung" and "Rücksendung" are the words of Kaufland's seller
 * portal, which also says "Bestelleinheit" for what is ordered; people are addressed as there, with
 * "Sie".
 */
export const locale: Locale = /* @__PURE__ */ language({
  tag: "de",
  violations: {
    required: "Bitte füllen Sie dieses Feld aus[, weil {given field} angegeben ist].",
    too_short: "Bitte schreiben Sie mindestens {min characters}. Bisher: {length characters}.",
    too_long: "Das ist zu lang: {length characters}. Möglich sind höchstens {max characters}.",
    too_few_items: "Bitte wählen Sie mindestens {min items}. Bisher: {length items}.",
    too_many_items: "Das sind zu viele: {length items}. Möglich sind höchstens {max items}.",
    not_digits: "„{value}“ besteht nicht nur aus Ziffern. Bitte kopieren Sie die Nummer noch einmal.",
    too_many_digits: "Diese Nummer ist zu lang: {length digits}. Möglich sind höchstens {max digits}.",
    not_an_integer: "Bitte geben Sie eine ganze Zahl ein.",
    not_a_decimal: "„{value}“ ist kein Betrag. Bitte schreiben Sie ihn mit Ziffern und einem Punkt: 12.50.",
    too_many_decimals: "{value decimal} ist zu genau. Möglich sind höchstens {max decimals}.",
    out_of_range: "{value} ist hier nicht möglich. Bitte wählen Sie eine Zahl [von {min} bis {max}|ab {min}].",
    percent_out_of_range: "{value percent} sind hier nicht möglich. Bitte wählen Sie {min percent} bis {max percent}.",
    zero_amount: "Ein Betrag von {value decimal} kann nicht erstattet werden. Bitte geben Sie einen größeren ein.",
    duplicate: "{value} steht zweimal in der Liste. Bitte entfernen Sie eines davon.",
    unknown_value: "„{value}“ kann hier nicht gewählt werden. Bitte wählen Sie einen der angebotenen Werte.",
    invalid_id: "„{value}“ ist keine gültige Nummer. Bitte kopieren Sie sie noch einmal.",
    wrong_type: "Dieser Wert passt hier nicht. Bitte prüfen Sie ihn.",
    invalid_path_segment: "Diese Nummer hat Zeichen, die nicht möglich sind. Bitte kopieren Sie sie noch einmal.",
    invalid_key:
      "Dieser Schlüssel hat ein Leerzeichen oder ein anderes Zeichen, das Schlüssel nicht haben. Bitte kopieren Sie ihn noch einmal.",
    invalid_receipt: "„{value}“ ist keine Belegnummer. Bitte kopieren Sie sie noch einmal aus der Bestellung.",
    leading_wildcard: "„{value}“ beginnt mit einem Platzhalter. Bitte beginnen Sie mit Zeichen der Belegnummer.",
    invalid_email: "„{value}“ ist keine E-Mail-Adresse. Bitte geben Sie genau eine ein.",
    invalid_url:
      "„{value}“ ist keine Adresse, die hier verwendet werden kann. Bitte geben Sie sie vollständig ein, mit https://.",
    invalid_date: "„{value}“ ist kein Datum im Kalender.",
    invalid_date_time: "„{value}“ ist kein Datum mit Uhrzeit.",
    invalid_holiday: "„{value}“ ist kein Feiertag. Bitte geben Sie Tag und Monat an.",
    range_reversed: "Der Zeitraum endet, bevor er beginnt. Bitte vertauschen Sie dieses Feld und {other field}.",
    range_too_long:
      "Der Zeitraum ist zu lang: {length days} trennen dieses Feld und {other field}. Möglich sind höchstens {max days}.",
    reason_of_other_type: "Dieser Grund passt nicht zu dieser Art von Ticket. Bitte wählen Sie einen anderen.",
    refund_only: "Das gilt nur für Erstattungen. Bitte lassen Sie es leer, oder wählen Sie eine Erstattung.",
    partial_only: "Das gilt nur für Teilerstattungen. Bitte lassen Sie es bei einer vollen Erstattung leer.",
    no_partial_refund: "Ein Ticket, das zur Erstattung wird, wird voll erstattet. Bitte lassen Sie dieses Feld leer.",
    change_only: "Die Art lässt sich nur mit der Aktion dafür ändern. Bitte lassen Sie dieses Feld leer.",
    url_too_long:
      "Zusammen ist das zu lang: {length characters}. Möglich sind höchstens {max characters}.[ Vom Text kann nur der Anfang gesendet werden: {fits characters}.]",
    more_violations: "Es gibt weitere Fehler, die hier nicht aufgeführt sind: {more mistakes}.",
    not_later: "Dieser Zeitpunkt ist schon vorbei. Bitte wählen Sie einen späteren.",
    action_not_allowed: "Das ist bei diesem Ticket im jetzigen Zustand nicht möglich. Bitte laden Sie das Ticket neu.",
    files_required: "Dieser Grund braucht Bilder. Bitte fügen Sie zu jedem Produkt mindestens eines hinzu.",
    too_many_files: "Das sind zu viele Dateien: {length files}. Möglich sind höchstens {max files}.",
    file_missing: "{file} fehlt. Bitte wählen Sie diese Datei noch einmal aus.",
    file_unreadable: "{file} konnte nicht gelesen werden. Bitte wählen Sie diese Datei noch einmal aus.",
    empty_file: "{file} ist leer. Bitte wählen Sie eine andere Datei.",
    file_too_large: "{file} ist zu groß: {size bytes}. Möglich sind höchstens {max bytes}.",
    too_large: "Das ist zu groß zum Senden[: {size bytes}].[ Möglich sind höchstens {max bytes}.]",
    invalid_filename: "„{value}“ ist kein Name für eine Datei.[ Möglich ist zum Beispiel „{safe}“.]",
    duplicate_filename: "„{value}“ heißen zwei Dateien. Bitte benennen Sie eine davon um.",
    mime_type_mismatch:
      "{file} ist {found kind}, wurde aber als {declared kind} angegeben. Bitte wählen Sie eine andere Datei.",
    filename_mismatch:
      "{file} ist {found kind}, heißt aber wie {declared kind}.[ Bitte benennen Sie sie so um, dass sie auf „.{ending}“ endet.]",
    mime_type_not_allowed:
      "Diese Datei ist als {value kind} angegeben. {marketplace} nimmt diese Dateien an: {known kinds}.",
    unknown_file_type:
      "{file} ist von einer Art, die nicht zu erkennen ist. {marketplace} nimmt diese Dateien an: {allowed kinds}.",
    file_type_not_allowed: "{file} ist {found kind}. {marketplace} nimmt diese Dateien an: {allowed kinds}.",
  },
  rule: "Diese Angabe wird so nicht angenommen. Bitte prüfen Sie sie.",
  program:
    "Das ist nicht Ihr Fehler: Das Programm hat etwas Falsches gesendet. Bitte sagen Sie denen Bescheid, die es betreiben.",
  labelled: "{label}: {words}",
  kinds: {
    validation: "Einige Ihrer Angaben werden nicht angenommen. Bitte prüfen Sie sie.",
    configuration: "Das Programm ist nicht richtig eingerichtet. Bitte sagen Sie denen Bescheid, die es betreiben.",
    authentication:
      "{marketplace} nimmt diese Anmeldung nicht an. Bitte melden Sie sich neu an, oder lassen Sie den Zugang prüfen.",
    forbidden: "{marketplace} erlaubt das diesem Konto nicht.",
    not_found: "{marketplace} hat nicht, wonach Sie suchen. Vielleicht wurde es entfernt.",
    conflict: "{marketplace} erlaubt das im jetzigen Zustand des Tickets nicht. Bitte öffnen Sie das Ticket neu.",
    rate_limited:
      "Im Moment sind es zu viele Anfragen. Bitte versuchen Sie es [{retryAfterMs in}|etwas später] noch einmal.",
    rejected: "{marketplace} hat das abgelehnt.",
    server: "{marketplace} hat gerade eine Störung.",
    network: "{marketplace} war nicht erreichbar, oder die Verbindung ist abgebrochen.",
    timeout: "{marketplace} hat nicht rechtzeitig geantwortet.",
    aborted: "Das wurde abgebrochen, bevor es fertig war.",
    decode: "{marketplace} hat eine Antwort gesendet, die nicht zu lesen ist.",
  },
  errors: {
    already_read: "Diese Datei wurde schon geladen. Bitte öffnen Sie sie neu.",
    body_broken: "Eine Datei konnte nicht zu Ende gelesen werden. Bitte wählen Sie sie noch einmal aus.",
    edge_page: "{marketplace} ist gerade nicht erreichbar.",
    no_connection: "Es wird gerade zu viel auf einmal geladen.",
    no_file: "Diese Datei gibt es nicht mehr.",
    no_turn: "Vorher war zu viel zu tun.",
    not_allowed: "Das dürfen Sie mit diesem Konto nicht. Bitte lassen Sie sich das Recht dazu geben.",
    not_authorized: "Sie sind bei diesem Konto nicht angemeldet. Bitte melden Sie sich an.",
    not_resumable: "Die fehlenden Dateien liegen nicht mehr vor. Bitte wählen Sie sie noch einmal aus.",
    not_stored: "Die Datei konnte nicht gespeichert werden.",
    tokens_refused: "{marketplace} erneuert diese Anmeldung nicht. Bitte verbinden Sie das Konto neu.",
    store_failed: "Die gespeicherten Tickets waren nicht erreichbar.",
    ticket_changed: "Das Ticket hat sich geändert, seit Sie es gelesen haben. Bitte lesen Sie es noch einmal.",
    too_late: "Das lässt sich nicht mehr zurücknehmen.",
    unknown_letter: "Diese Nachricht gibt es hier nicht, oder Sie dürfen sie nicht sehen.",
    unknown_ticket: "Dieses Ticket gibt es hier nicht, oder Sie dürfen es nicht sehen.",
  },
  finals: {
    no_ticket_id:
      "Das Ticket wurde angelegt, aber seine Nummer ist noch nicht bekannt. Bitte suchen Sie es in der Liste.",
    nonce_store_failed:
      "Es ist nicht sicher, ob das gesendet wurde. Bitte sehen Sie sich das Ticket an, bevor Sie es noch einmal senden.",
    repeated_request:
      "Das kam zweimal an, und das erste Mal zählt. Bitte sehen Sie sich das Ticket an, bevor Sie es noch einmal senden.",
    transaction_cancelled: "{marketplace} hat das storniert. Bitte suchen Sie das Ticket, bevor Sie es neu anlegen.",
    transaction_failed: "{marketplace} konnte das nicht ausführen. Gespeichert wurde nichts.",
    transaction_pending:
      "{marketplace} hat das erhalten und arbeitet noch daran. Bitte sehen Sie später noch einmal nach.",
    uploads_incomplete:
      "Ihre Nachricht ist angekommen, aber nicht alle Dateien. Bitte senden Sie die fehlenden noch einmal.",
  },
  failure: "Das hat nicht geklappt.",
  sent: {
    no: "Gesendet wurde nichts.",
    maybe:
      "Es ist nicht sicher, ob es angekommen ist. Bitte sehen Sie sich das Ticket an, bevor Sie es noch einmal senden.",
    yes: "Es ist angekommen; bitte senden Sie es nicht noch einmal.",
  },
  again: "Bitte versuchen Sie es später noch einmal.",
  nouns: {
    characters: { other: "Zeichen" },
    digits: { one: "Ziffer", other: "Ziffern" },
    decimals: { one: "Nachkommastelle", other: "Nachkommastellen" },
    items: { one: "Eintrag", other: "Einträge" },
    files: { one: "Datei", other: "Dateien" },
    days: { one: "Tag", other: "Tage" },
    mistakes: { one: "Fehler", other: "Fehler" },
  },
  files: {
    picture: "ein {name}-Bild",
    video: "ein {name}-Video",
    file: "eine {name}-Datei",
    other: "eine Datei anderer Art",
    pictures: "Bilder",
    text: "Text",
  },
  missing: { file: "Die Datei", marketplace: "Der Marktplatz" },
  field: "das andere Ende",
});

export default locale;
