// What people write: openings, answers and follow-ups by language and subject. {order}, {product}
// and {tracking} are filled in.

export type Language = "de" | "en" | "cs" | "pl";
export type Subject =
  | "delivery"
  | "defect"
  | "wrong"
  | "return"
  | "cancel"
  | "invoice"
  | "payment"
  | "product"
  | "account"
  | "other";

interface Talk {
  /** How the buyer begins. */
  opening: string[];
  /** What the seller answers. */
  answer: string[];
}

interface Phrases {
  subjects: Record<Subject, Talk>;
  /** How the seller begins a ticket of their own. */
  sellerOpening: string[];
  /** What the buyer writes later on. */
  followUp: string[];
  /** An interim notice of the seller. */
  interim: string[];
  /** The seller's last word. */
  closing: string[];
  system: string[];
  service: string[];
  buyerName: string;
}

export const SYSTEM_NAME = "System";
export const SERVICE_NAME = "Kaufland";

export const PHRASES: Record<Language, Phrases> = {
  de: {
    subjects: {
      delivery: {
        opening: [
          "Guten Tag, meine Bestellung {order} ist noch immer nicht angekommen. Die Sendungsverfolgung {tracking} hat sich seit Tagen nicht geändert. Wo ist mein Paket?",
          "Hallo, laut Sendungsverfolgung wurde „{product}“ zugestellt, ich habe aber nichts erhalten. Auch bei den Nachbarn ist nichts. Bitte um Prüfung.",
          "Ich bin umgezogen und habe bei der Bestellung {order} die alte Adresse angegeben. Kann das Paket noch umgeleitet werden?",
        ],
        answer: [
          "Guten Tag, vielen Dank für Ihre Nachricht. Wir haben beim Paketdienst einen Nachforschungsauftrag zur Sendung {tracking} gestellt und melden uns, sobald wir eine Antwort haben.",
          "Es tut uns leid, dass „{product}“ nicht angekommen ist. Wir schicken Ihnen heute kostenfrei einen neuen Artikel.",
        ],
      },
      defect: {
        opening: [
          "Der Artikel „{product}“ ist nach zwei Tagen ausgefallen. Er lässt sich nicht mehr einschalten. Fotos sind im Anhang.",
          "Leider war „{product}“ bei der Lieferung beschädigt: ein langer Riss auf der Rückseite. Ich hätte gern Ersatz.",
        ],
        answer: [
          "Vielen Dank für die Fotos. Der Schaden ist gut zu erkennen. Möchten Sie einen Austausch oder die Erstattung des Kaufpreises?",
          "Das tut uns leid. Bitte halten Sie die Taste an der Unterseite zehn Sekunden gedrückt; hilft das nicht, tauschen wir das Gerät aus.",
        ],
      },
      wrong: {
        opening: [
          "Ich habe „{product}“ bestellt, aber die falsche Farbe bekommen. Was nun?",
          "In der Lieferung zu {order} fehlen die Schrauben und die Anleitung. Bitte schicken Sie mir die Teile nach.",
        ],
        answer: [
          "Bitte entschuldigen Sie die Verwechslung. Wir senden den richtigen Artikel heute los, das Rücksendeetikett liegt bei.",
          "Die fehlenden Teile gehen heute als Brief an Sie. Er sollte in zwei bis drei Werktagen da sein.",
        ],
      },
      return: {
        opening: [
          "Ich möchte „{product}“ zurückgeben. Bitte schicken Sie mir ein Rücksendeetikett.",
          "Meine Rücksendung zur Bestellung {order} ist laut Paketdienst vor einer Woche bei Ihnen angekommen. Wann wird das Geld erstattet?",
        ],
        answer: [
          "Gern. Das Rücksendeetikett finden Sie im Anhang. Bitte kleben Sie es gut sichtbar auf das Paket.",
          "Ihre Rücksendung ist eingegangen und geprüft. Die Erstattung ist veranlasst und in drei bis fünf Werktagen auf Ihrem Konto.",
        ],
      },
      cancel: {
        opening: [
          "Bitte stornieren Sie die Bestellung {order}. Ich habe aus Versehen zweimal bestellt.",
          "Kann ich „{product}“ noch stornieren? Die Lieferzeit ist mir zu lang.",
        ],
        answer: [
          "Die Bestellung war noch nicht verpackt und ist storniert. Der Betrag wird erstattet.",
          "Leider ist das Paket schon unterwegs. Bitte nehmen Sie es nicht an, dann kommt es zu uns zurück.",
        ],
      },
      invoice: {
        opening: [
          "Ich brauche für die Bestellung {order} eine Rechnung mit ausgewiesener Mehrwertsteuer auf meine Firma.",
          "Auf der Rechnung zu „{product}“ fehlt die Umsatzsteuer-ID. Bitte korrigieren.",
        ],
        answer: ["Die Rechnung finden Sie im Anhang.", "Wir haben die Rechnung berichtigt und erneut angehängt."],
      },
      payment: {
        opening: [
          "Der Betrag für die Bestellung {order} wurde zweimal abgebucht. Bitte prüfen Sie das.",
          "Meine Zahlung wird als offen angezeigt, obwohl sie längst abgebucht ist.",
        ],
        answer: [
          "Wir sehen bei uns nur eine Zahlung. Die zweite Buchung ist eine Vormerkung und verfällt in wenigen Tagen.",
          "Die Zahlung läuft über den Marktplatz. Wir haben Ihr Anliegen dorthin weitergegeben.",
        ],
      },
      product: {
        opening: [
          "Passt „{product}“ auch in eine 60 cm breite Nische? In der Beschreibung fehlen die Maße.",
          "Wann ist „{product}“ wieder lieferbar?",
        ],
        answer: [
          "Die Breite beträgt 58,5 cm, es passt also. Wir ergänzen die Maße in der Beschreibung.",
          "Die nächste Lieferung erwarten wir in zwei Wochen.",
        ],
      },
      account: {
        opening: [
          "Ich komme nicht mehr in mein Konto und kann die Bestellung {order} nicht sehen.",
          "Bitte bestätigen Sie mir, dass mein Alter für die Bestellung {order} geprüft wurde.",
        ],
        answer: [
          "Auf Ihr Konto haben wir als Händler keinen Zugriff. Bitte wenden Sie sich dafür an den Kundenservice des Marktplatzes.",
        ],
      },
      other: {
        opening: [
          "Eine Frage zur Bestellung {order}: Nehmen Sie das Altgerät bei der Lieferung mit?",
          "Kann ich für die Bestellung {order} noch eine Garantieverlängerung bekommen?",
        ],
        answer: ["Ja, das ist möglich. Bitte sagen Sie dem Fahrer am Liefertag Bescheid."],
      },
    },
    sellerOpening: [
      "Guten Tag, in Ihrer Rücksendung zur Bestellung {order} fehlte ein Teil von „{product}“. Können Sie bitte nachsehen?",
      "Guten Tag, für die Zustellung von „{product}“ fehlt uns eine Hausnummer. Wie lautet die vollständige Anschrift?",
    ],
    followUp: [
      "Gibt es etwas Neues?",
      "Danke für die schnelle Antwort. Dann warte ich noch bis Freitag.",
      "Ich habe das versucht, es hat leider nichts geändert.",
      "Bitte erstatten Sie mir den Betrag.",
      "Super, vielen Dank! 👍",
    ],
    interim: ["Nur zur Information: Wir arbeiten daran und melden uns morgen wieder."],
    closing: ["Schön, dass wir helfen konnten. Wir schließen die Anfrage. Viel Freude mit dem Artikel!"],
    system: [
      "Der Käufer hat eine Rücksendung angemeldet. Grund: Artikel gefällt nicht.",
      "Der Käufer wartet seit 48 Stunden auf eine Antwort.",
    ],
    service: [
      "Der Käufer hat sich an uns gewandt. Bitte antworten Sie bis morgen, 18 Uhr.",
      "Wir haben dem Käufer den Betrag erstattet und schließen den Vorgang endgültig.",
    ],
    buyerName: "Kunde",
  },
  en: {
    subjects: {
      delivery: {
        opening: [
          "Hello, my order {order} should have arrived last week. The tracking number {tracking} shows no movement. Could you check?",
          "The parcel with “{product}” is marked as delivered, but I did not get it.",
        ],
        answer: [
          "Thank you for writing. We asked the carrier to trace {tracking} and will come back to you as soon as we hear from them.",
          "We are sorry. A new “{product}” leaves our warehouse today, free of charge.",
        ],
      },
      defect: {
        opening: [
          "“{product}” stopped working after three days. I attached a picture.",
          "The item arrived with a broken corner. I would like a replacement.",
        ],
        answer: [
          "Thank you for the picture. Would you like a replacement or a refund?",
          "We are sorry about that. A replacement is on its way.",
        ],
      },
      wrong: {
        opening: [
          "I ordered “{product}” but got something else entirely.",
          "Two parts are missing from my order {order}: the cable and the manual.",
        ],
        answer: [
          "We mixed up two parcels and are sorry. The right one was sent today.",
          "The missing parts will reach you by letter within three days.",
        ],
      },
      return: {
        opening: [
          "I would like to return “{product}”. Please send me a return label.",
          "When will I get the refund for the return of order {order}?",
        ],
        answer: ["The return label is attached.", "Your return has arrived, the refund is on its way."],
      },
      cancel: {
        opening: ["Please cancel order {order}, I ordered twice by mistake."],
        answer: ["Done. The amount will be refunded within a few days."],
      },
      invoice: {
        opening: ["I need an invoice with VAT for order {order}."],
        answer: ["Please find the invoice attached."],
      },
      payment: {
        opening: ["I was charged twice for order {order}. Please check."],
        answer: ["We see one payment only. The second entry is a reservation and will disappear in a few days."],
      },
      product: {
        opening: ["Is “{product}” suitable for outdoor use?"],
        answer: ["Yes, it is weatherproof. The cover should be closed in winter."],
      },
      account: {
        opening: ["I can not sign in any more and need to see my order {order}."],
        answer: ["As a seller we have no access to your account. Please ask the customer service of the marketplace."],
      },
      other: {
        opening: ["A question about order {order}: do you also take back the old device?"],
        answer: ["Yes, please tell the driver on the day of delivery."],
      },
    },
    sellerOpening: ["Hello, a part of “{product}” was missing from your return. Could you please have a look?"],
    followUp: [
      "Any news?",
      "Thanks, I will wait until Friday.",
      "I tried that and nothing changed.",
      "I would rather have my money back.",
      "Great, thank you!",
    ],
    interim: ["Just to let you know: we are on it and will write again tomorrow."],
    closing: ["Glad we could help. We are closing this request now."],
    system: ["The buyer has registered a return. Reason: item does not fit."],
    service: [
      "The buyer has contacted us. Please answer by tomorrow, 6 pm.",
      "We refunded the buyer and close this case for good.",
    ],
    buyerName: "Customer",
  },
  cs: {
    subjects: {
      delivery: {
        opening: [
          "Dobrý den, objednávka {order} stále nedorazila. Sledování zásilky {tracking} se už týden nezměnilo. Kde je můj balík?",
          "Dobrý den, podle dopravce byl „{product}“ doručen, ale nic jsem nedostal.",
        ],
        answer: [
          "Dobrý den, děkujeme za zprávu. U dopravce jsme zadali pátrání po zásilce {tracking} a ozveme se, jakmile budeme vědět víc.",
          "Omlouváme se. Dnes posíláme nový kus „{product}“ zdarma.",
        ],
      },
      defect: {
        opening: [
          "„{product}“ přestal po dvou dnech fungovat. Fotografie přikládám.",
          "Zboží přišlo poškozené, na zadní straně je prasklina. Prosím o výměnu.",
        ],
        answer: [
          "Děkujeme za fotografie. Přejete si výměnu, nebo vrácení peněz?",
          "Omlouváme se za potíže, nový kus vám odešleme zítra.",
        ],
      },
      wrong: {
        opening: [
          "Objednal jsem „{product}“, ale přišla jiná barva.",
          "V balíku k objednávce {order} chybí šroubky a návod.",
        ],
        answer: ["Omlouváme se za záměnu, správné zboží odchází dnes.", "Chybějící díly posíláme dopisem."],
      },
      return: {
        opening: [
          "Chtěl bych vrátit „{product}“. Pošlete mi prosím štítek pro vrácení.",
          "Kdy dostanu peníze za vrácené zboží z objednávky {order}?",
        ],
        answer: ["Štítek pro vrácení najdete v příloze.", "Zásilku jsme přijali, peníze odešleme do pěti dnů."],
      },
      cancel: {
        opening: ["Prosím o zrušení objednávky {order}, objednal jsem omylem dvakrát."],
        answer: ["Objednávka je zrušena, částku vám vrátíme."],
      },
      invoice: {
        opening: ["Potřebuji k objednávce {order} fakturu na firmu s DPH."],
        answer: ["Faktura je v příloze."],
      },
      payment: {
        opening: ["Za objednávku {order} mi byla částka stržena dvakrát. Můžete to prověřit?"],
        answer: ["Vidíme jen jednu platbu, druhá je rezervace a za pár dní zmizí."],
      },
      product: {
        opening: ["Je „{product}“ vhodný i ven?"],
        answer: ["Ano, je odolný proti dešti."],
      },
      account: {
        opening: ["Nemohu se přihlásit a nevidím objednávku {order}."],
        answer: ["Jako prodejce nemáme k vašemu účtu přístup. Obraťte se prosím na zákaznický servis."],
      },
      other: {
        opening: ["Mám dotaz k objednávce {order}: odvezete při dodání i starý spotřebič?"],
        answer: ["Ano, řekněte to prosím řidiči v den dodání."],
      },
    },
    sellerOpening: ["Dobrý den, ve vrácené zásilce chyběla část zboží „{product}“. Můžete se prosím podívat?"],
    followUp: [
      "Je něco nového?",
      "Děkuji, počkám do pátku.",
      "Zkusil jsem to, ale nepomohlo to.",
      "Prosím o vrácení peněz.",
      "Výborně, moc děkuji!",
    ],
    interim: ["Jen pro informaci: pracujeme na tom a zítra se ozveme."],
    closing: ["Jsme rádi, že jsme mohli pomoci. Požadavek uzavíráme."],
    system: ["Zákazník nahlásil vrácení zboží. Důvod: zboží nevyhovuje."],
    service: [
      "Zákazník se obrátil na nás. Odpovězte prosím do zítřka do 18 hodin.",
      "Zákazníkovi jsme peníze vrátili a případ definitivně uzavíráme.",
    ],
    buyerName: "Zákazník",
  },
  pl: {
    subjects: {
      delivery: {
        opening: [
          "Dzień dobry, zamówienie {order} wciąż nie dotarło. Śledzenie przesyłki {tracking} nie zmieniło się od tygodnia. Gdzie jest paczka?",
          "Według kuriera „{product}” został doręczony, ale nic nie otrzymałem. Proszę o sprawdzenie.",
        ],
        answer: [
          "Dzień dobry, dziękujemy za wiadomość. Zgłosiliśmy reklamację przesyłki {tracking} u przewoźnika i damy znać, gdy tylko dostaniemy odpowiedź.",
          "Przepraszamy. Dziś wysyłamy nowy „{product}” bez dodatkowych opłat.",
        ],
      },
      defect: {
        opening: [
          "„{product}” przestał działać po dwóch dniach. Zdjęcie w załączniku.",
          "Towar dotarł uszkodzony, z tyłu jest pęknięcie. Proszę o wymianę.",
        ],
        answer: [
          "Dziękujemy za zdjęcia. Woli Pan/Pani wymianę czy zwrot pieniędzy?",
          "Przykro nam. Nowy egzemplarz wyślemy jutro.",
        ],
      },
      wrong: {
        opening: [
          "Zamówiłem „{product}”, a przyszedł inny kolor.",
          "W paczce z zamówienia {order} brakuje śrub i instrukcji.",
        ],
        answer: [
          "Przepraszamy za pomyłkę, właściwy towar wysyłamy dzisiaj.",
          "Brakujące części wysyłamy listem, powinny dotrzeć w ciągu trzech dni.",
        ],
      },
      return: {
        opening: [
          "Chcę zwrócić „{product}”. Proszę o etykietę zwrotną.",
          "Kiedy otrzymam zwrot pieniędzy za zamówienie {order}?",
        ],
        answer: ["Etykieta zwrotna jest w załączniku.", "Zwrot dotarł, pieniądze wyślemy w ciągu pięciu dni."],
      },
      cancel: {
        opening: ["Proszę o anulowanie zamówienia {order}, zamówiłem przez pomyłkę dwa razy."],
        answer: ["Zamówienie zostało anulowane, kwotę zwrócimy."],
      },
      invoice: {
        opening: ["Potrzebuję faktury VAT na firmę do zamówienia {order}."],
        answer: ["Faktura jest w załączniku."],
      },
      payment: {
        opening: ["Płatność BLIK za zamówienie {order} została pobrana dwa razy. Proszę sprawdzić."],
        answer: ["Widzimy tylko jedną płatność. Druga to blokada, która zniknie za kilka dni."],
      },
      product: {
        opening: ["Czy „{product}” nadaje się na zewnątrz?"],
        answer: ["Tak, jest odporny na deszcz."],
      },
      account: {
        opening: ["Nie mogę się zalogować i nie widzę zamówienia {order}."],
        answer: ["Jako sprzedawca nie mamy dostępu do konta. Proszę skontaktować się z obsługą klienta."],
      },
      other: {
        opening: ["Mam pytanie do zamówienia {order}: czy przy dostawie zabiorą Państwo stary sprzęt?"],
        answer: ["Tak, proszę powiedzieć o tym kierowcy w dniu dostawy."],
      },
    },
    sellerOpening: [
      "Dzień dobry, w zwróconej paczce brakowało części towaru „{product}”. Czy może Pan/Pani sprawdzić?",
    ],
    followUp: [
      "Czy są jakieś wieści?",
      "Dziękuję, poczekam do piątku.",
      "Próbowałem, ale to nie pomogło.",
      "Proszę o zwrot pieniędzy.",
      "Świetnie, bardzo dziękuję!",
    ],
    interim: ["Informujemy, że pracujemy nad sprawą i odezwiemy się jutro."],
    closing: ["Cieszymy się, że mogliśmy pomóc. Zamykamy zgłoszenie."],
    system: ["Kupujący zgłosił zwrot. Powód: towar nie spełnia oczekiwań."],
    service: [
      "Kupujący zwrócił się do nas. Prosimy o odpowiedź do jutra, do godziny 18.",
      "Zwróciliśmy kupującemu pieniądze i ostatecznie zamykamy sprawę.",
    ],
    buyerName: "Klient",
  },
};

export const LANGUAGE: Record<string, Language> = {
  de: "de",
  at: "de",
  cz: "cs",
  sk: "cs",
  pl: "pl",
  fr: "en",
  it: "en",
  es: "en",
  nl: "en",
  ro: "en",
};

/** The subject a topic belongs to; the reason decides for tickets without a topic. */
export function subjectOf(topic: string | null, reason: string): Subject {
  if (topic !== null) {
    if (topic === "delivery_wrong_products" || topic === "delivery_parts_missing") return "wrong";
    if (topic.startsWith("delivery_")) return "delivery";
    if (topic.startsWith("return_")) return "return";
    if (topic === "order_product_defect") return "defect";
    if (topic === "order_cancel") return "cancel";
    if (topic.startsWith("invoice_")) return "invoice";
    if (topic.startsWith("issue_") || topic === "kaufland_card" || topic === "admonition") return "payment";
    if (topic.startsWith("product_")) return "product";
    if (topic.startsWith("account_")) return "account";
    return "other";
  }
  const byReason: Record<string, Subject> = {
    product_not_delivered: "delivery",
    product_defect: "defect",
    product_not_as_described: "wrong",
    product_return: "return",
  };
  return byReason[reason] ?? "other";
}

export const REASON_OF: Record<Subject, string> = {
  delivery: "product_not_delivered",
  defect: "product_defect",
  wrong: "product_not_as_described",
  return: "product_return",
  cancel: "contact_other",
  invoice: "contact_other",
  payment: "contact_other",
  product: "contact_other",
  account: "contact_other",
  other: "contact_other",
};
